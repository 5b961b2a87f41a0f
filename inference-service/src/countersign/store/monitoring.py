"""Monitoring as rows: how many events went by themselves, how right, and how long it took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from countersign.store import events
from countersign.store.tables import confirmation, event, judgement, posting


def count_decided(
    connection: Connection, from_at: datetime, to_at: datetime
) -> list[tuple[str, str, str, int]]:
    """Count the events that came in in a span by use case, site and outcome."""
    first, end = events.first_seq_at(connection, from_at), events.first_seq_at(connection, to_at)
    query = (
        select(event.c.use_case, event.c.site_id, judgement.c.outcome, func.count())
        .join(judgement, judgement.c.event_seq == event.c.seq)
        .where(event.c.seq >= first, event.c.seq < end)
        .group_by(event.c.use_case, event.c.site_id, judgement.c.outcome)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def count_confirmed(
    connection: Connection, from_at: datetime, to_at: datetime
) -> list[tuple[str, str, bool, int]]:
    """Count what people and ERP confirmed in a span by use case, segment and truth."""
    query = (
        select(
            confirmation.c.use_case, confirmation.c.segment, confirmation.c.correct, func.count()
        )
        .where(
            confirmation.c.confirmed_at >= from_at,
            confirmation.c.confirmed_at < to_at,
            confirmation.c.origin != "history",
        )
        .group_by(confirmation.c.use_case, confirmation.c.segment, confirmation.c.correct)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def read_last_times(connection: Connection, limit: int) -> list[Row[Any]]:
    """Read when the last booked events happened, came in, and were booked."""
    query = (
        select(event.c.occurred_at, event.c.received_at, posting.c.created_at, posting.c.changed_at)
        .join(event, event.c.event_id == posting.c.event_id)
        .where(posting.c.state == "posted")
        .order_by(posting.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))
