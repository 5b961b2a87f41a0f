"""Scrap report: possible quantities, and the booked reason among its alternatives."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from shop_floor import MATERIALS, amount, counted, make_context, scrap

from countersign.assess.examination import Examination
from countersign.assess.scrap_report import TASK, ScrapReport
from countersign.nouns.event import Event

USE_CASE = ScrapReport()
HISTORY = {
    "reason/1000": counted(DIM=20, SURF=15, LEAK=5),
    "reason/1000/product/PUMP/0020": counted(SURF=9, DIM=1),
    "reason/1000/operation/0020": counted(SURF=12, DIM=8),
    "reason/1000/equipment/-": counted(SURF=12, DIM=8),
    "cost_center/1000/0020": counted(K77=9),
}


def codes(examined: Examination) -> dict[str, str]:
    return {finding.code: finding.severity for finding in examined.findings}


def without_reason(event: Event) -> Event:
    data = {key: value for key, value in event.data.items() if key != "scrap_reason_code"}
    return replace(event, body={**event.body, "data": data})


@pytest.mark.parametrize(
    ("data", "code", "severity"),
    [
        ({"quantity": amount("0")}, "quantity_zero", "review"),
        ({"quantity": amount("1.5")}, "fractional_pieces", "review"),
        ({"quantity": amount("97")}, "scrap_unusual", "review"),
        ({"quantity": amount("3", "KGM")}, "unit_not_convertible", "hold"),
        ({"material_id": "GLUE", "quantity": amount("1", "LTR")}, "not_in_bom", "review"),
        ({"scrap_reason_code": "NEW"}, "reason_new", "info"),
    ],
)
def test_a_fact_is_found(data: dict[str, Any], code: str, severity: str) -> None:
    examined = USE_CASE.examine(scrap(**data), make_context(statistics=HISTORY))
    assert codes(examined) == {code: severity}


def test_scrapped_components_are_fine_and_worth_their_price() -> None:
    event = scrap(material_id="STEEL", quantity=amount("10", "KGM"))
    examined = USE_CASE.examine(event, make_context(statistics=HISTORY))
    assert codes(examined) == {}
    assert examined.amount == Decimal("21.00")


def test_a_lot_managed_material_needs_a_lot() -> None:
    event = scrap(material_id="PAINT", quantity=amount("1", "LTR"))
    assert codes(USE_CASE.examine(event, make_context(statistics=HISTORY))) == {
        "lot_missing": "review"
    }


def test_a_missing_reason_is_asked_for_and_never_right() -> None:
    event, context = without_reason(scrap()), make_context(statistics=HISTORY)
    examined = USE_CASE.examine(event, context)
    answer = np.tile(np.asarray([[0.6, 0.4]], dtype=np.float32), (len(examined.rows), 1))

    assert codes(examined) == {"reason_missing": "review"}
    assert USE_CASE.conclude(event, context, examined, answer, None).confidence == 0.0


def test_every_reason_of_the_history_is_a_candidate_and_the_booked_one_always_is() -> None:
    context = make_context(statistics=HISTORY)
    assert set(USE_CASE.examine(scrap(), context).subjects) == {"DIM", "SURF", "LEAK"}
    booked_new = USE_CASE.examine(scrap(scrap_reason_code="NEW"), context)
    assert booked_new.subjects[-1] == "NEW"
    assert all(len(row) == len(TASK.features) for row in booked_new.rows)


def test_without_a_model_reasons_are_ranked_by_counting() -> None:
    event, context = scrap(), make_context(statistics=HISTORY)
    examined = USE_CASE.examine(event, context)
    assessment = USE_CASE.conclude(event, context, examined, None, None)

    ranked = assessment.suggestions["scrap_reason_code"]
    assert [answer.label for answer in ranked] == ["SURF", "DIM", "LEAK"]
    assert sum(answer.probability for answer in ranked) == pytest.approx(1.0)
    assert assessment.confidence is None
    assert assessment.proposed_correction is None


def test_with_a_model_the_booked_reason_has_a_confidence_and_a_better_one_is_proposed() -> None:
    event, context = scrap(), make_context(statistics=HISTORY)
    examined = USE_CASE.examine(event, context)
    chance = {"DIM": 0.1, "SURF": 0.85, "LEAK": 0.02}
    answer = np.asarray(
        [[1 - chance[name], chance[name]] for name in examined.subjects], dtype=np.float32
    )
    assessment = USE_CASE.conclude(event, context, examined, answer, None)

    assert assessment.confidence == pytest.approx(0.1)
    assert assessment.suggestions["scrap_reason_code"][0].label == "SURF"
    assert assessment.proposed_correction is not None
    assert assessment.proposed_correction["scrap_reason_code"] == "SURF"
    assert assessment.proposed_correction["quantity"] == amount("3")


def test_cost_centres_are_ranked_with_the_operations_own() -> None:
    event, context = scrap(), make_context(statistics=HISTORY)
    assessment = USE_CASE.conclude(event, context, USE_CASE.examine(event, context), None, None)
    assert [answer.label for answer in assessment.suggestions["cost_center"]] == ["K77", "K20"]


def test_booked_reports_teach_reasons_and_the_cost_centre() -> None:
    learned = {one.key: one.label for one in USE_CASE.observations(scrap(), make_context())}
    assert learned["reason/1000/product/PUMP/0020"] == "DIM"
    assert learned["reason/1000"] == "DIM"
    assert learned["cost_center/1000/0020"] == "K20"


def test_scrapped_product_counts_for_the_operation_and_components_do_not() -> None:
    context = make_context()
    USE_CASE.apply(scrap("3"), context, 1)
    USE_CASE.apply(scrap(material_id="STEEL", quantity=amount("3", "KGM")), context, 1)
    assert context.progress.operation("0020").scrap_quantity == 3
    USE_CASE.apply(scrap("3"), context, -1)
    assert context.progress.operation("0020").scrap_quantity == 0


def test_scrap_in_another_unit_counts_in_the_orders() -> None:
    context = make_context()
    USE_CASE.apply(scrap(quantity=amount("1", "DZN")), context, 1)
    assert context.progress.operation("0020").scrap_quantity == 12
    assert MATERIALS["PUMP"].unit == "C62"
