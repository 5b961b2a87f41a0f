"""Postings of some weeks: queued, called for, refused, delayed, tried again.

Failures come from materials that are wrong for hours or days, from orders that somebody has open,
from hours in which the ERP is slow, and a good quarter of them from nothing that shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from countersign.store.tables import attempt, event, posting, stream

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
KINDS = ("production_confirmation", "goods_issue", "scrap_report")
MOST_TRIES = 4
Row = dict[str, Any]


@dataclass(slots=True)
class PostingDays:
    """Rows of the store's tables, in the order of time."""

    events: list[Row] = field(default_factory=list)
    postings: list[Row] = field(default_factory=list)
    tries: list[Row] = field(default_factory=list)

    def until(self, now: datetime) -> PostingDays:
        """Return what the store held at a moment."""
        tries = [row for row in self.tries if row["started_at"] <= now]
        postings = [row for row in self.postings if row["created_at"] <= now]
        return PostingDays(
            [row for row in self.events if row["received_at"] <= now],
            [_as_of(row, now) for row in postings],
            [
                row if row["finished_at"] <= now else row | {"finished_at": None, "result": None}
                for row in tries
            ],
        )

    def write(self, connection: Connection) -> None:
        """Write the rows into an empty store."""
        streams = {row["stream_id"]: row for row in self.postings}
        for table, rows in (
            (event, self.events),
            (stream, [_stream(row) for row in streams.values()]),
            (posting, self.postings),
            (attempt, self.tries),
        ):
            if rows:
                connection.execute(insert(table), rows)


def simulate_postings(seed: int, days: int = 40, per_hour: float = 25.0) -> PostingDays:
    """Simulate the postings of one plant: the same arguments give the same rows."""
    rng = np.random.default_rng((seed, 41))
    world = _World(rng, days)
    found = PostingDays()
    at = BEGIN
    end = BEGIN + timedelta(days=days)
    while True:
        busy = 0.4 + 1.2 * max(math.sin((at.hour - 5) / 18 * math.pi), 0.0)
        at += timedelta(hours=float(rng.exponential(1.0 / (per_hour * busy))))
        if at >= end:
            break
        world.post(found, at)
    found.tries.sort(key=lambda row: (row["started_at"], row["posting_id"]))
    return found


class _World:
    """What lasts in the ERP while postings come and go."""

    def __init__(self, rng: np.random.Generator, days: int) -> None:
        self._rng = rng
        hours = days * 24.0
        self._materials = [f"M{number}" for number in range(40)]
        self._wrong = {
            str(rng.choice(self._materials)): spans
            for spans in (
                list(self._spans(hours, every=24 * 12, median=9.0))
                for _ in range(len(self._materials) // 2)
            )
        }
        self._slow = list(self._spans(hours, every=40.0, median=1.5))
        self._open: dict[str, datetime] = {}
        self._orders = [f"{100_000 + number}" for number in range(60)]

    def post(self, found: PostingDays, at: datetime) -> None:
        """Queue one posting and try it until it is booked or waits for a person."""
        rng = self._rng
        number = len(found.postings) + 1
        order = int(rng.integers(0, len(self._orders)))
        if rng.random() < 0.02:
            self._orders[order] = f"{100_000 + 60 + number}"
        order_id = self._orders[order]
        material = self._materials[int(order_id) % len(self._materials)]
        if rng.random() < 0.01:
            self._open[order_id] = at + timedelta(minutes=float(rng.exponential(60.0)))
        row = _queued(number, at, order_id, material, str(rng.choice(KINDS)))
        found.events.append(row["event"])
        found.postings.append(row["posting"])
        for tried in self._tries(order_id, material, at):
            found.tries.append(row["try"] | tried | {"attempt": tried["attempt"]})
        last = found.tries[-1]
        row["posting"] |= {
            "state": "posted" if last["result"] == "posted" else "rejected",
            "changed_at": last["finished_at"],
        }

    def _tries(self, order_id: str, material: str, at: datetime) -> Iterator[Row]:
        rng = self._rng
        waited = 0.2 if rng.random() < 0.9 else float(rng.exponential(600.0))
        start = at + timedelta(seconds=waited)
        for number in range(1, MOST_TRIES + 1):
            is_slow = _lies_in(start, self._slow)
            seconds = float(rng.lognormal(math.log(2.5 if is_slow else 0.4), 0.5))
            result = self._result(order_id, material, start, is_slow)
            yield {
                "attempt": number,
                "started_at": start,
                "finished_at": start + timedelta(seconds=seconds),
                "result": result,
            }
            if result in ("posted", "rejected"):
                return
            start += timedelta(seconds=seconds + 60.0 * 2**number)

    def _result(self, order_id: str, material: str, at: datetime, is_slow: bool) -> str:
        rng = self._rng
        if _lies_in(at, self._wrong.get(material, [])) and rng.random() < 0.9:
            return "rejected"
        if self._open.get(order_id, at) > at and rng.random() < 0.85:
            return "retry"
        if is_slow and rng.random() < 0.22:
            return "unknown" if rng.random() < 0.3 else "retry"
        if rng.random() < 0.012:
            return "rejected" if rng.random() < 0.5 else "retry"
        return "posted"

    def _spans(
        self, hours: float, every: float, median: float
    ) -> Iterator[tuple[datetime, datetime]]:
        at = float(self._rng.exponential(every))
        while at < hours:
            lasts = float(self._rng.lognormal(math.log(median), 0.8))
            yield BEGIN + timedelta(hours=at), BEGIN + timedelta(hours=at + lasts)
            at += lasts + float(self._rng.exponential(every))


def _lies_in(at: datetime, spans: list[tuple[datetime, datetime]]) -> bool:
    return any(begin <= at < end for begin, end in spans)


def _as_of(row: Row, now: datetime) -> Row:
    if row["changed_at"] <= now:
        return row
    return row | {"state": "queued", "changed_at": row["created_at"], "is_open": True}


def _queued(number: int, at: datetime, order_id: str, material: str, kind: str) -> dict[str, Row]:
    event_id, posting_id = f"{number:032x}", f"CS{number:022X}"
    place = {"order_id": order_id}
    return {
        "event": {
            **place,
            "event_id": event_id,
            "seq": 2 * number,
            "source": "/simulated",
            "event_key": str(number),
            "type": "countersign.production-confirmation.v1",
            "use_case": "production_confirmation",
            "site_id": f"{1000 + int(order_id) % 2}",
            "operation_id": "0010",
            "material_id": material,
            "occurred_at": at,
            "received_at": at,
            "digest": "",
            "state": "posted",
            "body": "{}",
        },
        "posting": {
            **place,
            "posting_id": posting_id,
            "seq": 2 * number + 1,
            "event_id": event_id,
            "stream_id": f"sap/{order_id}",
            "erp": "sap",
            "kind": kind,
            "is_open": False,
            "document": "{}",
            "approved_warnings": "[]",
            "attempts": 1,
            "failures": 0,
            "created_at": at,
            "created_by": "simulated",
            "not_before": at,
        },
        "try": {
            "posting_id": posting_id,
            "action": "post",
            "worker": "w1",
            "request_digest": "",
        },
    }


def _stream(row: Row) -> Row:
    return {
        "stream_id": row["stream_id"],
        "erp": row["erp"],
        "order_id": row["order_id"],
        "state": "idle",
        "next_at": BEGIN,
        "fence": 0,
    }
