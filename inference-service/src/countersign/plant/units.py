"""Units of measure: what they are called, and how a quantity is told in another one.

A unit is a UN/ECE Recommendation 20 code (``uom_rec20.csv``) or a code that the material itself
declares (a box of 25). What a material declares wins over the table, as it does in every ERP.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from countersign.nouns.order import Material
from countersign.nouns.quantity import Quantity

ONE = Decimal(1)


class UnitError(ValueError):
    """A quantity cannot be told in the unit that was asked for."""


class UnknownUnit(UnitError):
    """The code is neither in the table nor declared by the material."""

    def __init__(self, unit: str, material_id: str = "") -> None:
        self.unit = unit
        of = f" for material {material_id}" if material_id else ""
        super().__init__(f"Unit {unit} is unknown{of}; use a UN/ECE Rec 20 code or declare it")


class NotConvertible(UnitError):
    """Both units are known, but nothing says how one becomes the other."""

    def __init__(self, unit: str, to_unit: str, material_id: str = "") -> None:
        self.unit = unit
        self.to_unit = to_unit
        of = f" for material {material_id}" if material_id else ""
        super().__init__(f"{unit} cannot be converted to {to_unit}{of}: no factor is declared")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the table: base units of its dimension in one of it."""

    code: str
    name: str
    dimension: str
    factor_to_base: Decimal


def _read_table() -> Mapping[str, Unit]:
    text = files("countersign.plant").joinpath("uom_rec20.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Unit(
            row["code"], row["name"], row["dimension"], Decimal(row["factor_to_base"])
        )
        for row in csv.DictReader(text.splitlines())
    }


UNITS: Mapping[str, Unit] = _read_table()
"""The units of Rec 20 that a plant meets, by code."""


def is_count(unit: str) -> bool:
    """Tell whether quantities in the unit are counted, so that fractions make no sense."""
    known = UNITS.get(unit)
    return known is not None and known.dimension == "count"


def factor(unit: str, to_unit: str, material: Material | None = None) -> tuple[Decimal, Decimal]:
    """Return what to multiply with, and then to divide by, to come from one unit to the other.

    Two numbers, because 1/12 has no exact decimal.

    Raises:
        UnknownUnit: a code is neither in the table nor declared by the material.
        NotConvertible: the units are of different kinds and the material declares no factor.
    """
    if unit == to_unit:
        return ONE, ONE
    up, kind = _weight(unit, material)
    down, to_kind = _weight(to_unit, material)
    if kind != to_kind:
        raise NotConvertible(unit, to_unit, material.material_id if material else "")
    return up, down


def convert(quantity: Quantity, to_unit: str, material: Material | None = None) -> Quantity:
    """Tell a quantity in another unit.

    Raises:
        UnknownUnit: a code is neither in the table nor declared by the material.
        NotConvertible: the units are of different kinds and the material declares no factor.
    """
    up, down = factor(quantity.unit, to_unit, material)
    return Quantity(quantity.value * up / down, to_unit)


def _weight(unit: str, material: Material | None) -> tuple[Decimal, str]:
    """Return base units of the dimension in one unit, and the dimension."""
    if material is not None:
        for declared, base_units in material.conversions:
            if declared == unit:
                weight, kind = _weight_of_base(material)
                return base_units * weight, kind
        if unit == material.unit:
            return _weight_of_base(material)
    known = UNITS.get(unit)
    if known is None:
        raise UnknownUnit(unit, material.material_id if material else "")
    return known.factor_to_base, known.dimension


def _weight_of_base(material: Material) -> tuple[Decimal, str]:
    """Return the weight of the material's base unit; a base unit outside the table is its own."""
    known = UNITS.get(material.unit)
    if known is None:
        return ONE, f"base unit {material.unit}"
    return known.factor_to_base, known.dimension
