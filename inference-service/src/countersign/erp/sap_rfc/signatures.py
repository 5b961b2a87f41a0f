"""Signatures: the parameters of each function that is called, and what fits into them.

``signatures.csv`` lists parameters, ``structures.csv`` the fields of their structures; ``verified``
is ``yes`` for what a public source shows. A call is checked as SAP's library does it: a parameter
or field that is not there is refused, a text has to be ``str`` and fit, a ``NUMC`` has digits only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any

from countersign.erp.sap.values import width
from countersign.erp.sap_rfc.transport import RfcError

INT4_LIMIT = 2**31


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar: ``type`` is CHAR, NUMC, BCD, DATS, TIMS or INT4."""

    type: str
    length: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: a scalar, a structure, or a table of structures."""

    direction: str
    structure: str
    scalar: Field


@cache
def signatures() -> Mapping[str, Mapping[str, Parameter]]:
    """Return the parameters of the functions by name."""
    found: dict[str, dict[str, Parameter]] = {}
    known = structures()
    for row in _rows("signatures.csv"):
        parameters = found.setdefault(row["function"], {})
        if row["parameter"]:
            is_structure = row["type"] in known
            scalar = Field("" if is_structure else row["type"], int(row["length"] or 0), 0)
            name = row["type"] if is_structure else ""
            parameters[row["parameter"]] = Parameter(row["direction"], name, scalar)
    return found


@cache
def structures() -> Mapping[str, Mapping[str, Field]]:
    """Return the fields of the structures by name."""
    found: dict[str, dict[str, Field]] = {}
    for row in _rows("structures.csv"):
        found.setdefault(row["structure"], {})[row["field"]] = Field(
            row["type"], int(row["length"] or 0), int(row["decimals"] or 0)
        )
    return found


def require_valid(function: str, parameters: Mapping[str, Any]) -> None:
    """Check a call against the signature.

    Raises:
        RfcError: the function, a parameter or a field does not exist.
        TypeError: a value has another type than the library takes; ``args`` name the field.
        ValueError: a value of the right type does not fit.
    """
    signature = signatures().get(function)
    if signature is None:
        raise RfcError("application", "FU_NOT_FOUND", f"Function module {function} not found")
    for name, value in parameters.items():
        parameter = signature.get(name)
        if parameter is None or parameter.direction == "exporting":
            raise _not_found(name)
        if parameter.direction == "tables":
            if not isinstance(value, list):
                raise TypeError(f"{name}: a list is required, not {type(value).__name__}")
            for position, row in enumerate(value):
                _require_structure(parameter.structure, row, f"{name}[{position}]")
        elif parameter.structure:
            _require_structure(parameter.structure, value, name)
        else:
            _require_scalar(parameter.scalar, value, name)


def _require_structure(name: str, value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise TypeError(f"{path}: a dict is required, not {type(value).__name__}")
    fields = structures()[name]
    for key, part in value.items():
        if key not in fields:
            raise _not_found(key)
        _require_scalar(fields[key], part, f"{path}.{key}")


def _require_scalar(field: Field, value: Any, path: str) -> None:
    if field.type == "INT4":
        if type(value) is not int:
            raise TypeError(f"{path}: an int is required, not {type(value).__name__}")
        fits = -INT4_LIMIT <= value < INT4_LIMIT
    elif field.type == "BCD":
        fits = _is_number(value, field, path)
    elif field.type in ("DATS", "TIMS"):
        fits = _is_moment(value, field, path)
    else:
        text = _text(value, path)
        fits = width(text) <= field.length and (field.type != "NUMC" or _is_digits(text))
    if not fits:
        raise ValueError(f"{path}: {value!r} is no {field.type} of {field.length}")


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{path}: a str is required, not {type(value).__name__}")
    return value


def _is_digits(text: str) -> bool:
    return text.isascii() and (text.isdigit() or not text)


def _is_number(value: Any, field: Field, path: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | Decimal | float):
        raise TypeError(f"{path}: a Decimal, float or str is required")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > field.decimals:
        return False
    return abs(number) < Decimal(10) ** (field.length - field.decimals)


def _is_moment(value: Any, field: Field, path: str) -> bool:
    if isinstance(value, date if field.type == "DATS" else time):
        return True
    text = _text(value, path)
    if not text.strip("0"):
        return len(text) in (0, field.length)
    if not re.fullmatch(rf"\d{{{field.length}}}", text):
        return False
    try:
        if field.type == "DATS":
            date(int(text[:4]), int(text[4:6]), int(text[6:]))
        else:
            time(int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True


def _not_found(name: str) -> RfcError:
    return RfcError(
        "parameter", "RFC_INVALID_PARAMETER", f"field '{name}' not found", was_sent=False
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = files("countersign.erp.sap_rfc").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
