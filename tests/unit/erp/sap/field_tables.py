"""The field tables of SAP's services, and what in a request body breaks them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import countersign.erp.sandbox.sap

TABLES = Path(countersign.erp.sandbox.sap.__file__).parent / "tables"
_DATE = re.compile(r"/Date\(-?\d+\)/")
_TIME = re.compile(r"PT([01]\d|2[0-3])H[0-5]\dM[0-5]\dS")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
_PATTERNS = {"Edm.DateTime": _DATE, "Edm.Time": _TIME, "Edm.Guid": _GUID}


def faults_in(service: str, entity: str, body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a body that creates an entity, with all that hangs on it."""
    return list(_faults(service, entity, body, is_change=False))


def faults_in_change(service: str, entity: str, body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a body that changes an entity."""
    return list(_faults(service, entity, body, is_change=True))


def parameters_of(service: str, function: str) -> dict[str, dict[str, str]]:
    """Return the parameters of a function by name."""
    return {
        row["parameter"]: row
        for row in _rows("functions.csv")
        if row["service"] == service and row["function"] == function
    }


def _faults(
    service: str, entity: str, body: Mapping[str, Any], *, is_change: bool
) -> Iterator[str]:
    fields, navigations = _fields(service, entity), _navigations(service, entity)
    for name, value in body.items():
        where = f"{entity}.{name}"
        if name in navigations:
            for row in value["results"]:
                yield from _faults(service, navigations[name], row, is_change=is_change)
        elif name not in fields:
            yield f"{where}: there is no such field"
        elif fields[name]["creatable"] != "yes" and not is_change:
            yield f"{where}: SAP gives this itself"
        else:
            yield from _value_faults(where, fields[name], value)


def _value_faults(where: str, field: Mapping[str, str], value: Any) -> Iterator[str]:
    kind = field["type"]
    if kind == "Edm.Boolean":
        if not isinstance(value, bool):
            yield f"{where}: {value!r} is no boolean"
    elif not isinstance(value, str):
        yield f"{where}: {value!r} is no text"
    elif kind == "Edm.String":
        if field["length"] and len(value.encode("utf-16-le")) // 2 > int(field["length"]):
            yield f"{where}: {value!r} is longer than {field['length']}"
        if any(ord(character) < 32 for character in value) and field["length"]:
            yield f"{where}: {value!r} has control characters"
    elif kind == "Edm.Decimal":
        yield from _decimal_faults(where, field, value)
    elif kind in _PATTERNS:
        if not _PATTERNS[kind].fullmatch(value):
            yield f"{where}: {value!r} is no {kind}"
    else:
        yield f"{where}: nothing is written as {kind}"


def _decimal_faults(where: str, field: Mapping[str, str], value: str) -> Iterator[str]:
    if not _DECIMAL.fullmatch(value):
        yield f"{where}: {value!r} is no decimal"
        return
    digits = Decimal(value).as_tuple()
    decimals = max(0, -int(digits.exponent))
    whole = max(0, len(digits.digits) + int(digits.exponent))
    if decimals > int(field["scale"]):
        yield f"{where}: {value} has more than {field['scale']} decimals"
    if whole > int(field["precision"]) - int(field["scale"]):
        yield f"{where}: {value} has too many digits"


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@cache
def _fields(service: str, entity: str) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in _rows(f"fields/{service}/{entity}.csv")}


@cache
def _navigations(service: str, entity: str) -> dict[str, str]:
    return {
        row["name"]: row["target"]
        for row in _rows("navigations.csv")
        if (row["service"], row["entity"]) == (service, entity)
    }
