"""Workers: the processes that deliver, and when each was last heard of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from countersign.store.tables import worker


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker process; ``erps`` are the names of the ERPs it delivers to, by comma."""

    worker_id: str
    started_at: datetime
    seen_at: datetime
    erps: str


def join(connection: Connection, worker_id: str, erps: Sequence[str], now: datetime) -> None:
    """Add a worker that has just started."""
    connection.execute(
        insert(worker).values(
            worker_id=worker_id, started_at=now, seen_at=now, erps=",".join(erps)[:300]
        )
    )


def beat(connection: Connection, worker_id: str, now: datetime) -> None:
    """Note that a worker lives."""
    connection.execute(update(worker).where(worker.c.worker_id == worker_id).values(seen_at=now))


def leave(connection: Connection, worker_id: str) -> None:
    """Remove a worker that stops in order."""
    connection.execute(delete(worker).where(worker.c.worker_id == worker_id))


def forget_silent(connection: Connection, before: datetime) -> None:
    """Remove workers that have not been heard of since ``before``."""
    connection.execute(delete(worker).where(worker.c.seen_at < before))


def read_all(connection: Connection) -> list[WorkerRecord]:
    """Read all workers, the longest running first."""
    rows = connection.execute(select(worker).order_by(worker.c.started_at))
    return [WorkerRecord(*row) for row in rows]
