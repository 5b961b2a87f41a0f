"""Values on the wire: what Tryton's JSON calls a date or a decimal, and ours.

Tryton keeps quantities as floating-point numbers. They leave here as the shortest number that says
the decimal, and come back as the decimal of the digits that Tryton wrote.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any


def encode(value: Any) -> Any:
    """Make a value, and all within it, ready for JSON; a decimal becomes Tryton's exact type."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, datetime):
        moment = value.astimezone(UTC)
        names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{name: getattr(moment, name) for name in names}}
    if isinstance(value, dict):
        return {name: encode(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [encode(part) for part in value]
    return value


def decode(text: str) -> Any:
    """Read JSON as Tryton writes it: numbers with a point become decimals, times are UTC.

    Raises:
        ValueError: the text is no JSON object.
    """
    data = json.loads(text, parse_float=Decimal, object_hook=_object)
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def quantity(value: Decimal) -> float:
    """Return a quantity as Tryton's fields take it."""
    return float(value)


def decimal(value: Decimal | int) -> Decimal:
    """Return a number that Tryton wrote as a decimal, without the zeros of its notation."""
    number = Decimal(value)
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def _object(data: dict[str, Any]) -> Any:
    kind = data.pop("__class__", None)
    if kind == "Decimal":
        return Decimal(data["decimal"])
    if kind == "date":
        return date(**data)
    if kind == "datetime":
        return datetime(**data, tzinfo=UTC)
    return data
