"""Noting releases: orders as they were, and what lay before them, when they were first released.

The mirror keeps an order as it is now. What was planned at its release, and how full the machines
were then, is gone later; so it is written down once and never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from countersign.forecast.work_ahead import OpenWork
from countersign.nouns.order import ProductionOrder
from countersign.store import (
    change_counters,
    job_cursors,
    master_data,
    order_releases,
    released_orders,
)
from countersign.store.database import Database, canonical_json, retry_conflicts
from countersign.store.order_releases import OrderRelease

JOB = "note releases"
PAGE_ORDERS = 500
ENDED = frozenset({"completed", "closed", "cancelled"})


def note_releases(database: Database, now: datetime) -> int:
    """Note the orders that were released or ended since the last call; return how many were.

    Orders that stood released when this ran for the first time are noted as backlog.
    """
    with database.read() as connection:
        version = change_counters.read(connection)["master_data"]
        position = job_cursors.read(connection, JOB)
        if version == position:
            return 0
        orders = _changed_orders(connection, position)
        is_open = order_releases.read_open(connection, orders)
        new = [
            order
            for key, order in orders.items()
            if key not in is_open and order["state"] == "released"
        ]
        ended = [
            (key, o["state"])
            for key, o in orders.items()
            if is_open.get(key) and o["state"] in ENDED
        ]
        releases = _describe(connection, new, now, is_backlog=not position)
    return retry_conflicts(lambda: _store(database, position, version, releases, ended, now))


def _store(
    database: Database,
    position: int,
    version: int,
    releases: Sequence[OrderRelease],
    ended: Sequence[tuple[str, str]],
    now: datetime,
) -> int:
    """Store what was found, unless another worker has done so meanwhile."""
    with database.write() as connection:
        if job_cursors.lock(connection, JOB) != position:
            return 0
        order_releases.add(connection, releases)
        order_releases.end(connection, ended, now)
        job_cursors.move(connection, JOB, version)
    return len(releases) + len(ended)


def _changed_orders(connection: Connection, after: int) -> dict[str, Mapping[str, Any]]:
    changed = sorted(
        item_id for kind, item_id in master_data.read_changed(connection, after) if kind == "order"
    )
    orders: dict[str, Mapping[str, Any]] = {}
    for start in range(0, len(changed), PAGE_ORDERS):
        orders |= master_data.read(connection, "order", changed[start : start + PAGE_ORDERS])
    return orders


def _describe(
    connection: Connection, new: Sequence[Mapping[str, Any]], now: datetime, *, is_backlog: bool
) -> list[OrderRelease]:
    if not new:
        return []
    work = OpenWork(*released_orders.read_all(connection))
    releases = []
    for data in new:
        order = ProductionOrder.from_data(data)
        ahead = work.before(order)
        releases.append(
            OrderRelease(
                order.order_id,
                now,
                is_backlog,
                canonical_json(order.to_data()),
                ahead.open_orders,
                ahead.queued_hours,
                ahead.busiest_hours,
            )
        )
    return releases
