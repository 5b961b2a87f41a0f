"""Moved causes as rows: which queue a person put a cause into, and what was told before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from countersign.nouns.cause_queue import CauseQueue
from countersign.store.tables import cause_queue


@dataclass(frozen=True, slots=True)
class MovedCause:
    """A cause that a person sorted: a label with its source, and with its delay since the failure.

    ``told_queue``, ``told_by`` and ``told_confidence`` are what the machine had said.
    """

    erp: str
    fingerprint: str
    queue: CauseQueue
    code: str
    text: str
    document_kind: str
    told_queue: CauseQueue | None
    told_by: str | None
    told_confidence: float | None
    failed_at: datetime
    moved_at: datetime
    moved_by: str
    reason: str


def put(connection: Connection, moved: MovedCause) -> None:
    """Store where a person put a cause; the last one to move it is right."""
    connection.execute(
        delete(cause_queue).where(
            cause_queue.c.erp == moved.erp, cause_queue.c.fingerprint == moved.fingerprint
        )
    )
    connection.execute(insert(cause_queue).values(**asdict(moved)))


def read_all(connection: Connection) -> list[MovedCause]:
    """Read every moved cause, the oldest first."""
    rows = connection.execute(
        select(cause_queue).order_by(cause_queue.c.moved_at, cause_queue.c.fingerprint)
    )
    return [MovedCause(**row._mapping) for row in rows]
