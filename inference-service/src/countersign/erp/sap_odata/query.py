"""The query: keys, filters and parameters as OData V2 wants them written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from urllib.parse import quote
from uuid import UUID

from countersign.nouns.quantity import plain

QUOTE_SAFE = "=,'-:"
Literal = str | bool | int | Decimal | date | UUID


def literal(value: Literal) -> str:
    """Write a value in a filter, a key or a parameter of a function.

    >>> literal("O'Neill"), literal(Decimal("1.50")), literal(date(2025, 11, 20)), literal(True)
    ("'O''Neill'", '1.5M', "datetime'2025-11-20T00:00:00'", 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        doubled = value.replace("'", "''")
        return f"'{doubled}'"
    if isinstance(value, UUID):
        return f"guid'{value}'"
    if isinstance(value, date):
        return f"datetime'{value.isoformat()}T00:00:00'"
    return f"{plain(value)}M" if isinstance(value, Decimal) else str(value)


def equal(field: str, value: Literal) -> str:
    """Write that a field has a value."""
    return f"{field} eq {literal(value)}"


def any_of(field: str, values: Iterable[str]) -> str:
    """Write that a field has one of some values."""
    return "(" + " or ".join(equal(field, value) for value in values) + ")"


def entity(entity_set: str, **keys: Literal) -> str:
    """Write the path of one entity."""
    if len(keys) == 1:
        inside = literal(next(iter(keys.values())))
    else:
        inside = ",".join(f"{name}={literal(value)}" for name, value in keys.items())
    return f"{entity_set}({quote(inside, safe=QUOTE_SAFE)})"
