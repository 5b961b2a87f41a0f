"""Attempts: the intent to call an ERP, stored before the call, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, select, update

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


_COLUMNS = tuple(AttemptRecord.__dataclass_fields__)
_INSERT = insert(attempt)
_FINISH = (
    update(attempt)
    .where(
        attempt.c.posting_id == bindparam("id"),
        attempt.c.attempt == bindparam("number"),
        attempt.c.finished_at.is_(None),
    )
    .values(
        finished_at=bindparam("at"),
        result=bindparam("what"),
        code=bindparam("with_code"),
        text=bindparam("with_text"),
    )
)


def start(connection: Connection, started: Sequence[AttemptRecord]) -> None:
    """Store the intents of calls that follow once the transaction is committed."""
    if started:
        rows = [{name: getattr(row, name) for name in _COLUMNS} for row in started]
        connection.execute(_INSERT, rows)


def finish(connection: Connection, finished: Sequence[FinishedAttempt]) -> None:
    """Store what came of calls."""
    if finished:
        connection.execute(
            _FINISH,
            [
                {
                    "id": row.posting_id,
                    "number": row.attempt,
                    "at": row.finished_at,
                    "what": row.result,
                    "with_code": row.code or None,
                    "with_text": row.text or None,
                }
                for row in finished
            ],
        )


def of_posting(connection: Connection, posting_id: str) -> list[AttemptRecord]:
    """Read the attempts of a posting, oldest first."""
    rows = connection.execute(
        select(attempt).where(attempt.c.posting_id == posting_id).order_by(attempt.c.attempt)
    )
    return [AttemptRecord(**row._mapping) for row in rows]
