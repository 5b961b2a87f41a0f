"""Material consumption: expected against actual, in words and numbers an operator can check."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop_floor import (
    MATERIALS,
    amount,
    confirmation,
    consumption,
    line,
    make_context,
    usual,
)

from countersign.assess.examination import Examination
from countersign.assess.material_consumption import TASK, MaterialConsumption
from countersign.assess.use_case import USE_CASES
from countersign.nouns.progress import OrderProgress

USE_CASE = MaterialConsumption()
STEEL = "usage/1000/PUMP/STEEL"
STEADY = [0.002, -0.004, 0.001, 0.005, -0.003] * 8


def codes(examined: Examination) -> set[str]:
    return {finding.code for finding in examined.findings}


def test_the_expectation_names_interval_pieces_and_history() -> None:
    context = make_context(statistics={STEEL: usual(STEADY[:37])})
    examined = USE_CASE.examine(consumption(line("STEEL", "456", "KGM")), context)

    (expected,) = examined.expectations
    assert expected.low < 456 < expected.high
    assert expected.unit == "KGM"
    assert expected.pointer == "/data/material_actual/0/quantity"
    assert "for 480 C62, 37 past bookings" in expected.text
    assert f"{expected.low}–{expected.high} KGM" in expected.text
    assert codes(examined) == set()


def test_without_history_the_interval_rests_on_the_bill_of_materials_and_is_wider() -> None:
    event = consumption(line("STEEL", "456", "KGM"))
    (unsure,) = USE_CASE.examine(event, make_context()).expectations
    (sure,) = USE_CASE.examine(event, make_context(statistics={STEEL: usual(STEADY)})).expectations

    assert unsure.low < sure.low
    assert sure.high < unsure.high
    assert "no history" in unsure.text


def test_history_moves_the_expectation() -> None:
    used_more = usual([value + 0.08 for value in STEADY])
    event = consumption(line("STEEL", "494", "KGM"))
    (expected,) = USE_CASE.examine(event, make_context(statistics={STEEL: used_more})).expectations
    assert expected.low < 494 < expected.high


def test_captured_scrap_may_have_taken_material_too() -> None:
    context = make_context(statistics={STEEL: usual(STEADY)})
    event = consumption(line("STEEL", "490", "KGM"))
    assert codes(USE_CASE.examine(event, context)) == {"quantity_unexpected"}
    made = confirmation("440", scrap_quantity=amount("40"))
    USE_CASES["production_confirmation"].apply(made, context, 1)
    examined = USE_CASE.examine(event, context)
    assert codes(examined) == set()
    assert "and the scrap captured" in examined.expectations[0].text


def test_an_unusual_quantity_is_a_finding_with_both_numbers() -> None:
    context = make_context(statistics={STEEL: usual(STEADY)})
    examined = USE_CASE.examine(consumption(line("STEEL", "520", "KGM")), context)

    (finding,) = [one for one in examined.findings if one.code == "quantity_unexpected"]
    assert finding.severity == "review"
    assert "520 KGM" in finding.text
    assert "1.14 times" in finding.text
    assert finding.pointer == "/data/material_actual/0/quantity"


@pytest.mark.parametrize(
    ("typed", "unit", "code", "meant"),
    [
        ("4560", "KGM", "decimal_slip", "456"),
        ("45.6", "KGM", "decimal_slip", "456"),
        ("456000", "KGM", "unit_suspected", "456"),
        ("0.456", "KGM", "unit_suspected", "456"),
        ("912", "KGM", "double_scan_suspected", "456"),
        ("1005.308", "KGM", "unit_suspected", "456"),
    ],
)
def test_a_slip_is_named_and_taken_out_again(typed: str, unit: str, code: str, meant: str) -> None:
    context = make_context(statistics={STEEL: usual(STEADY)})
    event = consumption(line("STEEL", typed, unit, storage_location="L1"))
    examined = USE_CASE.examine(event, context)

    assert code in codes(examined)
    assert examined.correction is not None
    (corrected,) = examined.correction["material_actual"]
    assert Decimal(corrected["quantity"]["quantity_string"]) == Decimal(meant)
    assert corrected["storage_location"] == "L1"
    assert examined.correction["order_id"] == event.order_id


def test_what_no_slip_explains_gets_no_proposal() -> None:
    context = make_context(statistics={STEEL: usual(STEADY)})
    examined = USE_CASE.examine(consumption(line("STEEL", "0.456", "GRM")), context)
    assert codes(examined) == {"quantity_unexpected"}
    assert examined.correction is None


def test_boxes_typed_as_pieces_are_corrected_to_whole_pieces() -> None:
    context = make_context(statistics={"usage/1000/PUMP/SCREW": usual([0.0, 0.001] * 20)})
    event = consumption(line("SCREW", "77", "C62"))
    examined = USE_CASE.examine(event, context)

    assert "unit_suspected" in codes(examined)
    assert examined.correction is not None
    assert examined.correction["material_actual"][0]["quantity"] == amount("1925")


def test_a_declared_unit_is_converted_and_is_no_finding() -> None:
    examined = USE_CASE.examine(consumption(line("SCREW", "76.8", "BX")), make_context())
    assert codes(examined) == set()
    assert examined.amount == Decimal("1920") * Decimal("0.05")


def test_a_unit_that_does_not_convert_is_held_and_the_amount_is_unknown() -> None:
    examined = USE_CASE.examine(consumption(line("STEEL", "456", "LTR")), make_context())
    (finding,) = examined.findings
    assert finding.severity == "hold"
    assert finding.pointer == "/data/material_actual/0/quantity/unit_of_measure"
    assert "KGM" in finding.text
    assert examined.amount is None


def test_an_output_in_a_unit_that_does_not_convert_is_held() -> None:
    event = consumption(line("STEEL", "456", "KGM"), produced_quantity=amount("480", "LTR"))
    (finding, *_) = USE_CASE.examine(event, make_context()).findings
    assert finding.severity == "hold"
    assert finding.pointer == "/data/produced_quantity/unit_of_measure"


def test_several_lots_of_a_material_are_judged_together() -> None:
    event = consumption(
        line("PAINT", "10", "LTR", material_lot_id="A"),
        line("PAINT", "14", "LTR", material_lot_id="B"),
        operation_id="0020",
    )
    examined = USE_CASE.examine(event, make_context())
    assert codes(examined) == set()
    assert examined.subjects == ["PAINT"]
    assert examined.rows[0][TASK.features.index("log_ratio")] == pytest.approx(0.0)


def test_a_lot_managed_material_needs_a_lot() -> None:
    event = consumption(line("PAINT", "24", "LTR"), operation_id="0020")
    (finding,) = USE_CASE.examine(event, make_context()).findings
    assert (finding.code, finding.severity) == ("lot_missing", "review")


def test_a_lot_on_quality_hold_is_held() -> None:
    event = consumption(line("PAINT", "24", "LTR", material_lot_id="A7"), operation_id="0020")
    (finding,) = USE_CASE.examine(event, make_context(holds=frozenset({"lot/A7"}))).findings
    assert (finding.code, finding.severity) == ("quality_hold", "hold")


def test_a_material_outside_the_bill_of_materials_may_be_a_substitute() -> None:
    examined = USE_CASE.examine(consumption(line("GLUE", "3", "LTR")), make_context())
    (finding,) = examined.findings
    assert (finding.code, finding.severity) == ("not_in_bom", "review")
    assert "substitute" in finding.text
    assert examined.rows == []


def test_more_than_the_whole_order_needs_is_asked_about() -> None:
    progress = OrderProgress(consumed={"STEEL": Decimal("400")})
    event = consumption(line("STEEL", "200", "KGM"), produced="210")
    assert "over_order_need" in codes(USE_CASE.examine(event, make_context(progress=progress)))


def test_nothing_issued_is_asked_about() -> None:
    assert "quantity_zero" in codes(
        USE_CASE.examine(consumption(line("STEEL", "0", "KGM")), make_context())
    )


def test_without_a_declared_output_the_captured_one_counts() -> None:
    context = make_context()
    USE_CASES["production_confirmation"].apply(confirmation("240"), context, 1)
    event = consumption(line("STEEL", "228", "KGM"), produced=None)
    examined = USE_CASE.examine(event, context)

    (expected,) = examined.expectations
    assert "for 240 C62" in expected.text
    assert codes(examined) == set()

    USE_CASE.apply(event, context, 1)
    again = USE_CASE.examine(consumption(line("STEEL", "10", "KGM"), produced=None), context)
    assert codes(again) == set()
    assert "(228 taken before)" in again.expectations[0].text
    assert again.expectations[0].low == 0
    assert again.expectations[0].high < 60
    more = USE_CASE.examine(consumption(line("STEEL", "90", "KGM"), produced=None), context)
    assert codes(more) == {"quantity_unexpected"}
    assert more.correction is None


def test_what_was_taken_undeclared_teaches_nothing() -> None:
    event = consumption(line("STEEL", "228", "KGM"), produced=None)
    assert USE_CASE.observations(event, make_context()) == ()


def test_without_any_output_there_is_no_expectation_and_no_row() -> None:
    examined = USE_CASE.examine(
        consumption(line("STEEL", "228", "KGM"), produced=None), make_context()
    )
    assert examined.expectations == []
    assert examined.rows == []


def test_the_least_certain_material_decides() -> None:
    event = consumption(line("STEEL", "456", "KGM"), line("SCREW", "1920", "C62"))
    context = make_context()
    examined = USE_CASE.examine(event, context)
    sure, unsure = [0.94, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01], [0.3, 0.4, 0.1, 0.1, 0.1, 0.0, 0.0]
    answer = np.asarray([sure, unsure], dtype=np.float32)
    assessment = USE_CASE.conclude(event, context, examined, answer, None)

    assert assessment.confidence == pytest.approx(0.5)
    assert assessment.causes[0].label == "recording_error"
    assert {cause.text for cause in assessment.causes} == {"SCREW"}


def test_the_amount_is_money_in_base_units_to_the_cent() -> None:
    event = consumption(line("STEEL", "456.123", "KGM"), line("SCREW", "10", "BX"))
    context = make_context()
    assessment = USE_CASE.conclude(event, context, USE_CASE.examine(event, context), None, None)
    assert assessment.amount == Decimal("970.36")


def test_a_missing_price_leaves_the_amount_unknown() -> None:
    from dataclasses import replace

    materials = {**MATERIALS, "SCREW": replace(MATERIALS["SCREW"], price=None)}
    event = consumption(line("STEEL", "456", "KGM"), line("SCREW", "1920", "C62"))
    assert USE_CASE.examine(event, make_context(materials=materials)).amount is None


def test_booked_consumption_teaches_product_and_material_and_wild_values_are_clipped() -> None:
    context = make_context(statistics={STEEL: usual(STEADY)})
    (normal, _) = USE_CASE.observations(consumption(line("STEEL", "460", "KGM")), context)
    (wild, by_material) = USE_CASE.observations(consumption(line("STEEL", "45600", "KGM")), context)

    assert normal.key == STEEL
    assert normal.value == pytest.approx(math.log(460 / 456))
    assert wild.value is not None
    assert wild.value < 0.2
    assert by_material.key == "usage/1000/STEEL"


quantities = st.decimals(min_value="0.001", max_value="9999", places=3)


@given(st.lists(st.tuples(st.sampled_from(["STEEL", "SCREW", "GLUE"]), quantities), max_size=6))
def test_what_is_applied_can_be_taken_out_again(lines: list[tuple[str, Decimal]]) -> None:
    context = make_context()
    made = [line(name, str(value), MATERIALS[name].unit) for name, value in lines] or [
        line("STEEL", "1", "KGM")
    ]
    event = consumption(*made)
    USE_CASE.apply(event, context, 1)
    total: dict[str, Any] = {}
    for name, value in lines:
        total[name] = total.get(name, 0) + value
    for name, value in total.items():
        assert context.progress.consumed[name] == value
    USE_CASE.apply(event, context, -1)
    assert all(value == 0 for value in context.progress.consumed.values())
    assert all(value == 0 for value in context.progress.consumed_for.values())
