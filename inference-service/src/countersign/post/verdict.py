"""Verdicts: what the reply of an ERP means for a posting.

One pure function per action; the tables at the end say which. Nothing is sent again before it is
known that nothing was booked: a lost answer leads to reading back by our key, and where that is
not possible to a person.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from countersign.erp.port import Capabilities
from countersign.nouns.posting import PostingState
from countersign.post.calling import Answer, Reply
from countersign.post.changes import Change
from countersign.post.retry import RetryPolicy
from countersign.store.database import canonical_json, digest_of
from countersign.store.postings import PostingRecord

Health = Literal["answered", "failed", "silent"]
"""answered: the ERP spoke, be it a refusal; failed: it did not; silent: it was not asked."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a verdict depends on besides the reply."""

    capabilities: Capabilities
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    random: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from one reply.

    ``pause_reason`` stops all calls to the ERP; ``warnings`` are questions for a person.
    """

    change: Change
    health: Health
    pause_reason: str = ""
    warnings: tuple[str, ...] = ()


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
    "warnings": None,
}


def judge(answer: Answer, rules: Rules) -> Verdict:
    """Return what the answer means for its posting, the ERP and people."""
    return _JUDGES[answer.call.action](answer, rules)


def lost(record: PostingRecord, rules: Rules, now: datetime) -> Change:
    """Return the change of a posting whose worker died between intent and result.

    Its lease has run out, so no call begins any more; one that was under way ends, and a late
    booking appears, within the time-out and the settling time of the ERP.
    """
    settled_at = now + _settling(rules)
    looks_at = now + timedelta(seconds=rules.capabilities.settle_s)
    if record.state == "reversing":
        return Change(record, "reversing", "posting_reversal_lost", {"not_before": settled_at})
    return Change(
        record,
        "outcome_unknown",
        "posting_unknown",
        {
            **_error(Reply("unknown", code="worker_lost", text="The worker stopped half-way.")),
            "not_before": looks_at,
            "settled_at": settled_at,
        },
        {"code": "worker_lost"},
        _unknown_text(record, rules),
    )


def needs_person(record: PostingRecord, capabilities: Capabilities) -> bool:
    """Tell whether the worker can do no more for a posting until a person acts."""
    if record.state in ("awaiting_approval", "rejected"):
        return True
    if record.state in ("outcome_unknown", "accepted"):
        return not capabilities.searchable_key or record.error_verdict == "rejected"
    return False


def fingerprint_of(reply: Reply) -> str:
    """Return what failures with the same cause have in common: code, entity and field."""
    return digest_of(canonical_json([reply.code, reply.entity, reply.field]))[:16]


def _judge_post(answer: Answer, rules: Rules) -> Verdict:
    record, reply, now = answer.call.record, answer.reply, answer.finished_at
    if reply.kind == "posted":
        return _posted(answer, "posting_posted", f"booked in {record.erp} as {reply.document_id}")
    if reply.kind == "accepted":
        return _accepted(answer, rules)
    if reply.kind == "needs_approval":
        values = {
            **_NO_ERROR,
            "warnings": canonical_json(list(reply.warnings)),
            "error_verdict": "needs_approval",
            "error_code": reply.code or None,
            "error_text": reply.text or "; ".join(reply.warnings),
        }
        change = Change(record, "awaiting_approval", "posting_warned", values, _facts(reply))
        return Verdict(change, "answered", warnings=reply.warnings)
    if reply.kind == "rejected":
        return _rejected(answer)
    if reply.kind == "unknown":
        settled_at = answer.started_at + _settling(rules)
        values = {
            **_error(reply),
            "not_before": now + timedelta(seconds=rules.capabilities.settle_s),
            "settled_at": settled_at,
        }
        text = _unknown_text(record, rules)
        change = Change(record, "outcome_unknown", "posting_unknown", values, _facts(reply), text)
        return Verdict(change, "failed")
    if reply.kind == "retry" and _is_over(record, rules, now):
        return _given_up(answer)
    return _again(answer, rules, "queued", "posting_retry")


def _judge_find(answer: Answer, rules: Rules) -> Verdict:
    record, reply = answer.call.record, answer.reply
    if reply.kind == "posted":
        text = f"booked in {record.erp} as {reply.document_id}, as reading back shows"
        return _posted(answer, "posting_read_back", text)
    if reply.kind == "accepted":
        return _accepted(answer, rules)
    if reply.kind == "absent":
        return _absent(answer, rules)
    if reply.kind in ("rejected", "needs_approval"):
        return _refused_read_back(answer)
    return _again(answer, rules, record.state, "posting_read_back")


def _judge_reverse(answer: Answer, rules: Rules) -> Verdict:
    record, reply = answer.call.record, answer.reply
    if reply.kind == "posted":
        values = {**_NO_ERROR, "reversal_document_id": reply.document_id or None}
        text = f"reversed in {record.erp} by {reply.document_id}"
        change = Change(record, "reversed", "posting_reversed", values, _facts(reply), text)
        return Verdict(change, "answered")
    if reply.kind in ("rejected", "needs_approval"):
        values = {**_error(reply), "failures": 0, "retrying_since": None}
        text = f"stays booked, {record.erp} does not reverse it: {reply.text}"
        change = Change(record, "posted", "posting_reversal_refused", values, _facts(reply), text)
        return Verdict(change, "answered")
    verdict = _again(answer, rules, "reversing", "posting_reversal_retry")
    if reply.kind != "unknown":
        return verdict
    later = {**verdict.change.values, "not_before": answer.started_at + _settling(rules)}
    change = Change(record, "reversing", "posting_reversal_retry", later, _facts(reply))
    return Verdict(change, "failed")


def _posted(answer: Answer, step: str, text: str) -> Verdict:
    values = {**_NO_ERROR, "document_id": answer.reply.document_id or None}
    change = Change(answer.call.record, "posted", step, values, _facts(answer.reply), text)
    return Verdict(change, "answered")


def _accepted(answer: Answer, rules: Rules) -> Verdict:
    """Wait for an ERP that books later: look again, ever less often."""
    record, reply = answer.call.record, answer.reply
    looks = record.failures + 1
    values = {
        **_NO_ERROR,
        "failures": looks,
        "document_id": reply.document_id or record.document_id,
        "not_before": _later(answer, rules, looks),
    }
    change = Change(record, "accepted", "posting_accepted", values, _facts(reply))
    return Verdict(change, "answered")


def _rejected(answer: Answer) -> Verdict:
    reply = answer.reply
    values = {
        **_error(reply),
        "fingerprint": fingerprint_of(reply),
        "failures": 0,
        "retrying_since": None,
    }
    text = f"refused by {answer.call.record.erp}: {reply.text}"
    change = Change(answer.call.record, "rejected", "posting_rejected", values, _facts(reply), text)
    return Verdict(change, "answered")


def _given_up(answer: Answer) -> Verdict:
    """Give a posting to a person that the ERP has not taken for days."""
    record, reply = answer.call.record, answer.reply
    since = record.retrying_since.isoformat(timespec="minutes") if record.retrying_since else ""
    text = f"not taken by {record.erp} since {since}: {reply.text}"
    values = {
        **_error(reply),
        "error_text": text[:1000],
        "fingerprint": fingerprint_of(reply),
        "failures": 0,
        "retrying_since": None,
    }
    change = Change(record, "rejected", "posting_given_up", values, _facts(reply), text)
    return Verdict(change, _health(reply))


def _absent(answer: Answer, rules: Rules) -> Verdict:
    """The ERP does not know the key: sent again only once a late booking is out of the question."""
    record, now = answer.call.record, answer.finished_at
    settled_at = record.settled_at or now
    if record.state == "outcome_unknown" and answer.started_at >= settled_at:
        values = {**_NO_ERROR, "not_before": now}
        text = f"{record.erp} does not have it: sent again"
        change = Change(record, "queued", "posting_read_back", values, {"found": False}, text)
        return Verdict(change, "answered")
    looks = record.failures + 1
    looks_at = _later(answer, rules, looks)
    if record.state == "outcome_unknown":
        looks_at = min(looks_at, settled_at)
    values = {"failures": looks, "not_before": looks_at}
    change = Change(record, record.state, "posting_read_back", values, {"found": False})
    return Verdict(change, "answered")


def _refused_read_back(answer: Answer) -> Verdict:
    """A document taken over is refused now; one that may be half booked goes to a person."""
    record, reply = answer.call.record, answer.reply
    if record.state == "accepted":
        return _rejected(answer)
    values = {**_error(reply), "error_verdict": "rejected", "fingerprint": fingerprint_of(reply)}
    text = f"a person has to look in {record.erp}: {reply.text}"
    change = Change(record, "outcome_unknown", "posting_read_back", values, _facts(reply), text)
    return Verdict(change, "answered")


def _again(answer: Answer, rules: Rules, state: PostingState, step: str) -> Verdict:
    """Nothing has happened in the ERP: the same call is made again later."""
    record, reply, now = answer.call.record, answer.reply, answer.finished_at
    if reply.kind == "not_sent":
        return Verdict(Change(record, state, "posting_not_sent", {"not_before": now}), "silent")
    if reply.kind == "stop":
        values = {**_error(reply), "not_before": now}
        change = Change(record, state, "posting_stopped", values, _facts(reply))
        return Verdict(change, "answered", pause_reason=f"{reply.code}: {reply.text}"[:500])
    failures = record.failures + 1
    values = {
        **_error(reply),
        "failures": failures,
        "retrying_since": record.retrying_since or now,
        "not_before": _later(answer, rules, failures),
    }
    return Verdict(Change(record, state, step, values, _facts(reply)), _health(reply))


def _health(reply: Reply) -> Health:
    """A failure that names an entity (a locked order) says nothing against the ERP itself."""
    return "answered" if reply.kind == "retry" and reply.entity else "failed"


def _is_over(record: PostingRecord, rules: Rules, now: datetime) -> bool:
    since = record.retrying_since
    return since is not None and rules.retry.is_over(since, now)


def _later(answer: Answer, rules: Rules, failures: int) -> datetime:
    delay_s = rules.retry.delay_s(failures, rules.random, answer.reply.retry_after_s)
    return answer.finished_at + timedelta(seconds=delay_s)


def _settling(rules: Rules) -> timedelta:
    """How long after its begin a call can still lead to a booking."""
    return timedelta(seconds=rules.capabilities.call_timeout_s + rules.capabilities.settle_s)


def _error(reply: Reply) -> dict[str, Any]:
    return {
        "error_verdict": reply.kind,
        "error_code": reply.code or None,
        "error_text": reply.text or None,
        "error_entity": reply.entity or None,
        "error_field": reply.field or None,
    }


def _facts(reply: Reply) -> dict[str, Any]:
    """Return what the audit keeps of a reply; empty fields are left out."""
    fields = {
        "document_id": reply.document_id,
        "code": reply.code,
        "text": reply.text,
        "entity": reply.entity,
        "field": reply.field,
        "warnings": list(reply.warnings),
    }
    return {name: value for name, value in fields.items() if value}


def _unknown_text(record: PostingRecord, rules: Rules) -> str:
    if rules.capabilities.searchable_key:
        return f"no answer from {record.erp}: looking there whether it was booked"
    return f"no answer from {record.erp}: a person has to look there whether it was booked"


_JUDGES: Mapping[str, Callable[[Answer, Rules], Verdict]] = {
    "post": _judge_post,
    "find": _judge_find,
    "reverse": _judge_reverse,
}
