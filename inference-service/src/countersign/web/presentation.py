"""Presentation: rows as the contracts show them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from countersign.journey.coding.cause_queues import SortedCause
from countersign.journey.coding.coded_lines import CODED_KINDS
from countersign.language.locales import Locale
from countersign.language.sayings import translate
from countersign.nouns.autonomy import Autonomy
from countersign.store import attempts, codings, postings
from countersign.store.audit_records import AuditRecord
from countersign.store.postings import PostingRecord


def time_text(value: datetime | None) -> str | None:
    """Write a time as RFC 3339, ``None`` as it is."""
    return None if value is None else value.isoformat()


def approval_data(connection: Connection, row: Row[Any]) -> dict[str, Any]:
    """Write an approval's own facts: what is asked, of whom, by when, and what was decided."""
    data: dict[str, Any] = {
        "approval_id": row.approval_id,
        "event_id": row.event_id,
        "use_case": row.use_case,
        "site_id": row.site_id,
        "order_id": row.order_id,
        "state": row.state,
        "cause": row.cause,
        "title": row.title,
        "amount": row.amount,
        "four_eyes": row.four_eyes,
        "requested_at": time_text(row.requested_at),
        "due_at": time_text(row.due_at),
    }
    optional = {
        "posting_id": row.posting_id,
        "deviation": row.deviation,
        "claimed_by": row.claimed_by,
        "claimed_until": time_text(row.claimed_until),
        "first_approved_by": row.first_approved_by,
        "first_approval": json.loads(row.first_approval) if row.first_approval else None,
        "decided_by": row.decided_by,
        "decided_at": time_text(row.decided_at),
        "reason": row.reason,
        "correction": json.loads(row.correction) if row.correction else None,
    }
    return data | {name: value for name, value in optional.items() if value is not None}


def in_locale(card: dict[str, Any], locale: Locale) -> dict[str, Any]:
    """Tell what rules and model say on a card in a language; what is stored stays English."""

    def told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row | {"text": translate(row["text"], locale)} for row in rows]

    assessment = card["assessment"]
    return card | {
        "why": [translate(text, locale) for text in card["why"]],
        "assessment": assessment
        | {
            "findings": told(assessment["findings"]),
            "expectations": told(assessment["expectations"]),
            "reasons": [translate(text, locale) for text in assessment["reasons"]],
        },
    }


def posting_data(connection: Connection, record: PostingRecord) -> dict[str, Any]:
    """Write a posting with its attempts and what waits behind it."""
    data: dict[str, Any] = {
        "posting_id": record.posting_id,
        "erp": record.erp,
        "kind": record.kind,
        "order_id": record.order_id,
        "state": record.state,
        "key": record.posting_id,
        "document": json.loads(record.document),
        "attempts": [
            attempt_data(row) for row in attempts.of_posting(connection, record.posting_id)
        ],
        "waits_behind": postings.count_behind(connection, record),
        "created_at": time_text(record.created_at),
        "created_by": record.created_by,
        "next_at": time_text(record.not_before),
    }
    if record.event_id:
        data["event_id"] = record.event_id
    if record.document_id:
        data["document_id"] = record.document_id
    if record.reversal_document_id:
        data["reversal_document_id"] = record.reversal_document_id
    data |= _coding_data(connection, record)
    if record.error_text:
        data["error"] = {
            "code": record.error_code or "",
            "text": record.error_text,
            "entity": record.error_entity or "",
            "field": record.error_field or "",
        }
    return data


def _coding_data(connection: Connection, record: PostingRecord) -> dict[str, Any]:
    """Write what is kept of the coding of a document that people code."""
    coding = codings.read(connection, record.posting_id) if record.kind in CODED_KINDS else None
    if coding is None:
        return {}
    told = {"known": coding.facts, "notes": coding.notes}
    return {name: value for name, value in told.items() if value}


def cause_data(row: SortedCause) -> dict[str, Any]:
    """Write why postings are refused, and who mends it."""
    cluster, told = row.cluster, row.told
    data: dict[str, Any] = {
        "erp": cluster.erp,
        "fingerprint": cluster.fingerprint,
        "code": cluster.code,
        "entity": cluster.entity,
        "field": cluster.field,
        "text": cluster.text,
        "postings": cluster.postings,
        "waiting": cluster.waiting,
        "oldest_at": time_text(cluster.oldest_at),
        "queue": told.queue,
        "queue_told_by": told.by,
    }
    if told.confidence is not None:
        data["queue_confidence"] = round(told.confidence, 4)
    if told.text:
        data["queue_source"] = told.text
    return data


def attempt_data(row: Any) -> dict[str, Any]:
    """Write one attempt of a posting."""
    data = {
        "attempt": row.attempt,
        "action": row.action,
        "started_at": time_text(row.started_at),
        "finished_at": time_text(row.finished_at),
        "result": row.result,
        "code": row.code,
        "text": row.text,
    }
    return {name: value for name, value in data.items() if value is not None}


def autonomy_data(row: Autonomy) -> dict[str, Any]:
    """Write what a class of decisions has earned."""
    return asdict(row) | {"computed_at": time_text(row.computed_at)}


def audit_data(record: AuditRecord) -> dict[str, Any]:
    """Write an audit record with its hash."""
    data = {
        "seq": record.seq,
        "at": time_text(record.at),
        "step": record.step,
        "actor": record.actor,
        "event_id": record.event_id,
        "order_id": record.order_id,
        "posting_id": record.posting_id,
        "document_id": record.document_id,
        "body": json.loads(record.body),
        "hash": record.hash,
    }
    return {name: value for name, value in data.items() if value is not None}
