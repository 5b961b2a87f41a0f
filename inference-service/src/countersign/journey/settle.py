"""Settling: the ERP has booked or undone something; what that teaches.

Runs in the worker, a little behind the bookings, by cursor over the outcomes: booking itself is
never slowed down by learning.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import open_trail
from countersign.intake.envelope import restore_event
from countersign.journey import trust
from countersign.journey.judge import Judge
from countersign.journey.learning.label import label_event
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.nouns.statistic import Observation, Statistic
from countersign.store import (
    approvals,
    confirmations,
    events,
    job_cursors,
    outcomes,
    postings,
    progress,
    statistics,
)
from countersign.store.confirmations import Confirmation
from countersign.store.database import Database, retry_conflicts
from countersign.store.outcomes import Outcome

JOB = "learn"
PAGE_OUTCOMES = 200


@dataclass(frozen=True, slots=True)
class _Settled:
    """An event whose document was booked or undone, with the data that count."""

    outcome: Outcome
    event: Event
    assessment: dict[str, Any]
    decision: dict[str, Any]


def learn(database: Database, judge: Judge) -> int:
    """Learn from the outcomes since the last call; return how many were read."""
    now = datetime.now(UTC)
    return retry_conflicts(lambda: _learn(database, judge, now))


def _learn(database: Database, judge: Judge, now: datetime) -> int:
    with database.write() as connection:
        position = job_cursors.lock(connection, JOB)
        page = outcomes.read_after(connection, position, PAGE_OUTCOMES)
        if not page:
            return 0
        judge.refresh(connection)
        settled = [
            _restore(connection, outcome)
            for outcome in page
            if outcome.state in ("posted", "reversed", "cancelled")
        ]
        _teach(connection, judge, [row for row in settled if row.outcome.state == "posted"], now)
        undone = [row for row in settled if _is_undone(connection, row)]
        _take_out(connection, judge, undone, now)
        wrong = [_regret(row, now) for row in undone if _went_by_itself_wrongly(row)]
        confirmations.put(connection, wrong)
        for row in undone:
            if row.outcome.state == "reversed":
                label_event(connection, row.event, None, row.outcome.text, "erp", now)
        if wrong:
            with open_trail(connection, now) as trail:
                classes = [(row.use_case, row.segment) for row in wrong]
                trust.recompute(connection, trail, judge.policy, classes, "a booking was reversed")
        job_cursors.move(connection, JOB, page[-1].outcome_id)
    return len(page)


def observe(known: dict[str, Statistic], observations: Sequence[Observation]) -> None:
    """Add observations to statistics."""
    for observation in observations:
        value = known.get(observation.key) or Statistic()
        if observation.value is not None:
            value = value.with_value(observation.value)
        elif observation.label is not None:
            value = value.with_label(observation.label)
        known[observation.key] = value


def _teach(
    connection: Connection, judge: Judge, settled: Sequence[_Settled], now: datetime
) -> None:
    seen: list[Observation] = []
    for row in settled:
        current = progress.read(connection, row.event.order_id) or OrderProgress()
        context = judge.context_of(connection, row.event, current, now)
        seen += USE_CASES[row.event.use_case].observations(row.event, context)
    if seen:
        keys = {observation.key for observation in seen}
        known = statistics.read(connection, keys, lock=True)
        observe(known, seen)
        statistics.save(connection, known)


def _is_undone(connection: Connection, row: _Settled) -> bool:
    """Tell whether an event no longer counts although it was on its way to the ERP.

    An event that a person rejected never was, and was taken out of the progress then.
    """
    if row.outcome.state == "reversed":
        return True
    return row.outcome.state == "cancelled" and bool(
        postings.of_event(connection, row.event.event_id)
    )


def _went_by_itself_wrongly(row: _Settled) -> bool:
    return row.outcome.state == "reversed" and bool(row.decision["eligible"])


def _take_out(
    connection: Connection, judge: Judge, undone: Sequence[_Settled], now: datetime
) -> None:
    """Take what was undone out of the progress of its orders."""
    locked = progress.lock(connection, [row.event.order_id for row in undone])
    for row in undone:
        current = locked.get(row.event.order_id)
        if current is not None:
            context = judge.context_of(connection, row.event, current, now)
            USE_CASES[row.event.use_case].apply(row.event, context, -1)
    progress.save(connection, locked, locked)


def _regret(row: _Settled, now: datetime) -> Confirmation:
    """Count what was reversed as wrong."""
    return Confirmation(
        event_id=row.event.event_id,
        seq=row.outcome.outcome_id,
        use_case=row.event.use_case,
        segment=row.assessment["segment"],
        confidence=row.assessment["confidence"],
        correct=False,
        amount=row.assessment["amount"],
        origin="erp",
        confirmed_at=now,
    )


def _restore(connection: Connection, outcome: Outcome) -> _Settled:
    stored = events.read(connection, outcome.event_id)
    if stored is None:
        raise LookupError(f"the event {outcome.event_id} of an outcome is missing")
    event = restore_event(stored.body, stored.digest, stored.received_at)
    for task in approvals.read_of_event(connection, outcome.event_id):
        if task.state == "corrected" and task.correction:
            data = json.loads(task.correction)
            event = replace(
                event,
                order_id=data["order_id"],
                operation_id=data["operation_id"],
                body={**event.body, "data": data},
            )
    return _Settled(outcome, event, json.loads(stored.assessment), json.loads(stored.decision))
