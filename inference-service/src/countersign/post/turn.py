"""A turn: what one transaction of a delivery does, while it holds the head of the audit chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.post import breaker, changes, gate
from countersign.post.calling import Answer, Call, Lease
from countersign.post.verdict import Rules, Verdict, judge, lost, needs_person
from countersign.store import attempts, erp_targets, postings, streams
from countersign.store.attempts import Action, AttemptRecord, FinishedAttempt
from countersign.store.database import digest_of
from countersign.store.erp_targets import ErpTarget
from countersign.store.postings import PostingRecord
from countersign.store.streams import Release, StreamState

POSTINGS_PER_LEASE = 16
"""A stream with many postings is given back after so many, so that others get their turn."""

ACTION_OF_STATE: Mapping[str, Action] = {
    "queued": "post",
    "outcome_unknown": "find",
    "accepted": "find",
    "reversing": "reverse",
}
STEP_OF_ACTION: Mapping[Action, str] = {
    "post": "posting_sending",
    "find": "posting_finding",
    "reverse": "posting_reversing",
}


OnWarning = Callable[[Connection, Trail, PostingRecord, tuple[str, ...]], None]
"""Told, in the same transaction, that an ERP asks back about a posting, with its questions.

The head of the audit chain is locked: it may write, but must not wait for a lock that others take
before the head.
"""


@dataclass(frozen=True, slots=True)
class Station:
    """What stays the same over all turns of a delivery."""

    erp: str
    worker_id: str
    rules: Rules
    on_warning: OnWarning
    lease_s: float

    @property
    def actor(self) -> str:
        """Return who acts, in the words of the audit."""
        return f"worker:{self.worker_id}"[:80]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a stream needs next: a call (``action``), or to be looked at again in some state."""

    state: StreamState
    next_at: datetime
    action: Action | None = None


def next_step(head: PostingRecord | None, rules: Rules, now: datetime) -> NextStep:
    """Return what a stream with this first open posting needs next."""
    if head is None:
        return NextStep("idle", now)
    if needs_person(head, rules.capabilities):
        return NextStep("blocked", now)
    action: Literal["post", "find", "reverse"] = ACTION_OF_STATE[head.state]
    if head.not_before > now:
        return NextStep("ready", head.not_before)
    return NextStep("leased", now, action)


