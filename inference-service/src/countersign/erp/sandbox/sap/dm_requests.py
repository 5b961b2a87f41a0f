"""A request to Digital Manufacturing: which fields it may and must have, and of which type."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.tables import rows_of

DAY_TIME = "%Y-%m-%d %H:%M:%S"


def check(path: str, body: Any) -> dict[str, Any]:
    """Return the body of a request when it fits the table.

    Raises:
        Refusal: a field is unknown, missing, or of another type.
    """
    if not isinstance(body, dict):
        raise invalid("the body is no JSON object")
    fields = _fields(path)
    for name in body:
        if name not in fields:
            raise invalid(f"unknown field {name}")
    for name, row in fields.items():
        value = body.get(name)
        if value is None or value == "":
            if row["required"] == "yes":
                raise invalid(f"{name} is required")
            continue
        if not _TYPES[row["type"]](value):
            raise invalid(f"{name}: {value!r} is no {row['type']}")
        if row["length"] and len(value) > int(row["length"]):
            raise invalid(f"{name} is longer than {row['length']}")
    for part in body.get("activities", ()):
        check(f"{path}/activities", part)
    return body


def moment(text: str) -> datetime:
    """Read a point in time, or a day and time as goods issues write them."""
    return datetime.fromisoformat(text)


def invalid(text: str) -> Refusal:
    """Return the refusal of a request that does not fit the interface."""
    return Refusal([Message("validation", text)], 400)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and value.endswith("Z") and _reads(datetime.fromisoformat, value)


def _is_day_time(value: Any) -> bool:
    return isinstance(value, str) and _reads(lambda text: datetime.strptime(text, DAY_TIME), value)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "activities": lambda value: isinstance(value, list) and bool(value),
    "moment": _is_moment,
    "day_time": _is_day_time,
}


@cache
def _fields(path: str) -> dict[str, dict[str, str]]:
    return {row["field"]: row for row in rows_of("dm_requests.csv") if row["path"] == path}
