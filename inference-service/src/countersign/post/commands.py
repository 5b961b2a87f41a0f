"""Commands: what people may do to postings and ERPs, each checked, recorded and told.

Every function takes the connection and the trail of the caller's transaction (the head of the
audit chain is locked, so nothing moves meanwhile), ``actor`` in the words of the audit
(``person:anna``) and a reason. What may not be done raises :class:`CommandRefused`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.erp.documents import Document, to_data
from countersign.nouns.posting import PostingState, idempotency_key
from countersign.post import changes
from countersign.post.changes import Change
from countersign.store import approvals, erp_targets, postings, streams
from countersign.store.database import canonical_json, digest_of
from countersign.store.erp_targets import ErpTarget
from countersign.store.postings import NewPosting, PostingRecord

MAX_RESUBMITTED = 10_000

_NO_ERROR: Mapping[str, Any] = {
    "error_verdict": None,
    "error_code": None,
    "error_text": None,
    "error_entity": None,
    "error_field": None,
    "fingerprint": None,
    "failures": 0,
    "retrying_since": None,
    "settled_at": None,
}


class CommandRefused(Exception):
    """The command may not be carried out; ``code`` for machines, ``text`` says what would help.

    Codes: ``not_found``, ``wrong_state``, ``busy``, ``key_reused``, ``other_order``,
    ``other_kind``.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def create(
    connection: Connection,
    trail: Trail,
    *,
    erp: str,
    document: Document,
    origin: str,
    actor: str,
    reason: str = "",
) -> PostingRecord:
    """Queue a document of the ERP team that belongs to no event.

    ``origin`` names the request (client and idempotency key): the same request again returns the
    same posting, another document under it is refused.
    """
    posting_id = idempotency_key(f"{erp}/{origin}", document.kind)
    text = canonical_json(to_data(document))
    known = postings.read(connection, posting_id)
    if known is not None:
        if known.document != text:
            raise CommandRefused(
                "key_reused", f"Another document was posted under this key: {posting_id}."
            )
        return known
    seq = trail.add(
        "posting_queued",
        actor,
        {"erp": erp, "kind": document.kind, "document_digest": digest_of(text), "reason": reason},
        order_id=document.order_id,
        posting_id=posting_id,
    )
    new = NewPosting(
        posting_id=posting_id,
        event_id=None,
        erp=erp,
        order_id=document.order_id,
        kind=document.kind,
        document=text,
        not_before=trail.now,
        created_at=trail.now,
        created_by=actor,
        seq=seq,
    )
    postings.enqueue(connection, [new])
    return _read(connection, posting_id)


def retry(
    connection: Connection, trail: Trail, posting_id: str, *, actor: str, reason: str = ""
) -> PostingRecord:
    """Send a refused posting again as it is, or one that waits for its next try now."""
    record = _read(connection, posting_id)
    if record.state == "queued":
        return _requeue(connection, trail, record, "posting_retry_asked", actor, reason, told=False)
    _require(record, {"rejected"}, "sent again")
    return _requeue(connection, trail, record, "posting_retry_asked", actor, reason)


def correct(
    connection: Connection,
    trail: Trail,
    posting_id: str,
    document: Document,
    *,
    actor: str,
    reason: str,
) -> PostingRecord:
    """Replace the document of a refused posting and send it; the key stays: nothing was booked."""
    record = _read(connection, posting_id)
    _require(record, {"rejected", "awaiting_approval"}, "corrected")
    if document.kind != record.kind:
        raise CommandRefused(
            "other_kind", f"This posting is a {record.kind}: cancel it and create another one."
        )
    if document.order_id != record.order_id:
        raise CommandRefused(
            "other_order",
            f"This posting belongs to order {record.order_id}: cancel it and create another one.",
        )
    text = canonical_json(to_data(document))
    values = {"document": text, "warnings": None, "approved_warnings": "[]"}
    facts = {
        "document_digest": digest_of(text),
        "document_digest_before": digest_of(record.document),
    }
    return _requeue(
        connection, trail, record, "posting_corrected", actor, reason, values=values, facts=facts
    )


