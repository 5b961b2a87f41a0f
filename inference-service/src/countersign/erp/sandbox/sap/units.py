"""A unit of measure, under its commercial, ISO and SAP name, and how it converts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from countersign.erp.sandbox.sap.messages import Refusal, message, refusal
from countersign.erp.sandbox.sap.tables import rows_of


@dataclass(frozen=True, slots=True)
class Unit:
    """``factor`` leads to the base of its dimension; a unit without one converts per material."""

    name: str
    iso: str
    sap: str
    dimension: str
    factor: Decimal


def unit_of(values: dict[str, Any], field: str, iso_field: str, sap_field: str) -> str:
    """Return the commercial name of the unit that a body gives under one of three names.

    Raises:
        Refusal: it is no unit.
    """
    if values.get(field):
        return known(str(values[field]), field).name
    if values.get(iso_field):
        for unit in _table().values():
            if unit.iso == values[iso_field]:
                return unit.name
        raise refusal("BM/034", str(values[iso_field]), target=iso_field)
    if values.get(sap_field):
        for unit in _table().values():
            if unit.sap == values[sap_field]:
                return unit.name
        raise refusal("BM/035", str(values[sap_field]), target=sap_field)
    return ""


def known(name: str, field: str) -> Unit:
    """Return a unit by its commercial name.

    Raises:
        Refusal: there is none.
    """
    unit = _table().get(name)
    if unit is None:
        raise refusal("BM/035", name, target=field)
    return unit


def names(name: str) -> tuple[str, str]:
    """Return the ISO and the SAP name of a unit, empty where it is none."""
    unit = _table().get(name)
    return (unit.iso, unit.sap) if unit else ("", "")


def factor(unit: str, base: str, alternatives: dict[str, str]) -> Decimal | None:
    """Return how many of ``base`` one ``unit`` is; None where nothing says so."""
    if unit == base:
        return Decimal(1)
    if unit in alternatives:
        return Decimal(alternatives[unit])
    one, other = _table().get(unit), _table().get(base)
    if one and other and one.dimension and one.dimension == other.dimension:
        return one.factor / other.factor
    return None


def require_time(name: str, field: str) -> None:
    """Refuse an activity's unit that is no unit of time.

    Raises:
        Refusal: it is none.
    """
    if known(name, field).dimension != "time":
        raise Refusal([message("BM/035", name, target=field)])


@cache
def _table() -> dict[str, Unit]:
    return {
        row["unit"]: Unit(
            row["unit"], row["iso"], row["sap"], row["dimension"], Decimal(row["factor"])
        )
        for row in rows_of("units.csv")
    }
