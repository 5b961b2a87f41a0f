"""Events with their assessments and decisions as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from countersign.nouns.event import Event
from countersign.store.tables import assessment, decision, event

_INSERT_EVENT = insert(event)
_INSERT_ASSESSMENT = insert(assessment)
_INSERT_DECISION = insert(decision)
_KNOWN = (
    select(event.c.event_id, event.c.digest, event.c.state, decision.c.body)
    .join(decision, decision.c.event_id == event.c.event_id)
    .where(event.c.event_id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """What is remembered of an event that was received before."""

    event_id: str
    digest: str
    state: str
    decision: str


@dataclass(slots=True)
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
    connection.execute(_INSERT_EVENT, [_event_row(row) for row in new])
    connection.execute(
        _INSERT_ASSESSMENT,
        [
            {
                "event_id": row.event.event_id,
                "assessed_at": now,
                "digest": row.assessment_digest,
                "body": row.assessment,
            }
            for row in new
        ],
    )
    connection.execute(
        _INSERT_DECISION,
        [
            {
                "event_id": row.event.event_id,
                "outcome": row.outcome,
                "policy_version": row.policy_version,
                "decided_at": now,
                "digest": row.decision_digest,
                "body": row.decision,
            }
            for row in new
        ],
    )


def _event_row(new: NewEvent) -> dict[str, Any]:
    fact = new.event
    return {
        "event_id": fact.event_id,
        "seq": new.seq,
        "source": fact.source,
        "event_key": fact.key,
        "type": fact.type,
        "use_case": fact.use_case,
        "site_id": fact.site_id,
        "order_id": fact.order_id,
        "operation_id": fact.operation_id,
        "material_id": new.material_id,
        "occurred_at": fact.occurred_at,
        "received_at": fact.received_at,
        "digest": fact.digest,
        "state": new.state,
        "body": fact.text,
    }


def read(connection: Connection, event_id: str) -> Row[Any] | None:
    """Read an event's row with assessment and decision; ``None`` when there is none."""
    return connection.execute(
        select(
            event,
            assessment.c.body.label("assessment"),
            decision.c.body.label("decision"),
            decision.c.outcome,
        )
        .join(assessment, assessment.c.event_id == event.c.event_id)
        .join(decision, decision.c.event_id == event.c.event_id)
        .where(event.c.event_id == event_id)
    ).first()


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


def read_latest(connection: Connection, limit: int, order_id: str | None = None) -> list[Row[Any]]:
    """Read the latest events, newest first, of one order or of all."""
    query = select(event, decision.c.outcome).join(
        decision, decision.c.event_id == event.c.event_id
    )
    if order_id is not None:
        query = query.where(event.c.order_id == order_id)
    return list(connection.execute(query.order_by(event.c.seq.desc()).limit(limit)))
