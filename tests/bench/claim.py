"""Claim: what taking the next postings costs with a backlog and with none."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from bench.figure import Figure
from sqlalchemy import insert

from countersign.store import schema, streams
from countersign.store.database import Database
from countersign.store.tables import posting, stream

MOST = 2.0
PER_ORDER = 100
DUE = 64
CLAIMS = 60
PAGE = 5_000
LEASE = timedelta(seconds=30)


def measure_claim(empty_url: str, full_url: str, backlog: int, name: str) -> list[Figure]:
    """Measure a claim of one stream with a backlog whose streams all wait for their next try."""
    empty, full = _database(empty_url, 0), _database(full_url, backlog)
    alone: list[float] = []
    crowded: list[float] = []
    for number in range(CLAIMS):
        alone.append(_claim(empty, number))
        crowded.append(_claim(full, number))
    empty.close()
    full.close()
    ratio = statistics.median(crowded) / statistics.median(alone)
    detail = {
        "backlog": backlog,
        "alone_ms": round(statistics.median(alone) * 1000, 3),
        "crowded_ms": round(statistics.median(crowded) * 1000, 3),
    }
    return [Figure(f"claim_{name}", ratio, MOST, "of a claim without backlog", detail, "at_most")]


def _claim(database: Database, number: int) -> float:
    now = datetime.now(UTC)
    with database.write() as connection:
        started = time.perf_counter()
        leases = streams.claim(
            connection, erp="demo", owner="bench", now=now, until=now + LEASE, limit=1
        )
        seconds = time.perf_counter() - started
    if len(leases) != 1:
        raise AssertionError(f"claim {number} found {len(leases)} streams")
    return seconds


def _database(url: str, backlog: int) -> Database:
    """Return a database with some due streams, and a backlog that is not due."""
    database = Database(url)
    schema.upgrade(database)
    now = datetime.now(UTC)
    due = [_stream(f"due-{number}", now - timedelta(minutes=1)) for number in range(DUE)]
    later = now + timedelta(hours=1)
    waiting = [_stream(f"wait-{number}", later) for number in range(backlog // PER_ORDER)]
    with database.write() as connection:
        connection.execute(insert(stream), due + waiting)
        for start in range(0, backlog, PAGE):
            numbers = range(start, min(start + PAGE, backlog))
            connection.execute(insert(posting), [_posting(number, now) for number in numbers])
    if database.dialect == "postgresql":
        with database.read() as connection:
            connection.exec_driver_sql("ANALYZE")
    return database


def _stream(order_id: str, next_at: datetime) -> dict[str, object]:
    return {
        "stream_id": f"demo/{order_id}",
        "erp": "demo",
        "order_id": order_id,
        "state": "ready",
        "next_at": next_at,
        "fence": 0,
    }


def _posting(number: int, now: datetime) -> dict[str, object]:
    order_id = f"wait-{number // PER_ORDER}"
    return {
        "posting_id": f"BENCH{number:019d}",
        "seq": number,
        "stream_id": f"demo/{order_id}",
        "erp": "demo",
        "order_id": order_id,
        "kind": "goods_issue",
        "state": "queued",
        "is_open": True,
        "document": "{}",
        "approved_warnings": "[]",
        "attempts": 1,
        "failures": 1,
        "created_at": now,
        "created_by": "bench",
        "not_before": now,
        "changed_at": now,
    }
