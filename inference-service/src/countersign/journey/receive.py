"""Receiving: events come in and are judged, decided and passed on in one transaction.

Whoever sent them gets an answer only when the event, the assessment, the decision, the task or
posting and the audit records are committed together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from countersign.audit.trail import Trail, open_trail
from countersign.intake.envelope import Refusal
from countersign.journey import draft
from countersign.journey.draft import Batch, Draft
from countersign.journey.judge import Judge, Judgement
from countersign.nouns.event import Event
from countersign.nouns.headline import headline
from countersign.nouns.receipt import Receipt, ReceiptStatus
from countersign.post.compose import new_postings
from countersign.store import approvals, events, feature_rows, outcomes, postings
from countersign.store.approvals import NewApproval
from countersign.store.database import Database, retry_conflicts
from countersign.store.events import KnownEvent, NewEvent
from countersign.store.feature_rows import NewFeatures
from countersign.store.outcomes import Outcome
from countersign.store.postings import NewPosting

SERVICE = "service"
STATE_OF_OUTCOME = {"post": "queued", "review": "review", "hold": "hold", "observe": "observe"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in, and who brought it (``gateway:line-3``)."""

    fact: Event | Refusal
    actor: str


@dataclass(slots=True)
class _Rows:
    """Rows to be written at the end of the transaction."""

    events: list[NewEvent]
    approvals: list[NewApproval]
    postings: list[NewPosting]
    outcomes: list[Outcome]
    features: list[NewFeatures]


