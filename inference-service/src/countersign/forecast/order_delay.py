"""Order delay: will an order be late, told when it is released? Never a lead time.

A row per order, as it was when the service first saw it released; nothing later changes it.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Row

from countersign.forecast.marks import Marks, Numbers, moments
from countersign.forecast.question import Question
from countersign.forecast.work_ahead import hours_left
from countersign.nouns.order import ProductionOrder
from countersign.store import order_releases

if TYPE_CHECKING:
    import pandas as pd

HISTORY = timedelta(days=360)
MOST_ORDERS = 5000
"""How many orders are read: a plant that releases more learns from a shorter time."""
LOOKBACK_SHARE = 0.2
"""Share of the orders, the oldest, that only tell how many were late before the others."""
LAST_OF_MATERIAL = 10
RECORDED_WITHIN = timedelta(hours=8)
"""An end that is recorded later than this counts as not reached: nobody could know of it."""


class _Noted(NamedTuple):
    """An order at its release, and what is known of its end: late or not, and since when."""

    order: ProductionOrder
    release: Row[Any]
    planned_end_at: datetime
    is_late: bool | None
    known_at: datetime | None


def read(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read orders as they were at their release; the target is empty while they run.

    What became known after ``now`` is not looked at.
    """
    releases = order_releases.read_last(connection, now - HISTORY, now, MOST_ORDERS)
    since = releases[0].released_at if releases else now
    ends: dict[str, dict[str, Row[Any]]] = {}
    for row in order_releases.read_final_confirmations(connection, since, now):
        ends.setdefault(row.order_id, {}).setdefault(row.operation_id, row)
    noted = []
    for release in releases:
        found = None if release.is_backlog else _note(release, ends, now)
        if found is not None:
            noted.append(found)
    is_cut = len(releases) == MOST_ORDERS
    return _described(noted, int(len(noted) * LOOKBACK_SHARE) if is_cut else 0)


def _note(release: Row[Any], ends: dict[str, dict[str, Row[Any]]], now: datetime) -> _Noted | None:
    """Say what is known of an order; ``None`` without a planned end, or cancelled by now."""
    order = ProductionOrder.from_data(json.loads(release.body))
    planned_end_at = order.planned_end_at
    has_ended = release.ended_at is not None and release.ended_at <= now
    if planned_end_at is None or planned_end_at <= release.released_at:
        return None
    if has_ended and release.end_state == "cancelled":
        return None
    given_up_at = planned_end_at + RECORDED_WITHIN
    told = _finished(order, ends.get(order.order_id, {}))
    if has_ended:
        told.append((release.ended_at, release.ended_at))
    told_at, finished_at = min(told, default=(given_up_at, given_up_at))
    if told_at <= min(given_up_at, now):
        return _Noted(order, release, planned_end_at, finished_at > planned_end_at, told_at)
    if given_up_at <= now:
        return _Noted(order, release, planned_end_at, True, given_up_at)
    return _Noted(order, release, planned_end_at, None, None)


def _finished(order: ProductionOrder, ends: dict[str, Row[Any]]) -> list[tuple[datetime, datetime]]:
    """Return when the end of the last operation was told, and when it was; empty before."""
    last = order.operations[-1].operation_id if order.operations else next(iter(ends), "")
    found = ends.get(last)
    return [] if found is None else [(found.received_at, found.occurred_at)]


def _described(noted: list[_Noted], first: int) -> pd.DataFrame:
    import pandas as pd

    rows = noted[first:]
    released = moments([row.release.released_at for row in rows])
    table = pd.DataFrame(
        [_features(row) for row in rows],
        columns=[
            *("subject", "order_id", "site_id", "asks_until", "released_at", "material_id"),
            *("order_quantity", "planned_lead_hours", "work_hours", "work_share"),
            *("queued_hours", "busiest_hours", "operation_count"),
        ],
    )
    table["late_share_of_material"] = _late_by_material(noted).mean_of_last(
        table["material_id"].tolist(), released, LAST_OF_MATERIAL
    )
    table["is_late"] = np.asarray(
        [np.nan if row.is_late is None else float(row.is_late) for row in rows], dtype=np.float64
    )
    return table


def _late_by_material(noted: list[_Noted]) -> Marks:
    """Return which orders for each material were late, by when that was known."""
    known = [row for row in noted if row.known_at is not None]
    is_late: Numbers = np.asarray([row.is_late for row in known], dtype=np.float64)
    names = [row.order.material_id for row in known]
    return Marks(names, moments([row.known_at for row in known]), is_late)


def _features(row: _Noted) -> tuple[Any, ...]:
    order, release = row.order, row.release
    lead_hours = (row.planned_end_at - release.released_at) / timedelta(hours=1)
    work_hours = sum(hours_left(order, None).values())
    return (
        order.order_id,
        order.order_id,
        order.site_id,
        row.planned_end_at,
        release.released_at,
        order.material_id,
        float(order.quantity.value),
        lead_hours,
        work_hours,
        work_hours / lead_hours,
        release.queued_hours,
        release.busiest_hours,
        float(len(order.operations)),
    )


QUESTION = Question("order_delay", "order", timedelta(hours=1), read)