def approve_warnings(
    connection: Connection, trail: Trail, posting_id: str, *, actor: str, reason: str = ""
) -> PostingRecord:
    """Say yes to what the ERP asked back, and let a posting that awaits approval go."""
    record = _read(connection, posting_id)
    _require(record, {"awaiting_approval"}, "approved")
    asked = json.loads(record.warnings or "[]")
    approved = json.loads(record.approved_warnings)
    both = [*approved, *(warning for warning in asked if warning not in approved)]
    values = {"warnings": None, "approved_warnings": canonical_json(both)}
    return _requeue(
        connection,
        trail,
        record,
        "posting_approved",
        actor,
        reason,
        values=values,
        facts={"warnings": asked},
    )


def cancel(
    connection: Connection,
    trail: Trail,
    posting_id: str,
    *,
    actor: str,
    reason: str,
) -> PostingRecord:
    """Give a posting up before it is booked; the ones behind it go on."""
    record = _read(connection, posting_id)
    _require(record, {"awaiting_approval", "queued", "rejected"}, "cancelled")
    change = Change(
        record,
        "cancelled",
        "posting_cancelled",
        {"warnings": None, "fingerprint": None},
        {"reason": reason},
        f"cancelled: {reason}" if reason else "cancelled",
    )
    return _carry_out(connection, trail, change, actor)


def reverse(
    connection: Connection, trail: Trail, posting_id: str, *, actor: str, reason: str
) -> PostingRecord:
    """Have a booked document undone in the ERP."""
    record = _read(connection, posting_id)
    _require(record, {"posted"}, "reversed")
    change = Change(
        record,
        "reversing",
        "posting_reversal_asked",
        {**_NO_ERROR, "not_before": trail.now},
        {"reason": reason},
        f"being reversed in {record.erp}: {reason}",
    )
    return _carry_out(connection, trail, change, actor)


def confirm_posted(
    connection: Connection,
    trail: Trail,
    posting_id: str,
    document_id: str,
    *,
    actor: str,
    reason: str,
) -> PostingRecord:
    """Record that somebody has found the document in the ERP."""
    record = _read_unsettled(connection, posting_id)
    change = Change(
        record,
        "posted",
        "posting_confirmed_posted",
        {**_NO_ERROR, "document_id": document_id},
        {"reason": reason},
        f"booked in {record.erp} as {document_id}, as a person has confirmed",
    )
    return _carry_out(connection, trail, change, actor)


def confirm_absent(
    connection: Connection, trail: Trail, posting_id: str, *, actor: str, reason: str
) -> PostingRecord:
    """Record that the ERP surely does not have the document, and send it again."""
    record = _read_unsettled(connection, posting_id)
    if record.state == "accepted":
        raise CommandRefused(
            "wrong_state",
            f"{record.erp} has taken this document over: it must be looked for there.",
        )
    if record.settled_at is not None and trail.now < record.settled_at:
        raise CommandRefused(
            "busy",
            "The lost call may still be booked until "
            f"{record.settled_at.isoformat(timespec='seconds')}: look again after that.",
        )
    return _requeue(connection, trail, record, "posting_confirmed_absent", actor, reason)


def resubmit(
    connection: Connection,
    trail: Trail,
    *,
    erp: str,
    fingerprint: str,
    actor: str,
    reason: str = "",
) -> list[PostingRecord]:
    """Send all postings again that were refused for the same cause, in their order.

    At most 10,000 at a time; the same command again takes the next ones.
    """
    records = postings.find(
        connection,
        states=["rejected"],
        erp=erp,
        fingerprint=fingerprint,
        limit=MAX_RESUBMITTED,
    )
    if not records:
        raise CommandRefused("not_found", f"No refused posting has the fingerprint {fingerprint}.")
    again = [
        _again(record, "posting_resubmitted", trail, {"reason": reason})
        for record in sorted(records, key=lambda record: record.seq)
    ]
    changed = changes.apply(connection, trail, again, actor)
    streams.wake(connection, {record.stream_id for record in changed}, trail.now)
    return changed


