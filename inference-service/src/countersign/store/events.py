"""Events with their assessments and decisions as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from countersign.nouns.event import Event
from countersign.store.among import among
from countersign.store.bulk import BulkInsert
from countersign.store.spans import first_seq
from countersign.store.tables import approval, event, judgement

_INSERT_EVENT = BulkInsert(event, [column.name for column in event.columns])
_INSERT_JUDGEMENT = BulkInsert(judgement, [column.name for column in judgement.columns])
_KNOWN = (
    select(event.c.event_id, event.c.digest, event.c.state, judgement.c.decision)
    .join(judgement, judgement.c.event_seq == event.c.seq)
    .where(among(event.c.event_id))
)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """What is remembered of an event that was received before."""

    event_id: str
    digest: str
    state: str
    decision: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event with what was thought and decided, ready to be stored."""

    event: Event
    seq: int
    state: str
    material_id: str | None
    assessment: str
    assessment_digest: str
    decision: str
    decision_digest: str
    outcome: str
    policy_version: int


def find_known(connection: Connection, event_ids: Iterable[str]) -> dict[str, KnownEvent]:
    """Find which of these events were received before."""
    rows = connection.execute(_KNOWN, {"ids": list(event_ids)})
    return {row.event_id: KnownEvent(*row) for row in rows}


def insert_all(connection: Connection, new: Sequence[NewEvent], now: datetime) -> None:
    """Store events with their assessments and decisions."""
    _INSERT_EVENT(connection, map(_event_row, new))
    _INSERT_JUDGEMENT(connection, (_judgement_row(row, now) for row in new))


def _event_row(new: NewEvent) -> tuple[Any, ...]:
    """Return the values of an event in the order of the table's columns."""
    fact = new.event
    return (
        fact.event_id,
        new.seq,
        fact.source,
        fact.key,
        fact.type,
        fact.use_case,
        fact.site_id,
        fact.order_id,
        fact.operation_id,
        new.material_id,
        fact.occurred_at,
        fact.received_at,
        fact.digest,
        new.state,
        fact.text,
    )


def _judgement_row(new: NewEvent, now: datetime) -> tuple[Any, ...]:
    """Return the values of a judgement in the order of the table's columns."""
    return (
        new.seq,
        new.outcome,
        new.policy_version,
        now,
        new.assessment_digest,
        new.assessment,
        new.decision_digest,
        new.decision,
    )


def read(connection: Connection, event_id: str) -> Row[Any] | None:
    """Read an event's row with assessment and decision; ``None`` when there is none."""
    return connection.execute(
        select(event, judgement.c.assessment, judgement.c.decision, judgement.c.outcome)
        .join(judgement, judgement.c.event_seq == event.c.seq)
        .where(event.c.event_id == event_id)
    ).first()


def read_bodies(connection: Connection, event_ids: Sequence[str]) -> list[str]:
    """Read the envelopes of some events."""
    query = select(event.c.body).where(event.c.event_id.in_(event_ids))
    return list(connection.execute(query).scalars())


def read_similar(
    connection: Connection, use_case: str, material_id: str, *, before: int, limit: int
) -> list[Row[Any]]:
    """Read the last settled events of a use case whose order makes a material, newest first."""
    query = (
        select(event)
        .where(
            event.c.use_case == use_case,
            event.c.material_id == material_id,
            event.c.seq < before,
            event.c.state.in_(("posted", "corrected", "reversed", "cancelled")),
        )
        .order_by(event.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def read_resolved_alike(
    connection: Connection,
    use_case: str,
    material_id: str,
    cause: str,
    *,
    before: int,
    limit: int,
) -> list[Row[Any]]:
    """Read the last events that came to a person for the same cause, with what became of them.

    Same use case, an order for the same material; newest first.
    """
    query = (
        select(
            event,
            approval.c.state.label("task_state"),
            approval.c.decided_by,
            approval.c.decided_at,
            approval.c.reason,
            approval.c.correction,
        )
        .join(approval, approval.c.event_id == event.c.event_id)
        .where(
            event.c.use_case == use_case,
            event.c.material_id == material_id,
            event.c.seq < before,
            approval.c.cause == cause,
            approval.c.state.in_(("approved", "corrected", "rejected")),
        )
        .order_by(event.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def read_last_assessed(connection: Connection, limit: int) -> list[Row[Any]]:
    """Read the last events with what was thought of them, newest first."""
    query = (
        select(event.c.body, judgement.c.assessment)
        .join(judgement, judgement.c.event_seq == event.c.seq)
        .order_by(event.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def first_seq_at(connection: Connection, at: datetime) -> int:
    """Return the number from which on events came in at a time or later.

    A span of time is then read by the index of numbers.
    """
    return first_seq(connection, event.c.seq, event.c.received_at, at)


def read_latest(connection: Connection, limit: int, order_id: str | None = None) -> list[Row[Any]]:
    """Read the latest events, newest first, of one order or of all."""
    query = select(event, judgement.c.outcome).join(judgement, judgement.c.event_seq == event.c.seq)
    if order_id is not None:
        query = query.where(event.c.order_id == order_id)
    return list(connection.execute(query.order_by(event.c.seq.desc()).limit(limit)))
