"""Hours of stock as rows: what lay of each component when an hour began, and when it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from countersign.nouns.quantity import plain
from countersign.store.tables import stock_hour

STEP = Decimal("0.000001")
"""How finely quantities are kept: shares of a box have no end."""


@dataclass(frozen=True, slots=True)
class OpenedHour:
    """A component at the beginning of an hour, in its base unit.

    ``storage_location`` is empty where all places count together. ``planned_use`` is what released
    orders need in an hour.
    """

    hour_start: datetime
    material_id: str
    storage_location: str
    unit: str
    opened_at: datetime
    opening_quantity: Decimal
    planned_use: Decimal


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """What an hour of a component came to; ``closed_at`` is when its stock was read again."""

    hour_start: datetime
    material_id: str
    closed_at: datetime
    closing_quantity: Decimal
    used_quantity: Decimal
    delivered_quantity: Decimal


def open_hours(connection: Connection, hours: Sequence[OpenedHour]) -> None:
    """Store the beginnings of hours; a component has one for each hour."""
    if hours:
        connection.execute(insert(stock_hour), [_plain(asdict(hour)) for hour in hours])


def close_hours(connection: Connection, hours: Sequence[ClosedHour]) -> None:
    """Store what hours came to; an hour that is closed does not change."""
    if not hours:
        return
    names = ("closed_at", "closing_quantity", "used_quantity", "delivered_quantity")
    change = (
        update(stock_hour)
        .where(
            stock_hour.c.hour_start == bindparam("of_hour"),
            stock_hour.c.material_id == bindparam("of_material"),
            stock_hour.c.closed_at.is_(None),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    rows = []
    for hour in hours:
        said = _plain(asdict(hour))
        rows.append(
            {"of_hour": hour.hour_start, "of_material": hour.material_id}
            | {f"new_{name}": said[name] for name in names}
        )
    connection.execute(change, rows)


def read_opened(connection: Connection, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Read the hours that began in a span of time, by component."""
    query = (
        select(stock_hour)
        .where(
            stock_hour.c.hour_start >= since,
            stock_hour.c.hour_start <= until,
            stock_hour.c.opened_at <= until,
        )
        .order_by(stock_hour.c.material_id, stock_hour.c.hour_start)
    )
    return list(connection.execute(query))


def forget_before(connection: Connection, hour_start: datetime) -> None:
    """Delete what is too old to be learned from."""
    connection.execute(delete(stock_hour).where(stock_hour.c.hour_start < hour_start))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: plain(value.quantize(STEP)) if isinstance(value, Decimal) else value
        for name, value in row.items()
    }