def pause(connection: Connection, trail: Trail, erp: str, *, actor: str, reason: str) -> ErpTarget:
    """Begin no further call to an ERP until it is resumed."""
    target = replace(_target(connection, erp), paused=True, paused_reason=reason[:500])
    trail.add("erp_paused", actor, {"erp": erp, "reason": reason})
    return _write_target(connection, trail, target)


def resume(
    connection: Connection, trail: Trail, erp: str, *, actor: str, reason: str = ""
) -> ErpTarget:
    """Let calls to a paused ERP begin again; also closes its circuit breaker."""
    target = replace(
        _target(connection, erp),
        paused=False,
        paused_reason=None,
        breaker_state="closed",
        breaker_until=None,
        failures=0,
    )
    trail.add("erp_resumed", actor, {"erp": erp, "reason": reason})
    return _write_target(connection, trail, target)


def _requeue(
    connection: Connection,
    trail: Trail,
    record: PostingRecord,
    step: str,
    actor: str,
    reason: str,
    *,
    values: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    told: bool = True,
) -> PostingRecord:
    change = _again(record, step, trail, {**(facts or {}), "reason": reason}, values or {})
    if not told:
        change = replace(change, outcome="")
    return _carry_out(connection, trail, change, actor)


def _again(
    record: PostingRecord,
    step: str,
    trail: Trail,
    facts: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
) -> Change:
    return Change(
        record,
        "queued",
        step,
        {**_NO_ERROR, "not_before": trail.now, **(values or {})},
        facts,
        f"on its way to {record.erp} again",
    )


def _carry_out(connection: Connection, trail: Trail, change: Change, actor: str) -> PostingRecord:
    (record,) = changes.apply(connection, trail, [change], actor)
    if change.record.state == "awaiting_approval":
        approvals.dismiss_of_posting(connection, record.posting_id, trail.now)
    streams.wake(connection, [record.stream_id], trail.now)
    return record


def _read(connection: Connection, posting_id: str) -> PostingRecord:
    record = postings.read(connection, posting_id)
    if record is None:
        raise CommandRefused("not_found", f"There is no posting {posting_id}.")
    return record


def _read_unsettled(connection: Connection, posting_id: str) -> PostingRecord:
    """Read a posting whose outcome a person may settle: no worker is asking the ERP just now."""
    record = _read(connection, posting_id)
    _require(record, {"outcome_unknown", "accepted"}, "confirmed")
    if streams.is_leased(connection, record.stream_id):
        raise CommandRefused(
            "busy", f"{record.erp} is being asked about this posting right now: try again."
        )
    return record


_HINTS: Mapping[PostingState, str] = {
    "sending": "it is on its way to the ERP: wait for the answer",
    "accepted": "the ERP has taken it over: wait, or confirm it as posted",
    "outcome_unknown": "it may be booked: look in the ERP and confirm it as posted or absent",
    "posted": "it is booked: reverse it",
    "reversing": "it is being reversed",
    "reversed": "it has been reversed",
    "cancelled": "it was given up",
    "queued": "it is waiting to be sent",
    "rejected": "the ERP has refused it: correct, retry or cancel it",
    "awaiting_approval": "a person has to approve it first",
}


def _require(record: PostingRecord, states: Collection[PostingState], verb: str) -> None:
    if record.state not in states:
        raise CommandRefused(
            "wrong_state", f"This posting cannot be {verb}: {_HINTS[record.state]}."
        )


def _target(connection: Connection, erp: str) -> ErpTarget:
    target = erp_targets.read(connection, erp)
    if target is None:
        raise CommandRefused("not_found", f"No worker has ever served an ERP called {erp}.")
    return target


def _write_target(connection: Connection, trail: Trail, target: ErpTarget) -> ErpTarget:
    target = replace(target, changed_at=trail.now)
    erp_targets.write(connection, target)
    return target
