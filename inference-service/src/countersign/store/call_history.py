"""The history of calls: postings as they were queued, and every try to book them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.store.spans import first_seq
from countersign.store.tables import attempt, event, posting


def read_begin(connection: Connection, since: datetime, until: datetime, most: int) -> datetime:
    """Return from when on at most so many postings were put into the queue, ``since`` if fewer."""
    query = (
        select(posting.c.created_at)
        .where(posting.c.created_at <= until)
        .order_by(posting.c.seq.desc())
        .offset(most)
        .limit(1)
    )
    return max(connection.execute(query).scalar() or since, since)


def read_queued(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Read the postings that were put into the queue in a span of time, in sequence.

    Rows: posting_id, erp, kind, order_id, site_id, material_id, created_at, state, changed_at.
    """
    query = (
        select(
            posting.c.posting_id,
            posting.c.erp,
            posting.c.kind,
            posting.c.order_id,
            event.c.site_id,
            event.c.material_id,
            posting.c.created_at,
            posting.c.state,
            posting.c.changed_at,
        )
        .select_from(posting.outerjoin(event, posting.c.event_id == event.c.event_id))
        .where(
            posting.c.seq >= first_seq(connection, posting.c.seq, posting.c.created_at, since),
            posting.c.created_at <= until,
        )
        .order_by(posting.c.seq)
    )
    return list(connection.execute(query))


def read_tries(connection: Connection, since: datetime, until: datetime) -> list[Row[Any]]:
    """Read the calls that tried to book the postings queued since a time, up to another.

    Rows: posting_id, started_at, finished_at, result; the last two are empty while unknown.
    """
    query = (
        select(
            attempt.c.posting_id,
            attempt.c.started_at,
            attempt.c.finished_at,
            attempt.c.result,
        )
        .join(posting, attempt.c.posting_id == posting.c.posting_id)
        .where(
            posting.c.seq >= first_seq(connection, posting.c.seq, posting.c.created_at, since),
            attempt.c.action == "post",
            attempt.c.started_at <= until,
        )
        .order_by(attempt.c.started_at, attempt.c.posting_id, attempt.c.attempt)
    )
    return list(connection.execute(query))
