"""Changes of postings: checked against the state machine, recorded in the trail, told outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.nouns.posting import PostingState, may_follow
from countersign.store import outcomes, postings
from countersign.store.outcomes import Outcome
from countersign.store.postings import PostingRecord


class ForbiddenTransition(Exception):
    """A posting was to go from one state to another that may not follow: a defect."""


@dataclass(frozen=True, slots=True)
class Change:
    """A posting on its way to another state, or to the same one with other values.

    ``outcome`` is what the floor is told, as a sentence; empty when nothing that matters there
    has changed. ``facts`` go into the audit record.
    """

    record: PostingRecord
    state: PostingState
    step: str
    values: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = ""


def apply(
    connection: Connection, trail: Trail, changes: Sequence[Change], actor: str
) -> list[PostingRecord]:
    """Write changes with their audit records and outcomes; return the postings as they are now.

    The caller knows that nobody else has changed these postings: it read them while holding the
    head of the audit chain, or has their streams leased. Raises :class:`ForbiddenTransition`.
    """
    changed = [_changed(change, trail) for change in changes]
    told: list[Outcome] = []
    for change, record in zip(changes, changed, strict=True):
        seq = trail.add(
            change.step,
            actor,
            {"state": record.state, "erp": record.erp, **change.facts},
            event_id=record.event_id,
            order_id=record.order_id,
            posting_id=record.posting_id,
            document_id=record.document_id,
        )
        if change.outcome and record.event_id:
            told.append(_outcome(record, seq, change.outcome, trail))
    postings.write(connection, changed)
    outcomes.append(connection, told, new_events=False)
    return changed


def _changed(change: Change, trail: Trail) -> PostingRecord:
    before = change.record.state
    if change.state != before and not may_follow(before, change.state):
        raise ForbiddenTransition(
            f"posting {change.record.posting_id} may not go from {before} to {change.state}"
        )
    values = {**change.values, "state": change.state, "changed_at": trail.now}
    return postings.with_changes(change.record, values)


def _outcome(record: PostingRecord, seq: int, text: str, trail: Trail) -> Outcome:
    return Outcome(
        outcome_id=seq,
        event_id=record.event_id or "",
        source=record.source or "",
        event_key=record.event_key or "",
        order_id=record.order_id,
        state=record.state,
        text=text[:500],
        document_id=record.document_id,
        at=trail.now,
    )
