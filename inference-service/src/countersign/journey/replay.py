"""Replay: the past judged again with today's rules and models, without booking anything.

Learning from history gives a plant its usual figures on the first day, and gives every class of
decisions the confirmed outcomes that it would otherwise need months to collect: each past event
is judged as if it came in now, against only what was known before it, and compared with what
people made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import open_trail
from countersign.intake.envelope import Refusal, read_event
from countersign.journey import trust
from countersign.journey.judge import Judge, Judgement
from countersign.journey.settle import observe
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.nouns.statistic import Statistic
from countersign.plant.context import Context
from countersign.store import confirmations, statistics
from countersign.store.confirmations import Confirmation
from countersign.store.database import Database


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event of the past and what people made of it.

    ``final_data`` is what was booked in the end, ``None`` where nothing was: booking the event as
    it stood was right when both are the same.
    """

    envelope: dict[str, Any]
    final_data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What was read and learned: counts for a person to check."""

    events: int
    refused: int
    statistics: int
    confirmed: int
    right: int


class _Past:
    """The progress and the statistics as they were known at a moment of the past."""

    def __init__(self) -> None:
        self.progress: dict[str, OrderProgress] = {}
        self.statistics: dict[str, Statistic] = {}


def learn_from_history(
    database: Database, judge: Judge, history: Iterable[PastEvent]
) -> HistoryReport:
    """Judge past events in their order; store statistics, confirmations and what they earn."""
    now = datetime.now(UTC)
    past, found, refused, count = _Past(), list[Confirmation](), 0, 0
    with database.write() as connection:
        judge.refresh(connection)
        for row in history:
            count += 1
            event = read_event(row.envelope, now)
            if isinstance(event, Refusal):
                refused += 1
                continue
            judgement = _judge_past(connection, judge, past, event)
            confirmation = _compare(judgement, row, count, now)
            if confirmation is not None:
                found.append(confirmation)
            _go_on(judge, connection, past, event, row)
        statistics.save(connection, past.statistics)
        confirmations.put(connection, found)
        with open_trail(connection, now) as trail:
            trail.add(
                "history_learned",
                "service",
                {"events": count, "refused": refused, "confirmed": len(found)},
            )
            classes = {(row.use_case, row.segment) for row in found}
            trust.recompute(connection, trail, judge.policy, classes, "history was read")
    right = sum(row.correct for row in found)
    return HistoryReport(count, refused, len(past.statistics), len(found), right)


def _judge_past(connection: Connection, judge: Judge, past: _Past, event: Event) -> Judgement:
    context = _context(connection, judge, past, event)
    return judge.judge_alone(event, context)


def _context(connection: Connection, judge: Judge, past: _Past, event: Event) -> Context:
    current = past.progress.setdefault(event.order_id, OrderProgress())
    return judge.context_of(
        connection, event, current, event.occurred_at, known_statistics=past.statistics
    )


def _compare(
    judgement: Judgement, row: PastEvent, number: int, now: datetime
) -> Confirmation | None:
    assessment, decision = judgement.assessment, judgement.decision
    if not decision.eligible or assessment.confidence is None:
        return None
    event = judgement.event
    return Confirmation(
        event_id=event.event_id,
        seq=number,
        use_case=event.use_case,
        segment=assessment.segment,
        confidence=assessment.confidence,
        correct=row.final_data == event.data,
        amount=None if assessment.amount is None else format(assessment.amount, "f"),
        origin="history",
        confirmed_at=now,
    )


def _go_on(judge: Judge, connection: Connection, past: _Past, event: Event, row: PastEvent) -> None:
    """Let the past go on with what was really booked, not with what was captured."""
    if row.final_data is None:
        return
    booked = read_event({**row.envelope, "data": row.final_data}, event.received_at)
    if isinstance(booked, Refusal):
        return
    use_case = USE_CASES[booked.use_case]
    context = _context(connection, judge, past, booked)
    if any(finding.severity == "hold" for finding in use_case.examine(booked, context).findings):
        return
    observations: Sequence[Any] = use_case.observations(booked, context)
    past.statistics = observe(past.statistics, observations)
    use_case.apply(booked, context, 1)