class Turn:
    """The changes of one turn; raises nothing that leaves half of them written."""

    def __init__(self, station: Station, connection: Connection, trail: Trail) -> None:
        self._station = station
        self._connection = connection
        self._trail = trail
        target = erp_targets.read(connection, station.erp)
        if target is None:
            raise LookupError(f"no row for ERP {station.erp}: Delivery.open() was not called")
        self._stored_target = target
        self.target: ErpTarget = target

    def store(self, answers: Sequence[Answer]) -> None:
        """Store what finished calls brought, and what it says about the ERP."""
        if not answers:
            return
        verdicts = [judge(answer, self._station.rules) for answer in answers]
        changed = changes.apply(
            self._connection,
            self._trail,
            [verdict.change for verdict in verdicts],
            self._station.actor,
        )
        attempts.finish(self._connection, [_finished(answer) for answer in answers])
        if any(answer.reply.kind == "posted" for answer in answers):
            self.target = replace(self.target, last_posted_at=self._trail.now)
        for answer, verdict, record in zip(answers, verdicts, changed, strict=True):
            self._note_health(answer, verdict)
            if verdict.pause_reason and not self.target.paused:
                self._pause(verdict.pause_reason)
            if verdict.warnings:
                self._station.on_warning(self._connection, self._trail, record, verdict.warnings)

    def note_late(self, answers: Sequence[Answer]) -> None:
        """Record answers of calls whose stream another worker has taken over.

        They change nothing: the other worker reads back. What the ERP said is kept as evidence.
        """
        for answer in answers:
            record, reply = answer.call.record, answer.reply
            self._trail.add(
                "posting_answer_late",
                self._station.actor,
                {"attempt": record.attempts, "reply": reply.kind, "code": reply.code},
                event_id=record.event_id,
                order_id=record.order_id,
                posting_id=record.posting_id,
                document_id=reply.document_id or None,
            )

    def take_next(self, leases: Sequence[Lease], taken_over: set[str], limit: int) -> list[Call]:
        """Prepare the next calls of leased streams, at most ``limit``; give the others back.

        ``taken_over`` are streams whose worker stopped half-way.
        """
        if not leases:
            return []
        heads = postings.first_open(self._connection, [lease.stream_id for lease in leases])
        orphans = [
            head
            for head in heads.values()
            if head.stream_id in taken_over or head.state == "sending"
        ]
        heads |= self._mark_lost(orphans)
        rules, now = self._station.rules, self._trail.now
        capabilities = rules.capabilities
        allowed = min(
            limit, gate.allowance(self.target, capabilities, self._station.worker_id, now)
        )
        calls: list[Call] = []
        released: list[Release] = []
        for lease in leases:
            head = heads.get(lease.stream_id)
            step = next_step(head, rules, now)
            if step.action is None or head is None:
                released.append(_release(lease, step.state, step.next_at))
            elif len(calls) >= allowed or lease.taken >= POSTINGS_PER_LEASE:
                again_at = gate.opens_at(self.target, capabilities, now)
                released.append(_release(lease, "ready", again_at))
            else:
                calls.append(Call(step.action, _started(head, step.action), lease))
        self._write_intents(calls)
        streams.release(self._connection, released)
        return calls

    def close(self) -> None:
        """Store what the turn has learned about the ERP."""
        if self.target != self._stored_target:
            target = replace(self.target, changed_at=self._trail.now)
            erp_targets.write(self._connection, target)

    def _mark_lost(self, heads: Sequence[PostingRecord]) -> dict[str, PostingRecord]:
        now = self._trail.now
        attempts.finish(
            self._connection,
            [
                FinishedAttempt(head.posting_id, head.attempts, now, "lost", "worker_lost", "")
                for head in heads
            ],
        )
        half_way = [head for head in heads if head.state in ("sending", "reversing")]
        changed = changes.apply(
            self._connection,
            self._trail,
            [lost(head, self._station.rules, now) for head in half_way],
            self._station.actor,
        )
        return {record.stream_id: record for record in changed}

    def _write_intents(self, calls: Sequence[Call]) -> None:
        station, now = self._station, self._trail.now
        rows = []
        for call in calls:
            record = call.record
            call.lease.taken += 1
            digest = digest_of(record.document)
            rows.append(
                AttemptRecord(
                    record.posting_id, record.attempts, call.action, station.worker_id, now, digest
                )
            )
            self._trail.add(
                STEP_OF_ACTION[call.action],
                station.actor,
                {"erp": station.erp, "attempt": record.attempts, "document_digest": digest},
                event_id=record.event_id,
                order_id=record.order_id,
                posting_id=record.posting_id,
            )
        attempts.start(self._connection, rows)
        postings.start(self._connection, [call.record for call in calls], now)
        self.target = gate.after_calls(
            self.target,
            station.rules.capabilities,
            station.worker_id,
            len(calls),
            now,
            station.lease_s,
        )

    def _note_health(self, answer: Answer, verdict: Verdict) -> None:
        if verdict.health == "answered":
            self.target = breaker.after_answer(self.target)
        elif verdict.health == "failed":
            self.target = breaker.after_failure(
                self.target,
                self._trail.now,
                self._station.rules.random,
                answer.reply.retry_after_s,
            )

    def _pause(self, reason: str) -> None:
        self.target = replace(self.target, paused=True, paused_reason=reason)
        self._trail.add(
            "erp_paused", self._station.actor, {"erp": self._station.erp, "reason": reason}
        )


def _started(head: PostingRecord, action: Action) -> PostingRecord:
    if action == "post":
        return replace(head, state="sending", attempts=head.attempts + 1)
    return replace(head, attempts=head.attempts + 1)


def _finished(answer: Answer) -> FinishedAttempt:
    record, reply = answer.call.record, answer.reply
    return FinishedAttempt(
        record.posting_id,
        record.attempts,
        answer.finished_at,
        reply.kind,
        reply.code,
        reply.text or reply.document_id,
    )


def _release(lease: Lease, state: StreamState, next_at: datetime) -> Release:
    return Release(lease.stream_id, lease.fence, state, next_at)
