"""Asking back: the ERP has a question about a posting; a person gets it as a task."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.intake.envelope import restore_event
from countersign.nouns.event import Event
from countersign.nouns.headline import headline
from countersign.store import approvals, events, outcomes, policies
from countersign.store.approvals import NewApproval
from countersign.store.database import digest_of
from countersign.store.outcomes import Outcome
from countersign.store.postings import PostingRecord

CAUSE = "erp_asks_back"


def ask_back(
    connection: Connection, trail: Trail, posting: PostingRecord, warnings: tuple[str, ...]
) -> None:
    """Make a task of what the ERP asked about the posting of an event.

    A posting of the ERP team has no event and nobody on the floor to ask: it waits in their own
    list.
    """
    if posting.event_id is None:
        return
    row = events.read(connection, posting.event_id)
    if row is None:
        raise LookupError(f"the event {posting.event_id} of a posting is missing")
    event = restore_event(row.body, row.digest, row.received_at)
    current = policies.read_current(connection)
    policy = read_policy(*current) if current else read_policy(0, DEFAULT_POLICY)
    question = posting.error_text or "; ".join(warnings)
    seq = trail.add(
        "approval_requested",
        f"erp:{posting.erp}",
        {"cause": CAUSE, "warnings": list(warnings), "question": question},
        event_id=event.event_id,
        order_id=posting.order_id,
        posting_id=posting.posting_id,
    )
    asked = f"{posting.erp} asks: {question}"
    due_minutes = policy.use_cases[event.use_case].due_minutes
    task = _task(posting, event, asked, seq, trail.now, timedelta(minutes=due_minutes))
    approvals.insert_all(connection, [task])
    outcomes.append(connection, [_told(posting, event, asked, seq, trail.now)], new_events=False)


def _task(
    posting: PostingRecord, event: Event, asked: str, seq: int, now: datetime, term: timedelta
) -> NewApproval:
    """Return the task that the question makes; each attempt that is asked about makes its own."""
    return NewApproval(
        approval_id=digest_of(f"{posting.posting_id}/{posting.attempts}")[:32],
        seq=seq,
        event_id=event.event_id,
        use_case=event.use_case,
        site_id=json.loads(posting.document).get("site_id", event.site_id),
        order_id=posting.order_id,
        cause=CAUSE,
        title=f"{asked}; {headline(event.use_case, event.data)}"[:300],
        amount=None,
        four_eyes=False,
        requested_at=now,
        due_at=now + term,
        posting_id=posting.posting_id,
    )


def _told(posting: PostingRecord, event: Event, asked: str, seq: int, now: datetime) -> Outcome:
    """Return what the floor is told meanwhile."""
    return Outcome(
        outcome_id=seq,
        event_id=event.event_id,
        source=event.source,
        event_key=event.key,
        order_id=posting.order_id,
        state="review",
        text=asked[:500],
        document_id=None,
        at=now,
    )
