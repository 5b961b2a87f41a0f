"""Replay: the past judged again with today's rules and models, without booking anything.

Learning from history gives a plant its usual figures on the first day, and gives every class of
decisions the confirmed outcomes that it would otherwise need months to collect: each past event
is judged as if it came in now, against only what was known before it, and compared with what
people made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import open_trail
from countersign.intake.envelope import Refusal, read_event
from countersign.journey import trust
from countersign.journey.judge import Judge, Judgement
from countersign.journey.settle import observe
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
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
class History:
    """The past of a plant: its orders as they were, and its events in the order of recording."""

    orders: Mapping[str, ProductionOrder]
    events: Iterable[PastEvent]


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What was read and learned: counts for a person to check."""

    events: int
    refused: int
    statistics: int
    confirmed: int
    right: int


class _Past:
    """What was known at a moment of the past: orders, progress and usual figures."""

    def __init__(
        self, orders: Mapping[str, ProductionOrder], materials: Mapping[str, Material]
    ) -> None:
        self._orders = orders
        self._materials = materials
        self._progress: dict[str, OrderProgress] = {}
        self.statistics: dict[str, Statistic] = {}

    def context(self, event: Event) -> Context:
        """Return the facts against which an event would have been judged then."""
        return Context(
            now=event.received_at,
            order=self._orders.get(event.order_id),
            materials=self._materials,
            progress=self._progress.setdefault(event.order_id, OrderProgress()),
            statistics=self.statistics,
        )

    def go_on(self, event: Event) -> None:
        """Let the past go on with what was really booked, not with what was captured."""
        use_case, context = USE_CASES[event.use_case], self.context(event)
        findings = use_case.examine(event, context).findings
        if any(finding.severity == "hold" for finding in findings):
            return
        observe(self.statistics, use_case.observations(event, context))
        use_case.apply(event, context, 1)


def learn_from_history(database: Database, judge: Judge, history: History) -> HistoryReport:
    """Judge past events in their order; store usual figures, confirmations and what they earn."""
    now = datetime.now(UTC)
    found: list[Confirmation] = []
    count = refused = 0
    with database.write() as connection:
        judge.refresh(connection)
        past = _Past(history.orders, judge.all_materials(connection, history.orders.values()))
        for count, row in enumerate(history.events, 1):
            event = _read_past(row.envelope)
            if isinstance(event, Refusal):
                refused += 1
                continue
            judgement = judge.judge_alone(event, past.context(event))
            confirmation = _compare(judgement, row, count, now)
            if confirmation is not None:
                found.append(confirmation)
            booked = row.final_data and _read_past({**row.envelope, "data": row.final_data})
            if isinstance(booked, Event):
                past.go_on(booked)
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


def _read_past(envelope: dict[str, Any]) -> Event | Refusal:
    """Read a past event as if it had been received when it was recorded."""
    recorded = envelope.get("recordedtime") or envelope.get("time")
    event = read_event(envelope, datetime.now(UTC))
    if isinstance(event, Refusal) or recorded is None:
        return event
    return replace(event, received_at=datetime.fromisoformat(recorded))


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
