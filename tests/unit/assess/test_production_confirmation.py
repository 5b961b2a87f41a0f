"""Production confirmation: pieces and times against order, operations and history."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop_floor import MATERIALS, amount, confirmation, make_context, usual

from countersign.assess.examination import Examination
from countersign.assess.production_confirmation import TASK, ProductionConfirmation
from countersign.nouns.progress import OperationProgress, OrderProgress

USE_CASE = ProductionConfirmation()
MINUTES = "minutes/1000/PUMP/0010"
STEADY = [math.log(1.2) + shift for shift in (0.1, -0.1, 0.05, -0.05, 0.0)] * 6


def codes(examined: Examination) -> dict[str, str]:
    return {finding.code: finding.severity for finding in examined.findings}


def captured(**operations: OperationProgress) -> OrderProgress:
    return OrderProgress(operations={key.strip("_"): done for key, done in operations.items()})


DONE = OperationProgress(yield_quantity=Decimal("480"), confirmations=3)


@pytest.mark.parametrize(
    ("data", "progress", "code", "severity"),
    [
        ({"yield_quantity": amount("505")}, None, "over_delivery", "review"),
        ({"yield_quantity": amount("30")}, captured(_0010=DONE), "over_delivery", "review"),
        ({"yield_quantity": amount("2.5")}, None, "fractional_pieces", "review"),
        ({"yield_quantity": amount("5", "KGM")}, None, "unit_not_convertible", "hold"),
        ({"operation_id": "0020"}, None, "operation_missing", "review"),
        ({"material_id": "VALVE"}, None, "product_differs", "hold"),
        (
            {"operation_id": "0020", "yield_quantity": amount("101")},
            captured(_0010=OperationProgress(Decimal(100), confirmations=1)),
            "more_than_before",
            "review",
        ),
        (
            {"yield_quantity": amount("1")},
            captured(_0010=OperationProgress(Decimal(100), is_final=True, confirmations=1)),
            "after_final",
            "review",
        ),
        (
            {"yield_quantity": amount("80"), "scrap_quantity": amount("20")},
            None,
            "scrap_unusual",
            "review",
        ),
        ({"machine_time": amount("2", "KGM")}, None, "unit_not_convertible", "hold"),
        ({"machine_time": amount("5000", "MIN")}, None, "time_unusual", "review"),
        (
            {
                "actual_start_time": "2026-03-02T08:00:00+00:00",
                "actual_end_time": "2026-03-02T07:00:00+00:00",
            },
            None,
            "end_before_start",
            "review",
        ),
        (
            {
                "actual_start_time": "2026-03-02T06:00:00+00:00",
                "actual_end_time": "2026-03-02T07:00:00+00:00",
                "machine_time": amount("2", "HUR"),
            },
            None,
            "time_exceeds_span",
            "review",
        ),
        ({"yield_quantity": amount("0")}, None, "time_only", "info"),
    ],
)
def test_a_fact_is_found(
    data: dict[str, Any], progress: OrderProgress | None, code: str, severity: str
) -> None:
    examined = USE_CASE.examine(
        confirmation(**{"pieces": "100", **data}), make_context(progress=progress)
    )
    assert codes(examined)[code] == severity


@pytest.mark.parametrize(
    ("data", "progress"),
    [
        ({"yield_quantity": amount("480")}, None),
        ({"yield_quantity": amount("504")}, None),
        ({"yield_quantity": amount("8", "DZN")}, None),
        ({"yield_quantity": amount("98"), "scrap_quantity": amount("2")}, None),
        ({"operation_id": "0020", "machine_time": amount("30", "MIN")}, captured(_0010=DONE)),
        ({"machine_time": amount("2", "HUR")}, None),
    ],
)
def test_what_is_right_is_not_a_finding(
    data: dict[str, Any], progress: OrderProgress | None
) -> None:
    assert codes(USE_CASE.examine(confirmation(**data), make_context(progress=progress))) == {}


def test_neither_pieces_nor_times_is_nothing_to_book() -> None:
    event = confirmation("0")
    data = {key: value for key, value in event.data.items() if key != "machine_time"}
    event = replace(event, body={**event.body, "data": data})
    assert codes(USE_CASE.examine(event, make_context())) == {"quantity_zero": "review"}


def test_a_time_is_an_outlier_against_history_on_the_logarithmic_scale() -> None:
    context = make_context(statistics={MINUTES: usual(STEADY)})
    twice = USE_CASE.examine(confirmation(machine_time=amount("240", "MIN")), context)
    tenfold = USE_CASE.examine(confirmation(machine_time=amount("5400", "MIN")), context)

    assert codes(twice) == {}
    (finding,) = [one for one in tenfold.findings if one.code == "time_unusual"]
    assert "54.00 per piece" in finding.text
    assert "30 past bookings" in finding.text


def test_a_digit_too_many_is_proposed_away_when_order_and_time_then_fit() -> None:
    context = make_context(statistics={MINUTES: usual(STEADY)})
    examined = USE_CASE.examine(confirmation("1000"), context)

    assert "decimal_slip" in codes(examined)
    assert examined.correction is not None
    assert examined.correction["yield_quantity"] == amount("100")
    assert examined.correction["machine_time"] == amount("120", "MIN")


def test_the_last_operation_of_a_lot_managed_product_needs_a_lot() -> None:
    materials = {**MATERIALS, "PUMP": replace(MATERIALS["PUMP"], lot_managed=True)}
    context = make_context(materials=materials, progress=captured(_0010=DONE))
    last: dict[str, Any] = {"operation_id": "0020", "machine_time": amount("30", "MIN")}

    assert codes(USE_CASE.examine(confirmation(**last), context)) == {"lot_missing": "review"}
    named = confirmation(**last, material_lot_id="L1")
    assert codes(USE_CASE.examine(named, context)) == {}
    assert codes(USE_CASE.examine(confirmation(), make_context(materials=materials))) == {}


def test_the_confidence_is_the_sum_of_the_sound_causes() -> None:
    event, context = confirmation(), make_context()
    examined = USE_CASE.examine(event, context)
    answer = np.asarray([[0.5, 0.2, 0.1, 0.1, 0.05, 0.05]], dtype=np.float32)
    assessment = USE_CASE.conclude(event, context, examined, answer, None)

    assert assessment.confidence == pytest.approx(0.7)
    assert [cause.label for cause in assessment.causes[:2]] == ["normal", "recording_error"]
    assert assessment.amount == Decimal("12050.00")
    assert assessment.segment == "1000"


def test_booked_confirmations_teach_minutes_per_piece_and_scrap_share() -> None:
    event = confirmation("90", scrap_quantity=amount("10"))
    scrap, minutes = USE_CASE.observations(event, make_context())

    assert scrap.key == "scrap/1000/PUMP/0010"
    assert minutes.key == MINUTES
    assert minutes.value == pytest.approx(math.log(1.2))
    assert USE_CASE.observations(confirmation("0"), make_context()) == ()


pieces = st.integers(min_value=0, max_value=5000)


@given(st.lists(st.tuples(pieces, pieces, st.sampled_from(["0010", "0020"])), max_size=8))
def test_what_is_applied_adds_up_and_can_be_taken_out_again(
    booked: list[tuple[int, int, str]],
) -> None:
    context = make_context()
    events = [
        confirmation(str(good), scrap_quantity=amount(str(bad)), operation_id=operation)
        for good, bad, operation in booked
    ]
    for event in events:
        USE_CASE.apply(event, context, 1)
    for operation, done in context.progress.operations.items():
        assert done.yield_quantity == sum(good for good, _, at in booked if at == operation)
        assert done.scrap_quantity == sum(bad for _, bad, at in booked if at == operation)
    for event in events:
        USE_CASE.apply(event, context, -1)
    assert all(done == OperationProgress() for done in context.progress.operations.values())


def test_a_final_confirmation_taken_out_opens_the_operation_again() -> None:
    context = make_context()
    final = confirmation("480", confirmation="final")
    USE_CASE.apply(final, context, 1)
    assert context.progress.operation("0010").is_final
    USE_CASE.apply(final, context, -1)
    assert not context.progress.operation("0010").is_final


def test_a_missing_fact_is_not_a_number_in_the_row() -> None:
    (row,) = USE_CASE.examine(confirmation(), make_context()).rows
    value = dict(zip(TASK.features, row, strict=True))
    assert math.isnan(value["available_log"])
    assert math.isnan(value["span_log"])
    assert value["share_of_order"] == pytest.approx(100 / 480)
