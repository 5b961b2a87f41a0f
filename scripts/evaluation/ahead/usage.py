"""Usage of some months: the simulated plant of the use cases, as rows of the store.

Errors that people catch are corrected or rejected some hours after they were captured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from countersign.learn.replay import as_event
from countersign.learn.simulator.history import STARTED_AT, History, simulate_plant
from countersign.nouns.event import Event
from countersign.store import master_data
from countersign.store.database import canonical_json
from countersign.store.tables import approval, event, order_release

BEGIN = STARTED_AT
USE_CASES = ("production_confirmation", "material_consumption")
Row = dict[str, Any]


@dataclass(slots=True)
class UsageMonths:
    """Rows of the store's tables, in the order of time."""

    materials: dict[str, Any]
    releases: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    approvals: list[Row] = field(default_factory=list)

    def until(self, now: datetime) -> UsageMonths:
        """Return what the store held at a moment."""
        decided = [row for row in self.approvals if row["decided_at"] <= now]
        out = {row["event_id"] for row in decided if row["state"] == "rejected"}
        return UsageMonths(
            self.materials,
            [row for row in self.releases if row["released_at"] <= now],
            [
                row | {"state": "rejected" if row["event_id"] in out else "posted"}
                for row in self.events
                if row["received_at"] <= now
            ],
            decided,
        )

    def write(self, connection: Connection) -> None:
        """Write the rows into an empty store."""
        master_data.put(connection, "material", self.materials)
        for table, rows in (
            (order_release, self.releases),
            (event, self.events),
            (approval, self.approvals),
        ):
            if rows:
                connection.execute(insert(table), rows)


def simulate_usage(seed: int, orders: int = 500, days: float = 85.0) -> UsageMonths:
    """Simulate the usage of one plant: the same arguments give the same rows."""
    history = simulate_plant(seed, orders, days=days)
    rng = np.random.default_rng((seed, 44))
    found = UsageMonths({key: item.to_data() for key, item in history.materials.items()})
    for number, body in enumerate(history.events, start=1):
        fact = as_event(body)
        if fact.use_case not in USE_CASES:
            continue
        truth = history.truth[body["id"]]
        is_rejected = truth.is_caught and truth.correct is None
        found.events.append(_event(fact, body, 2 * number, is_rejected=is_rejected))
        if truth.is_caught and truth.correct != fact.data:
            at = fact.received_at + timedelta(hours=float(rng.exponential(5.0)))
            found.approvals.append(_approval(fact, truth.correct, 2 * number + 1, at))
    found.releases = _releases(history, found.events)
    return found


def _releases(history: History, events: list[Row]) -> list[Row]:
    """Release each order an hour before the first that was heard of it."""
    first: dict[str, datetime] = {}
    for row in events:
        first.setdefault(row["order_id"], row["received_at"])
    releases = [
        {
            "order_id": order.order_id,
            "released_at": first[order.order_id] - timedelta(hours=1),
            "is_backlog": False,
            "body": canonical_json(order.to_data()),
            "open_orders": 0,
            "queued_hours": 0.0,
            "busiest_hours": 0.0,
        }
        for order in history.orders
        if order.order_id in first
    ]
    return sorted(releases, key=lambda row: (row["released_at"], row["order_id"]))


def _event(fact: Event, body: Row, seq: int, *, is_rejected: bool) -> Row:
    return {
        "event_id": fact.event_id,
        "seq": seq,
        "source": fact.source,
        "event_key": fact.key,
        "type": fact.type,
        "use_case": fact.use_case,
        "site_id": fact.site_id,
        "order_id": fact.order_id,
        "operation_id": fact.operation_id,
        "occurred_at": fact.occurred_at,
        "received_at": fact.received_at,
        "digest": "",
        "state": "rejected" if is_rejected else "posted",
        "body": canonical_json(body),
    }


def _approval(fact: Event, correct: Row | None, seq: int, at: datetime) -> Row:
    return {
        "approval_id": f"{seq:032x}",
        "seq": seq,
        "event_id": fact.event_id,
        "use_case": fact.use_case,
        "site_id": fact.site_id,
        "order_id": fact.order_id,
        "state": "rejected" if correct is None else "corrected",
        "cause": "simulated",
        "title": "",
        "four_eyes": False,
        "requested_at": fact.received_at,
        "due_at": at,
        "decided_at": at,
        "correction": None if correct is None else canonical_json(correct),
        "version": 1,
    }
