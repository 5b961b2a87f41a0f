"""Undoing: a decision is taken back before its documents are sent, as if it had never been made."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import Trail, open_trail
from countersign.decide.approvals import Approver, Refused
from countersign.decide.policy import Policy
from countersign.intake.envelope import restore_event
from countersign.journey import finals, trust
from countersign.journey.judge import Judge
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.store import (
    approvals,
    confirmations,
    feature_rows,
    outcomes,
    postings,
    progress,
)
from countersign.store.outcomes import Outcome

UNDOABLE = ("approved", "corrected")
OPEN_AGAIN: dict[str, Any] = {
    "state": "open",
    "first_approved_by": None,
    "first_approval": None,
    "decided_by": None,
    "decided_at": None,
    "considered_ms": None,
    "reason": None,
    "correction": None,
}


def undo(
    connection: Connection,
    judge: Judge,
    row: Row[Any],
    stored: Row[Any],
    approver: Approver,
    actor: str,
    now: datetime,
) -> None:
    """Open a decided task again; the caller has locked it. Raises ``Refused``.

    The documents that wait for it go, because no ERP has seen them; what was learned from the
    decision is forgotten, and the order's progress is as the event was captured.
    """
    _check(row, approver, judge.policy)
    event = restore_event(stored.body, stored.digest, stored.received_at)
    booked = event.with_data(json.loads(row.correction)) if row.correction else event
    locked = progress.lock(connection, {event.order_id, booked.order_id})
    with open_trail(connection, now) as trail:
        _take_back_postings(connection, event)
        seq = trail.add(
            "approval_undone",
            actor,
            {"state": row.state, "decided_by": row.decided_by},
            event_id=event.event_id,
            order_id=event.order_id,
        )
        _count_as_captured(connection, judge, stored, event, booked, locked, now)
        progress.save(connection, locked, locked)
        _forget(connection, trail, judge, event, stored)
        approvals.change(connection, row.approval_id, **OPEN_AGAIN)
        _tell(connection, event, seq, f"taken back by {approver.person_id}", now)


def _check(row: Row[Any], approver: Approver, policy: Policy) -> None:
    if row.state not in UNDOABLE or row.posting_id is not None:
        raise Refused("not_decided", "only an approval or a correction can be taken back")
    is_own = approver.person_id == row.decided_by and policy.may(approver.roles, "approve")
    if not is_own and not policy.may(approver.roles, "second_approve"):
        raise Refused("role_missing", f"{row.decided_by} decided this and can take it back")


def _take_back_postings(connection: Connection, event: Event) -> None:
    """Delete the documents that wait; the head of the audit chain keeps the worker from them."""
    waiting = postings.of_event(connection, event.event_id)
    if any(record.state != "queued" or record.attempts for record in waiting):
        raise Refused("too_late", "it has been sent to the ERP already: have it reversed")
    if waiting and finals.is_followed(connection, event, waiting[0].seq):
        text = f"operation {event.operation_id} was ended after it: take that back first"
        raise Refused("too_late", text)
    postings.delete_unsent(connection, [record.posting_id for record in waiting])


def _count_as_captured(
    connection: Connection,
    judge: Judge,
    stored: Row[Any],
    event: Event,
    booked: Event,
    locked: dict[str, OrderProgress],
    now: datetime,
) -> None:
    """Take what was to be booked out of the progress, and count the event as it came in again."""
    apply = USE_CASES[event.use_case].apply
    context = judge.context_of(connection, booked, locked[booked.order_id], now)
    apply(booked, context, -1)
    if json.loads(stored.decision)["outcome"] != "hold" and event.order_id in locked:
        context = judge.context_of(connection, event, locked[event.order_id], now)
        apply(event, context, 1)


def _forget(
    connection: Connection, trail: Trail, judge: Judge, event: Event, stored: Row[Any]
) -> None:
    """Unlearn what the decision has confirmed."""
    feature_rows.unlabel(connection, event.event_id)
    if confirmations.take_back(connection, event.event_id):
        classes = [(event.use_case, json.loads(stored.assessment)["segment"])]
        why = f"the decision about event {event.event_id} was taken back"
        trust.recompute(connection, trail, judge.policy, classes, why)


def _tell(connection: Connection, event: Event, seq: int, text: str, now: datetime) -> None:
    outcome = Outcome(
        outcome_id=seq,
        event_id=event.event_id,
        source=event.source,
        event_key=event.key,
        order_id=event.order_id,
        state="review",
        text=text,
        document_id=None,
        at=now,
    )
    outcomes.append(connection, [outcome], new_events=False)
