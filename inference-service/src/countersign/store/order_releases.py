"""Releases of orders as rows: the order as it was when it was first seen released."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from countersign.store.tables import event, order_release

PAGE_ORDERS = 500
OUT_OF_FORCE = ("rejected", "cancelled", "reversed")
"""States of events whose facts do not count."""


@dataclass(frozen=True, slots=True)
class OrderRelease:
    """An order at its release; ``body`` is its canonical JSON as it was then.

    ``is_backlog``: it was released before the service looked, nobody knows when. The hours are of
    machine time that other open orders still need at its work centres, and at the busiest of them.
    """

    order_id: str
    released_at: datetime
    is_backlog: bool
    body: str
    open_orders: int
    queued_hours: float
    busiest_hours: float


def read_open(connection: Connection, order_ids: Iterable[str]) -> dict[str, bool]:
    """Tell of those orders that were seen released whether they are still open."""
    wanted = sorted(set(order_ids))
    found: dict[str, bool] = {}
    for start in range(0, len(wanted), PAGE_ORDERS):
        query = select(order_release.c.order_id, order_release.c.ended_at).where(
            order_release.c.order_id.in_(wanted[start : start + PAGE_ORDERS])
        )
        found |= {row.order_id: row.ended_at is None for row in connection.execute(query)}
    return found


def add(connection: Connection, releases: Sequence[OrderRelease]) -> None:
    """Store releases; each order has one, which never changes."""
    if releases:
        connection.execute(insert(order_release), [asdict(release) for release in releases])


def end(connection: Connection, states: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note in which states orders have ended, and that it was seen now."""
    if states:
        change = (
            update(order_release)
            .where(order_release.c.order_id == bindparam("id"), order_release.c.ended_at.is_(None))
            .values(ended_at=bindparam("at"), end_state=bindparam("state"))
        )
        connection.execute(
            change, [{"id": order_id, "state": state, "at": now} for order_id, state in states]
        )


def read_last(
    connection: Connection, since: datetime, until: datetime, most: int
) -> Sequence[Row[Any]]:
    """Read the last releases of a span of time, at most so many, oldest first."""
    query = (
        select(order_release)
        .where(order_release.c.released_at >= since, order_release.c.released_at <= until)
        .order_by(order_release.c.released_at.desc(), order_release.c.order_id.desc())
        .limit(most)
    )
    return list(connection.execute(query))[::-1]


def read_final_confirmations(
    connection: Connection, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Read the final confirmations, received by a time, of orders released since another.

    Rows: order_id, operation_id, occurred_at, received_at; oldest first.
    """
    query = (
        select(event.c.order_id, event.c.operation_id, event.c.occurred_at, event.c.received_at)
        .join(order_release, order_release.c.order_id == event.c.order_id)
        .where(
            order_release.c.released_at >= since,
            event.c.use_case == "production_confirmation",
            event.c.received_at <= until,
            event.c.state.not_in(OUT_OF_FORCE),
            event.c.body.contains('"final"'),
        )
        .order_by(event.c.received_at, event.c.seq)
    )
    return list(connection.execute(query))
