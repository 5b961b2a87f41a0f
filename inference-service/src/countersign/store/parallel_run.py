"""The parallel run as rows: what the machine alone would have done, and what turned out right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal, select

from countersign.nouns.compared import Compared
from countersign.store import events
from countersign.store.tables import approval, confirmation, event, judgement

WOULD_POST: ColumnElement[int] = case(
    (judgement.c.decision.contains('"shadow_outcome":"post"', autoescape=True), literal(1)),
    else_=literal(0),
)
"""Read from the canonical text: nothing else in it can look so, and no row has to be parsed."""
_CORRECT_STATES = {"approved": True, "corrected": False, "rejected": False}


def read_compared(
    connection: Connection, use_case: str | None, from_at: datetime, to_at: datetime
) -> Iterator[Compared]:
    """Read what became clear between two times: confirmed outcomes, and what people decided.

    An event that ran into a hard gate has no confirmation: there the person's decision counts.
    """
    confirmed = (
        select(
            confirmation.c.use_case,
            confirmation.c.segment,
            confirmation.c.confirmed_at,
            WOULD_POST,
            confirmation.c.correct,
            confirmation.c.amount,
        )
        .join_from(confirmation, event, event.c.event_id == confirmation.c.event_id)
        .join(judgement, judgement.c.event_seq == event.c.seq)
        .where(confirmation.c.confirmed_at >= from_at, confirmation.c.confirmed_at < to_at)
    )
    for name, segment, at, would_post, correct, amount in connection.execute(
        _of(confirmed, confirmation.c.use_case, use_case)
    ):
        yield Compared(name, segment, at, bool(would_post), correct, amount)
    decided = (
        select(
            approval.c.use_case,
            approval.c.site_id,
            approval.c.decided_at,
            WOULD_POST,
            approval.c.state,
            approval.c.amount,
        )
        .join_from(approval, event, event.c.event_id == approval.c.event_id)
        .join(judgement, judgement.c.event_seq == event.c.seq)
        .outerjoin(confirmation, confirmation.c.event_id == approval.c.event_id)
        .where(
            approval.c.decided_at >= from_at,
            approval.c.decided_at < to_at,
            approval.c.state.in_(sorted(_CORRECT_STATES)),
            approval.c.posting_id.is_(None),
            confirmation.c.event_id.is_(None),
        )
    )
    for name, segment, at, would_post, state, amount in connection.execute(
        _of(decided, approval.c.use_case, use_case)
    ):
        yield Compared(name, segment, at, bool(would_post), _CORRECT_STATES[state], amount)


def count_events(
    connection: Connection, use_case: str | None, from_at: datetime, to_at: datetime
) -> dict[str, tuple[int, int]]:
    """Count by use case the events that came in between two times, and those it would book."""
    first, end = events.first_seq_at(connection, from_at), events.first_seq_at(connection, to_at)
    query = (
        select(event.c.use_case, func.count(), func.sum(WOULD_POST))
        .join_from(event, judgement, judgement.c.event_seq == event.c.seq)
        .where(event.c.seq >= first, event.c.seq < end)
        .group_by(event.c.use_case)
    )
    rows = connection.execute(_of(query, event.c.use_case, use_case))
    return {name: (count, int(would_post)) for name, count, would_post in rows}


def _of(query: Select[Any], column: ColumnElement[str], use_case: str | None) -> Select[Any]:
    return query if use_case is None else query.where(column == use_case)
