"""Units: conversions are exact where decimals can be, and refuse what nobody declared."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.nouns.order import Material
from countersign.nouns.quantity import Quantity
from countersign.plant.units import (
    UNITS,
    NotConvertible,
    UnitError,
    UnknownUnit,
    convert,
    factor,
    is_count,
)

SCREW = Material("SCREW", "C62", conversions=(("BX", Decimal(25)), ("KGM", Decimal(200))))
SHEET = Material("SHEET", "SH", conversions=(("PAL", Decimal(40)),))

values = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False)
pairs = st.sampled_from(
    [
        (one.code, other.code)
        for one in UNITS.values()
        for other in UNITS.values()
        if one.dimension == other.dimension
    ]
)


@pytest.mark.parametrize(
    ("value", "unit", "to_unit", "material", "expected"),
    [
        ("460000", "GRM", "KGM", None, "460"),
        ("1", "TNE", "KGM", None, "1000"),
        ("2", "LBR", "KGM", None, "0.90718474"),
        ("3", "DZN", "C62", None, "36"),
        ("1.5", "HUR", "MIN", None, "90"),
        ("7", "EA", "C62", None, "7"),
        ("4", "BX", "C62", SCREW, "100"),
        ("50", "C62", "BX", SCREW, "2"),
        ("1", "KGM", "C62", SCREW, "200"),
        ("2", "DZN", "C62", SCREW, "24"),
        ("2", "PAL", "SH", SHEET, "80"),
        ("5", "SH", "SH", SHEET, "5"),
    ],
)
def test_a_quantity_is_told_in_another_unit(
    value: str, unit: str, to_unit: str, material: Material | None, expected: str
) -> None:
    assert convert(Quantity(Decimal(value), unit), to_unit, material) == Quantity(
        Decimal(expected), to_unit
    )


@pytest.mark.parametrize(
    ("unit", "to_unit", "material", "error", "says"),
    [
        ("XYZ", "KGM", None, UnknownUnit, "XYZ is unknown"),
        ("KGM", "XYZ", None, UnknownUnit, "XYZ is unknown"),
        ("BX", "C62", None, UnknownUnit, "BX is unknown"),
        ("KGM", "LTR", None, NotConvertible, "KGM cannot be converted to LTR"),
        ("KGM", "C62", Material("P", "C62"), NotConvertible, "for material P"),
        ("C62", "SH", SHEET, NotConvertible, "for material SHEET"),
    ],
)
def test_what_nobody_declared_is_refused_with_both_units_named(
    unit: str, to_unit: str, material: Material | None, error: type[UnitError], says: str
) -> None:
    with pytest.raises(error, match=says):
        convert(Quantity(Decimal(1), unit), to_unit, material)


def test_what_a_material_declares_wins_over_the_table() -> None:
    baker = Material("ROLL", "C62", conversions=(("DZN", Decimal(13)),))

    assert convert(Quantity(Decimal(2), "DZN"), "C62", baker).value == 26


@given(values, pairs)
def test_there_and_back_again_is_the_same_quantity(value: Decimal, units: tuple[str, str]) -> None:
    unit, other = units
    there = convert(Quantity(value, unit), other)
    back = convert(there, unit).value

    assert abs(back - value) <= abs(value) * Decimal("1e-24")


@given(values, values, pairs)
def test_the_sum_converts_to_the_sum(one: Decimal, other: Decimal, units: tuple[str, str]) -> None:
    unit, to_unit = units
    parts = (
        convert(Quantity(one, unit), to_unit).value + convert(Quantity(other, unit), to_unit).value
    )
    whole = convert(Quantity(one + other, unit), to_unit).value

    assert abs(parts - whole) <= abs(whole) * Decimal("1e-24")


@given(pairs)
def test_factors_the_other_way_round_are_swapped(units: tuple[str, str]) -> None:
    up, down = factor(*units)
    assert factor(units[1], units[0]) == (down, up)


def test_pieces_are_counted_and_kilograms_are_not() -> None:
    assert is_count("C62")
    assert is_count("DZN")
    assert not is_count("KGM")
    assert not is_count("BX")
