"""Reviewing: a person decides about an event, and what follows from it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import Trail, open_trail
from countersign.contracts.validators import errors as contract_errors
from countersign.decide.approvals import (
    Action,
    Approver,
    Refused,
    Task,
    check_action,
    state_after,
)
from countersign.intake.envelope import restore_event
from countersign.journey import finals, trust
from countersign.journey.judge import Judge
from countersign.journey.learning.label import label_event
from countersign.journey.undo import undo
from countersign.language.sayings import say
from countersign.nouns.event import SCHEMA_OF_TYPE, Event
from countersign.nouns.progress import OrderProgress
from countersign.post import commands
from countersign.post.compose import CannotCompose, new_postings
from countersign.store import approvals, confirmations, events, outcomes, postings, progress
from countersign.store.confirmations import Confirmation
from countersign.store.database import Database, canonical_json, digest_of, retry_conflicts
from countersign.store.outcomes import Outcome

STEP_OF_ACTION = {"claim": "approval_claimed", "release": "approval_released"}


class NotFound(Exception):
    """There is no approval with this id."""


class BadCorrection(Exception):
    """The correction breaks the contract; ``errors`` are pairs of JSON Pointer and text."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("the correction breaks the contract")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person wants to do with an approval.

    ``context_hash`` is what the card showed; ``correction`` is the whole corrected data of the
    event; ``actor`` is who says so to the audit (``person:anna via gateway:line-3``).
    """

    approval_id: str
    action: Action
    approver: Approver
    actor: str
    context_hash: str | None = None
    reason: str | None = None
    correction: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Case:
    """An approval under decision with everything around it, locked."""

    row: Row[Any]
    stored: Row[Any]
    event: Event
    decision: dict[str, Any]
    progress: dict[str, OrderProgress]
    known: set[str]


class Reviewer:
    """Carries out what people decide; safe to call from several threads."""

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
        self._lock = threading.Lock()

    def act(self, verdict: Verdict) -> Row[Any]:
        """Carry out one action and return the approval as it is then.

        Raises :class:`NotFound`, :class:`BadCorrection` or ``Refused`` with the reason.
        """
        with self._lock:
            return retry_conflicts(lambda: self._act(verdict, self._clock()))

    def _act(self, verdict: Verdict, now: datetime) -> Row[Any]:
        with self._database.write() as connection:
            self._judge.refresh(connection)
            case = self._open(connection, verdict.approval_id)
            state = self._check(connection, case, verdict, now)
            with open_trail(connection, now) as trail:
                self._change(connection, trail, case, verdict, state)
            row = approvals.read(connection, verdict.approval_id)
        if row is None:
            raise NotFound(verdict.approval_id)
        return row

    def undo(self, approval_id: str, approver: Approver, actor: str) -> Row[Any]:
        """Take a decision back whose documents were not sent yet; the task is open again.

        Raises :class:`NotFound`, or ``Refused`` with the reason.
        """
        with self._lock:
            return retry_conflicts(lambda: self._undo(approval_id, approver, actor, self._clock()))

    def _undo(self, approval_id: str, approver: Approver, actor: str, now: datetime) -> Row[Any]:
        with self._database.write() as connection:
            self._judge.refresh(connection)
            case = self._open(connection, approval_id)
            undo(connection, self._judge, case.row, case.stored, approver, actor, now)
            row = approvals.read(connection, approval_id)
        if row is None:
            raise NotFound(approval_id)
        return row

    def context_hash(self, connection: Connection, row: Row[Any]) -> str:
        """Return the hash of what a card shows: it changes with order, progress or model."""
        with self._lock:
            self._judge.refresh(connection)
            order = self._judge.master_data.orders(connection, [row.order_id])[row.order_id]
            return self._hash(row, order, progress.read(connection, row.order_id))

    def _hash(self, row: Row[Any], order: Any, current: OrderProgress | None) -> str:
        return digest_of(
            canonical_json(
                [
                    row.approval_id,
                    row.first_approval,
                    order.to_data() if order else None,
                    progress.to_json(current) if current else None,
                    self._judge.model_versions(),
                ]
            )
        )

    def _open(self, connection: Connection, approval_id: str) -> _Case:
        row = approvals.read(connection, approval_id, lock=True)
        stored = events.read(connection, row.event_id) if row is not None else None
        if row is None or stored is None:
            raise NotFound(approval_id)
        event = restore_event(stored.body, stored.digest, stored.received_at)
        locked = progress.lock(connection, [row.order_id])
        return _Case(row, stored, event, json.loads(stored.decision), locked, set(locked))

    def _check(self, connection: Connection, case: _Case, verdict: Verdict, now: datetime) -> str:
        policy, row = self._judge.policy, case.row
        if not policy.may(verdict.approver.roles, "approve"):
            raise Refused("role_missing", "your roles do not allow you to decide here")
        first = json.loads(row.first_approval) if row.first_approval else None
        task = Task(
            state=row.state,
            four_eyes=row.four_eyes,
            context_hash=self._hash(
                row,
                self._judge.master_data.orders(connection, [row.order_id])[row.order_id],
                case.progress.get(row.order_id),
            ),
            caused_by=case.event.person_id,
            claimed_by=row.claimed_by,
            claimed_until=row.claimed_until,
            first_approved_by=row.first_approved_by,
            first_approval=first,
        )
        check_action(
            task,
            verdict.action,
            verdict.approver,
            now=now,
            context_hash=verdict.context_hash,
            reason=verdict.reason,
            is_second_allowed=policy.may(verdict.approver.roles, "second_approve"),
        )
        if verdict.action == "correct":
            self._check_correction(case.event, verdict.correction)
        return state_after(task, verdict.action, verdict.correction)

    def _check_correction(self, event: Event, correction: Mapping[str, Any] | None) -> None:
        if correction is None:
            raise BadCorrection([("/correction", "is missing: give the whole corrected data")])
        found = contract_errors(SCHEMA_OF_TYPE[event.type], dict(correction))
        if found:
            raise BadCorrection([(f"/correction{where}", text) for where, _, text in found])
        if correction["site_id"] != event.site_id:
            raise BadCorrection([("/correction/site_id", f"stays {event.site_id}")])

    def _change(
        self, connection: Connection, trail: Trail, case: _Case, verdict: Verdict, state: str
    ) -> None:
        person = verdict.approver.person_id
        values: dict[str, Any] = {"state": state, "claimed_by": None, "claimed_until": None}
        if verdict.action == "claim":
            minutes = self._judge.policy.claim_minutes
            values |= {
                "claimed_by": person,
                "claimed_until": trail.now + timedelta(minutes=minutes),
                "claimed_at": _claimed_at(case.row, person, trail.now) or trail.now,
            }
        elif state == "awaiting_second" and verdict.action in ("approve", "correct"):
            values |= {
                "first_approved_by": person,
                "first_approval": canonical_json(
                    {"action": verdict.action, "correction": verdict.correction}
                ),
            }
        elif verdict.action != "release":
            values |= {"decided_by": person, "decided_at": trail.now, "reason": verdict.reason}
            values["considered_ms"] = _considered_ms(case.row, person, trail.now)
            if verdict.correction is not None:
                values["correction"] = canonical_json(dict(verdict.correction))
        seq = self._record(trail, case, verdict, state)
        approvals.change(connection, verdict.approval_id, **values)
        self._follow(connection, trail, case, verdict, state, seq)

    def _record(self, trail: Trail, case: _Case, verdict: Verdict, state: str) -> int:
        body: dict[str, Any] = {"action": verdict.action, "state": state}
        if verdict.reason:
            body["reason"] = verdict.reason
        if verdict.correction is not None:
            body["correction"] = dict(verdict.correction)
        return trail.add(
            STEP_OF_ACTION.get(verdict.action, f"approval_{state}"),
            verdict.actor,
            body,
            event_id=case.event.event_id,
            order_id=case.event.order_id,
            posting_id=case.row.posting_id,
        )

    def _follow(
        self,
        connection: Connection,
        trail: Trail,
        case: _Case,
        verdict: Verdict,
        state: str,
        seq: int,
    ) -> None:
        """Do what follows from the decision; nothing follows from a claim or a first approval."""
        if state not in ("approved", "corrected", "rejected", "held"):
            return
        if case.row.posting_id is not None:
            self._answer_erp(connection, trail, case, verdict, state)
            return
        if state == "held":
            self._tell(connection, trail, case, seq, "hold", verdict.reason or "")
            return
        if state == "rejected":
            self._take_out(connection, case, trail.now)
            text = f"rejected by {verdict.approver.person_id}: {verdict.reason}"
            self._tell(connection, trail, case, seq, "cancelled", text)
        else:
            self._book(connection, trail, case, verdict)
        progress.save(connection, case.progress, case.known)
        self._confirm(connection, trail, case, seq, correct=state == "approved")
        final = None if state == "rejected" else verdict.correction or case.event.data
        label_event(connection, case.event, final, verdict.reason or "", "person", trail.now)

    def _answer_erp(
        self, connection: Connection, trail: Trail, case: _Case, verdict: Verdict, state: str
    ) -> None:
        """Answer an ERP that asked back about a posting."""
        posting_id = case.row.posting_id
        if state == "approved":
            commands.approve_warnings(connection, trail, posting_id, actor=verdict.actor)
        elif state == "rejected":
            commands.cancel(
                connection, trail, posting_id, actor=verdict.actor, reason=verdict.reason or ""
            )
        elif state == "corrected":
            raise Refused(
                "not_correctable", "the ERP asks yes or no: approve, or reject and correct then"
            )

    def _book(self, connection: Connection, trail: Trail, case: _Case, verdict: Verdict) -> None:
        event, data = case.event, verdict.correction or case.event.data
        self._take_out(connection, case, trail.now)
        effective = event.with_data(data)
        if finals.is_overtaking(connection, effective, case.row.seq):
            text = say("earlier_waits", operation=effective.operation_id)
            raise Refused("earlier_waits", f"{text}: decide that one first")
        if effective.order_id not in case.progress:
            found = progress.lock(connection, [effective.order_id])
            case.known |= set(found)
            case.progress[effective.order_id] = found.get(effective.order_id) or OrderProgress()
        current = case.progress[effective.order_id]
        context = self._judge.context_of(connection, effective, current, trail.now)
        use_case = USE_CASES[event.use_case]
        for finding in use_case.examine(effective, context).findings:
            if finding.severity == "hold":
                raise Refused("still_blocked", f"this cannot be booked: {finding.text}")
        day = self._judge.posting_date(effective)
        if self._judge.master_data.is_closed(day):
            raise Refused("closed_period", f"the posting period of {day} is closed")
        use_case.apply(effective, context, 1)
        try:
            documents = self._judge.compose(effective, data, context.order)
        except CannotCompose as gap:
            raise BadCorrection([(gap.pointer.replace("/data", "/correction"), gap.text)]) from gap
        undo_s = self._judge.policy.undo_seconds
        queued = new_postings(
            trail, effective, documents, erp=self._erp, actor=verdict.actor, undo_s=undo_s
        )
        postings.enqueue(connection, queued)
        word = "corrected" if verdict.correction else "approved"
        text = f"{word} by {verdict.approver.person_id}"
        if queued:
            self._tell(connection, trail, case, queued[-1].seq, "queued", text)

    def _take_out(self, connection: Connection, case: _Case, now: datetime) -> None:
        """Take the event as it was captured out of its order's progress, where it was counted."""
        current = case.progress.get(case.event.order_id)
        if case.decision["outcome"] == "hold" or current is None:
            return
        context = self._judge.context_of(connection, case.event, current, now)
        USE_CASES[case.event.use_case].apply(case.event, context, -1)

    def _confirm(
        self, connection: Connection, trail: Trail, case: _Case, seq: int, *, correct: bool
    ) -> None:
        """Learn whether booking the event as it stood would have been right."""
        if not case.decision["eligible"]:
            return
        assessment = json.loads(case.stored.assessment)
        row = Confirmation(
            event_id=case.event.event_id,
            seq=seq,
            use_case=case.event.use_case,
            segment=assessment["segment"],
            confidence=assessment["confidence"],
            correct=correct,
            amount=assessment["amount"],
            origin="person",
            confirmed_at=trail.now,
        )
        confirmations.put(connection, [row])
        why = f"a person {'agreed with' if correct else 'changed'} event {case.event.event_id}"
        classes = [(row.use_case, row.segment)]
        trust.recompute(connection, trail, self._judge.policy, classes, why)

    def _tell(
        self, connection: Connection, trail: Trail, case: _Case, seq: int, state: str, text: str
    ) -> None:
        outcome = Outcome(
            outcome_id=seq,
            event_id=case.event.event_id,
            source=case.event.source,
            event_key=case.event.key,
            order_id=case.event.order_id,
            state=state,
            text=text[:500],
            document_id=None,
            at=trail.now,
        )
        outcomes.append(connection, [outcome], new_events=False)


def _claimed_at(row: Row[Any], person_id: str, now: datetime) -> datetime | None:
    """Return since when a person has a task open without a break; ``None`` when they have not."""
    is_holder = row.claimed_by == person_id and row.claimed_until is not None
    claimed_at: datetime | None = row.claimed_at if is_holder and row.claimed_until > now else None
    return claimed_at


def _considered_ms(row: Row[Any], person_id: str, now: datetime) -> int | None:
    since = _claimed_at(row, person_id, now)
    return None if since is None else int((now - since) / timedelta(milliseconds=1))