class Receiver:
    """Takes batches of arrivals; one thread at a time (the group commit's writer)."""

    def __init__(
        self,
        database: Database,
        judge: Judge,
        erp: str,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._judge = judge
        self._erp = erp
        self._clock = clock

    def receive(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """Take arrivals in and answer each; the same event gets the same answer again.

        Two writers that meet the same new event at once make one of them fail on the primary
        key: it tries again and finds the event known.
        """
        return retry_conflicts(lambda: self._receive(arrivals))

    def _receive(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        now = self._clock()
        facts = [arrival.fact for arrival in arrivals if isinstance(arrival.fact, Event)]
        with self._database.read() as connection:
            batch = draft.draft(connection, self._judge, facts, now)
        with self._database.write() as connection:
            draft.lock(connection, self._judge, batch, now)
            draft.save_progress(connection, batch)
            with open_trail(connection, now) as trail:
                return self._answer(connection, trail, arrivals, batch)

    def _answer(
        self,
        connection: Connection,
        trail: Trail,
        arrivals: Sequence[Arrival],
        batch: Batch,
    ) -> list[Receipt]:
        rows = _Rows([], [], [], [], [])
        receipts: list[Receipt] = []
        answered: dict[str, Receipt] = {}
        for arrival in arrivals:
            fact = arrival.fact
            if isinstance(fact, Refusal):
                receipts.append(self._refuse(trail, fact, arrival.actor))
                continue
            before = batch.known.get(fact.event_id)
            first = answered.get(fact.event_id)
            if before is not None:
                receipt = self._repeat(connection, trail, arrival, fact, before)
            elif first is None:
                receipt = self._accept(trail, batch.drafts[fact.event_id], arrival.actor, rows)
                answered[fact.event_id] = receipt
            elif batch.drafts[fact.event_id].judgement.event.digest == fact.digest:
                _note_repeat(trail, arrival.actor, fact)
                receipt = replace(first, status="duplicate")
            else:
                first_digest = batch.drafts[fact.event_id].judgement.event.digest
                receipt = _conflict(trail, arrival.actor, fact, first_digest)
            receipts.append(receipt)
        self._write(connection, rows, trail.now)
        return receipts

    def _write(self, connection: Connection, rows: _Rows, now: datetime) -> None:
        if not rows.events:
            return
        events.insert_all(connection, rows.events, now)
        approvals.insert_all(connection, rows.approvals)
        feature_rows.insert_all(connection, rows.features)
        postings.enqueue(connection, rows.postings)
        outcomes.append(connection, rows.outcomes, new_events=True)

    def _refuse(self, trail: Trail, refusal: Refusal, actor: str) -> Receipt:
        trail.add(
            "event_refused",
            actor,
            {
                "source": refusal.source,
                "id": refusal.key,
                "digest": refusal.digest,
                "errors": [{"pointer": where, "detail": text} for where, text in refusal.errors],
            },
        )
        return Receipt(
            refusal.source, refusal.key, "refused", errors=refusal.errors, digest=refusal.digest
        )

    def _repeat(
        self,
        connection: Connection,
        trail: Trail,
        arrival: Arrival,
        event: Event,
        before: KnownEvent,
    ) -> Receipt:
        if before.digest != event.digest and not _is_same_fact(connection, event):
            return _conflict(trail, arrival.actor, event, before.digest)
        _note_repeat(trail, arrival.actor, event)
        decision = json.loads(before.decision)
        posting_ids: tuple[str, ...] = ()
        if decision["outcome"] == "post":
            rows = postings.of_event(connection, event.event_id)
            posting_ids = tuple(row.posting_id for row in rows if row.created_by == SERVICE)
        reasons = tuple(decision["reasons"])
        return _receipt(event, "duplicate", decision["outcome"], reasons, posting_ids)

    def _accept(self, trail: Trail, drafted: Draft, actor: str, rows: _Rows) -> Receipt:
        judgement = drafted.judgement
        event, decision, order = judgement.event, judgement.decision, judgement.context.order
        new = NewEvent(
            event=event,
            seq=self._record(trail, drafted, actor),
            state=_state(judgement),
            material_id=order.material_id if order else None,
            assessment=drafted.assessment,
            assessment_digest=drafted.assessment_digest,
            decision=drafted.decision,
            decision_digest=drafted.decision_digest,
            outcome=decision.outcome,
            policy_version=decision.policy_version,
        )
        rows.events.append(new)
        posting_ids = self._pass_on(trail, judgement, rows)
        return _receipt(event, "accepted", decision.outcome, decision.reasons, posting_ids)

    def _record(self, trail: Trail, drafted: Draft, actor: str) -> int:
        judgement = drafted.judgement
        event = judgement.event
        seq = trail.add(
            "event_received",
            actor,
            {"digest": event.digest, "source": event.source, "id": event.key, "type": event.type},
            event_id=event.event_id,
            order_id=event.order_id,
        )
        trail.add(
            "event_assessed",
            SERVICE,
            {
                "digest": drafted.assessment_digest,
                "model": judgement.assessment.model_version,
                "rules": judgement.assessment.rules_version,
                "context": judgement.assessment.context_digest,
            },
            event_id=event.event_id,
            order_id=event.order_id,
        )
        trail.add(
            "event_decided",
            SERVICE,
            {
                "digest": drafted.decision_digest,
                "outcome": judgement.decision.outcome,
                "policy": judgement.decision.policy_version,
            },
            event_id=event.event_id,
            order_id=event.order_id,
        )
        return seq

    def _pass_on(self, trail: Trail, judgement: Judgement, rows: _Rows) -> tuple[str, ...]:
        event, decision = judgement.event, judgement.decision
        text = decision.reasons[0] if decision.reasons else ""
        queued: list[NewPosting] = []
        if decision.outcome == "post":
            seq, queued = self._queue(trail, judgement)
            rows.postings += queued
        elif decision.outcome == "observe":
            seq = trail.add(
                "event_observed", SERVICE, {}, event_id=event.event_id, order_id=event.order_id
            )
        else:
            seq = self._ask_person(trail, judgement, rows)
        rows.outcomes.append(
            Outcome(
                outcome_id=seq,
                event_id=event.event_id,
                source=event.source,
                event_key=event.key,
                order_id=event.order_id,
                state=_state(judgement),
                text=text[:500],
                document_id=None,
                at=trail.now,
            )
        )
        return tuple(row.posting_id for row in queued)

    def _queue(self, trail: Trail, judgement: Judgement) -> tuple[int, list[NewPosting]]:
        event = judgement.event
        if not judgement.documents:
            seq = trail.add(
                "nothing_to_post",
                SERVICE,
                {"reason": "all quantities are zero"},
                event_id=event.event_id,
                order_id=event.order_id,
            )
            return seq, []
        undo_s = self._judge.policy.undo_seconds
        queued = new_postings(
            trail, event, judgement.documents, erp=self._erp, actor=SERVICE, undo_s=undo_s
        )
        return queued[-1].seq, queued

    def _ask_person(self, trail: Trail, judgement: Judgement, rows: _Rows) -> int:
        event, decision = judgement.event, judgement.decision
        limits = self._judge.policy.use_cases[event.use_case]
        seq = trail.add(
            "approval_requested",
            SERVICE,
            {"cause": decision.cause, "four_eyes": decision.four_eyes},
            event_id=event.event_id,
            order_id=event.order_id,
        )
        amount = judgement.assessment.amount
        rows.approvals.append(
            NewApproval(
                approval_id=event.event_id,
                seq=seq,
                event_id=event.event_id,
                use_case=event.use_case,
                site_id=event.site_id,
                order_id=event.order_id,
                cause=decision.cause,
                title=headline(event.use_case, event.data),
                amount=None if amount is None else format(amount, "f"),
                deviation=judgement.assessment.deviation(event.data),
                four_eyes=decision.four_eyes,
                requested_at=trail.now,
                due_at=trail.now + timedelta(minutes=limits.due_minutes),
            )
        )
        _keep_features(judgement, rows)
        return seq


def _keep_features(judgement: Judgement, rows: _Rows) -> None:
    """Keep what the model was asked: the person's decision will be its label."""
    event, examined = judgement.event, judgement.examination
    if judgement.assessment.confidence is not None and examined.rows:
        rows.features.append(
            NewFeatures(
                event_id=event.event_id,
                use_case=event.use_case,
                received_at=event.received_at,
                rows=examined.rows,
                subjects=examined.subjects,
                picture=examined.picture,
            )
        )


def _state(judgement: Judgement) -> str:
    outcome = judgement.decision.outcome
    if outcome == "post" and not judgement.documents:
        return "nothing_to_post"
    return STATE_OF_OUTCOME[outcome]


def _note_repeat(trail: Trail, actor: str, event: Event) -> None:
    trail.add("event_repeated", actor, {}, event_id=event.event_id, order_id=event.order_id)


def _is_same_fact(connection: Connection, event: Event) -> bool:
    """Tell whether an event differs from the stored one in nothing but its context.

    Both gateways of a redundant pair may capture an occurrence, each with what it saw around it.
    """
    stored = events.read(connection, event.event_id)
    return stored is not None and _without_context(json.loads(stored.body)) == _without_context(
        event.body
    )


def _without_context(body: Mapping[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in body["data"].items() if name != "context"}
    return {**body, "data": data}


def _conflict(trail: Trail, actor: str, event: Event, first_digest: str) -> Receipt:
    trail.add(
        "event_conflict",
        actor,
        {"digest": event.digest, "first_digest": first_digest},
        event_id=event.event_id,
        order_id=event.order_id,
    )
    return Receipt(
        event.source,
        event.key,
        "conflict",
        event_id=event.event_id,
        digest=event.digest,
        first_digest=first_digest,
    )


def _receipt(
    event: Event,
    status: ReceiptStatus,
    outcome: str,
    reasons: tuple[str, ...],
    posting_ids: tuple[str, ...],
) -> Receipt:
    return Receipt(
        source=event.source,
        key=event.key,
        status=status,
        event_id=event.event_id,
        outcome=outcome,
        reasons=reasons,
        approval_id=event.event_id if outcome in ("review", "hold") else "",
        posting_ids=posting_ids,
    )
