"""A BAPI structure: fields as ABAP knows them, read into the rows that the system works on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.tables import rows_of


@dataclass(frozen=True, slots=True)
class Field:
    """``type`` is ABAP's; ALPHA is a text that SAP keeps with leading zeros, FLAG is X or blank."""

    name: str
    type: str
    length: int
    decimals: int
    entity_field: str


class ParameterError(Exception):
    """A parameter that the function or structure does not have, or a value it does not take."""


def read(structure: str, given: Any) -> dict[str, Any]:
    """Read a structure's values by field: texts, decimals as strings, dates ``2025-11-20``.

    Raises:
        ParameterError: an unknown field, or a value of the wrong form.
    """
    if not isinstance(given, dict):
        raise ParameterError(f"{structure}: a structure is expected")
    fields = _structures()[structure]
    values = {}
    for name, value in given.items():
        if name not in fields:
            raise ParameterError(f"field '{name}' not found")
        values[name] = _value(fields[name], value)
    return values


def read_table(structure: str, given: Any) -> list[dict[str, Any]]:
    """Read the rows of a table parameter."""
    if not isinstance(given, list):
        raise ParameterError(f"{structure}: a table is expected")
    return [read(structure, row) for row in given]


def into_row(structure: str, values: dict[str, Any], row: Row) -> Row:
    """Put values into the entity's fields that the structure's fields mean."""
    for name, value in values.items():
        target = _structures()[structure][name].entity_field
        if target and value not in ("", None):
            row[target] = value
    return row


def padded(text: str, length: int) -> str:
    """Write a number with leading zeros, as ABAP keeps it."""
    return text.zfill(length) if text.isdigit() else text


def _value(field: Field, value: Any) -> Any:
    if field.type == "INT":
        if isinstance(value, bool) or not isinstance(value, int):
            raise ParameterError(f"{field.name}: an integer is expected")
        return value
    text = _text(field, value)
    if field.type in ("QUAN", "CURR"):
        return _number(field, text)
    if field.type == "DATS":
        return _date(field, text)
    if field.type == "TIMS":
        return _time(field, text)
    if len(text) > field.length:
        raise ParameterError(f"{field.name}: {text!r} is longer than {field.length}")
    if field.type == "NUMC":
        if not re.fullmatch(r"\d*", text):
            raise ParameterError(f"{field.name}: {text!r} has other characters than digits")
        return text.lstrip("0")
    if field.type == "FLAG":
        return text.strip() == "X"
    if field.type == "ALPHA":
        return _unpadded(field, text)
    return text.upper() if field.type == "UPPER" else text


def _unpadded(field: Field, text: str) -> str:
    """Take the zeros of an internal number away; without them it is another number to ABAP."""
    if not text.isdigit():
        return text
    if len(text) < field.length and not (field.name.endswith("_LONG") and len(text) == 18):
        return f"?{text}"
    return text.lstrip("0") or "0"


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise ParameterError(f"{field.name}: a text is expected, not {value!r}")
    return value.rstrip()


def _number(field: Field, text: str) -> str:
    try:
        number = Decimal(text or "0")
    except InvalidOperation:
        raise ParameterError(f"{field.name}: {text!r} is no number") from None
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > field.decimals:
        raise ParameterError(f"{field.name}: {text!r} has more than {field.decimals} decimals")
    return plain(number)


def _date(field: Field, text: str) -> str | None:
    if text in ("", "00000000"):
        return None
    try:
        if len(text) != 8:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ParameterError(f"{field.name}: {text!r} is no date") from None


def _time(field: Field, text: str) -> str | None:
    if not text:
        return None
    try:
        if len(text) != 6:
            raise ValueError
        return time(int(text[:2]), int(text[2:4]), int(text[4:])).isoformat()
    except ValueError:
        raise ParameterError(f"{field.name}: {text!r} is no time") from None


@cache
def _structures() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    for row in rows_of("bapi_fields.csv"):
        found.setdefault(row["structure"], {})[row["field"]] = Field(
            row["field"],
            row["type"],
            int(row["length"] or 0),
            int(row["decimals"] or 0),
            row["entity_field"],
        )
    return found
