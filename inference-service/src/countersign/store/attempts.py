"""Attempts: the intent to call an ERP, stored before the call, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from countersign.store.bulk import BulkInsert, BulkUpdate
from countersign.store.tables import attempt

Action = Literal["post", "find", "reverse"]


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One call to an ERP; without ``finished_at`` its answer is not known (yet)."""

    posting_id: str
    attempt: int
    action: Action
    worker: str
    started_at: datetime
    request_digest: str
    finished_at: datetime | None = None
    result: str | None = None
    code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class FinishedAttempt:
    """What came of an attempt."""

    posting_id: str
    attempt: int
    finished_at: datetime
    result: str
    code: str
    text: str


_INSERT, _row = BulkInsert.of(attempt, AttemptRecord)
_FINISH = BulkUpdate(
    attempt,
    ("posting_id", "attempt"),
    ("finished_at", "result", "code", "text"),
    only=attempt.c.finished_at.is_(None),
)


def start(connection: Connection, started: Sequence[AttemptRecord]) -> None:
    """Store the intents of calls that follow once the transaction is committed."""
    _INSERT(connection, map(_row, started))


def finish(connection: Connection, finished: Sequence[FinishedAttempt]) -> None:
    """Store what came of calls."""
    _FINISH(
        connection,
        [
            (
                row.posting_id,
                row.attempt,
                row.finished_at,
                row.result,
                row.code or None,
                row.text or None,
            )
            for row in finished
        ],
    )


def of_posting(connection: Connection, posting_id: str) -> list[AttemptRecord]:
    """Read the attempts of a posting, oldest first."""
    rows = connection.execute(
        select(attempt).where(attempt.c.posting_id == posting_id).order_by(attempt.c.attempt)
    )
    return [AttemptRecord(**row._mapping) for row in rows]
