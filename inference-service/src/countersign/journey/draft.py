"""Drafting: everything about a batch of events that can be done before the writer's lock is held.

Events are judged against the progress of their orders as it was read without a lock. When the
lock is held, the versions of that progress are compared: only events of orders that moved
meanwhile are judged again. So writers wait for one another's disk, not for one another's thought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from countersign.journey.judge import Judge, Judgement
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.store import events, progress
from countersign.store.database import canonical_json, digest_of
from countersign.store.events import KnownEvent


@dataclass(frozen=True, slots=True)
class Draft:
    """One event with what was thought and decided, written out."""

    judgement: Judgement
    assessment: str
    assessment_digest: str
    decision: str
    decision_digest: str


@dataclass(slots=True)
class Batch:
    """Events that came in together: those known before, and drafts of the others.

    ``progress`` is what the orders' progress will be, ``versions`` are those it was judged
    against, 0 for an order without any.
    """

    known: dict[str, KnownEvent] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    progress: dict[str, OrderProgress] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


def draft(connection: Connection, judge: Judge, facts: Iterable[Event], now: datetime) -> Batch:
    """Judge the events that are new, in their order; locks and writes nothing."""
    first: dict[str, Event] = {}
    for event in facts:
        first.setdefault(event.event_id, event)
    if not first:
        return Batch()
    batch = Batch(known=events.find_known(connection, first))
    fresh = [event for key, event in first.items() if key not in batch.known]
    if fresh:
        judge.refresh(connection)
        found = progress.read_many(connection, {event.order_id for event in fresh})
        for event in fresh:
            version, current = found.get(event.order_id, (0, OrderProgress()))
            batch.versions.setdefault(event.order_id, version)
            batch.progress.setdefault(event.order_id, current)
        _write_out(batch, judge.judge(connection, fresh, batch.progress, now))
    return batch


def lock(connection: Connection, judge: Judge, batch: Batch, now: datetime) -> None:
    """Lock the progress of the orders; judge again what it has moved under.

    Whoever stored something for an order has moved it, even where nothing counted.
    """
    if not batch.drafts:
        return
    locked = progress.lock_versions(connection, batch.versions)
    moved = {
        order_id
        for order_id, version in batch.versions.items()
        if locked.get(order_id, 0) != version
    }
    if not moved:
        return
    found = progress.read_many(connection, moved)
    for order_id in moved:
        batch.versions[order_id], batch.progress[order_id] = found.get(
            order_id, (0, OrderProgress())
        )
    again = [
        row.judgement.event
        for row in batch.drafts.values()
        if row.judgement.event.order_id in moved
    ]
    _write_out(batch, judge.judge(connection, again, batch.progress, now))


def save_progress(connection: Connection, batch: Batch) -> None:
    """Store the progress that the events have made."""
    stored = [order_id for order_id, version in batch.versions.items() if version]
    progress.save(connection, batch.progress, stored)


def _write_out(batch: Batch, judgements: Iterable[Judgement]) -> None:
    for judgement in judgements:
        assessment = canonical_json(judgement.assessment.to_data())
        decision = canonical_json(judgement.decision.to_data())
        batch.drafts[judgement.event.event_id] = Draft(
            judgement=judgement,
            assessment=assessment,
            assessment_digest=digest_of(assessment),
            decision=decision,
            decision_digest=digest_of(decision),
        )
