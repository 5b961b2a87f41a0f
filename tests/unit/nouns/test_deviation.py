"""On which side of what was expected an event lies: batches of approvals take one side only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from countersign.nouns.assessment import Assessment, Deviation, Expectation


def quantity(text: str, unit: str = "KGM") -> dict[str, str]:
    return {"quantity_string": text, "unit_of_measure": unit}


def assessed(*pointers: str) -> Assessment:
    """Return an assessment that expects 452 to 468.5 kg at each place."""
    expected = [
        Expectation(pointer, Decimal("452"), Decimal("468.5"), "KGM", "") for pointer in pointers
    ]
    return Assessment(
        "e", "material_consumption", "1000", (), tuple(expected), None, (), {}, (), None, None,
        "", "", "1", "0" * 64,
    )  # fmt: skip


LINES = "/data/material_actual/0/quantity", "/data/material_actual/1/quantity"


@pytest.mark.parametrize(
    ("first", "second", "side"),
    [
        (quantity("461.25"), quantity("452"), None),
        (quantity("468.5"), quantity("468.500001"), "above"),
        (quantity("4612.5"), quantity("9000"), "above"),
        (quantity("451.999999"), quantity("460"), "below"),
        (quantity("0"), quantity("9000"), None),
        (quantity("9000", "GRM"), quantity("1"), "below"),
        (quantity("9000", "GRM"), quantity("9000", "GRM"), None),
    ],
)
def test_the_side_is_what_all_unexpected_quantities_have_in_common(
    first: dict[str, str], second: dict[str, str], side: Deviation | None
) -> None:
    data = {"material_actual": [{"quantity": first}, {"quantity": second}]}
    assert assessed(*LINES).deviation(data) == side


@pytest.mark.parametrize(
    "data",
    [{}, {"material_actual": []}, {"material_actual": "none"}, {"material_actual": [{}]}],
)
def test_what_is_not_there_deviates_to_no_side(data: dict[str, Any]) -> None:
    assert assessed(*LINES).deviation(data) is None


def test_a_quantity_of_the_event_itself_is_found() -> None:
    data = {"yield_quantity": quantity("900")}
    assert assessed("/data/yield_quantity").deviation(data) == "above"
