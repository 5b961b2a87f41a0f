"""Postings as rows: put into the queue, changed, and read for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, true, update

from countersign.nouns.posting import OPEN_STATES, PostingState
from countersign.store import streams
from countersign.store.streams import stream_id_of
from countersign.store.tables import event, posting, stream


@dataclass(frozen=True, slots=True)
class NewPosting:
    """A document to be booked, with its key as its identity.

    ``document`` is the canonical JSON of ``erp.documents.to_data``. ``seq`` is the number of its
    audit record: postings of one order are booked in this order. ``state`` is ``queued`` or
    ``awaiting_approval``.
    """

    posting_id: str
    event_id: str | None
    erp: str
    order_id: str
    kind: str
    document: str
    not_before: datetime
    created_by: str
    seq: int
    state: PostingState = "queued"


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A posting as it is stored.

    ``source`` and ``event_key`` are those of its event, ``None`` without one.
    """

    posting_id: str
    seq: int
    event_id: str | None
    stream_id: str
    erp: str
    order_id: str
    kind: str
    state: PostingState
    document: str
    approved_warnings: str
    attempts: int
    failures: int
    document_id: str | None
    reversal_document_id: str | None
    error_verdict: str | None
    error_code: str | None
    error_text: str | None
    error_entity: str | None
    error_field: str | None
    fingerprint: str | None
    created_at: datetime
    created_by: str
    not_before: datetime
    retrying_since: datetime | None
    settled_at: datetime | None
    changed_at: datetime
    source: str | None = None
    event_key: str | None = None


_STORED = tuple(
    name for name in PostingRecord.__dataclass_fields__ if name not in ("source", "event_key")
)
CHANGEABLE = (
    "state",
    "document",
    "approved_warnings",
    "attempts",
    "failures",
    "document_id",
    "reversal_document_id",
    "error_verdict",
    "error_code",
    "error_text",
    "error_entity",
    "error_field",
    "fingerprint",
    "not_before",
    "retrying_since",
    "settled_at",
    "changed_at",
)
"""What may change in the life of a posting; everything else is written once."""

_INSERT = insert(posting)
_START = (
    update(posting)
    .where(posting.c.posting_id == bindparam("id"))
    .values(state="sending", attempts=bindparam("count"), changed_at=bindparam("at"))
)
_UPDATE = (
    update(posting)
    .where(posting.c.posting_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in (*CHANGEABLE, "is_open")})
)
_SELECT = select(
    *(posting.c[name] for name in _STORED), event.c.source, event.c.event_key
).select_from(posting.outerjoin(event, posting.c.event_id == event.c.event_id))
_FIRST_OPEN = (
    select(posting.c.posting_id)
    .where(posting.c.stream_id == stream.c.stream_id, posting.c.is_open == true())
    .order_by(posting.c.seq)
    .limit(1)
    .correlate(stream)
    .scalar_subquery()
)


def enqueue(connection: Connection, postings: Sequence[NewPosting]) -> None:
    """Put postings into the queue and have their streams looked at.

    The caller holds the head of the audit chain (the numbers in ``seq`` come from there), so
    neither a worker nor another writer can decide about the same streams meanwhile.
    """
    if not postings:
        return
    orders = {
        stream_id_of(row.erp, row.order_id): (row.erp, row.order_id)
        for row in postings
    }
    streams.wake_for_new(connection, orders, min(row.not_before for row in postings))
    connection.execute(_INSERT, [_new_row(row) for row in postings])


def _new_row(row: NewPosting) -> dict[str, Any]:
    return {
        "posting_id": row.posting_id,
        "seq": row.seq,
        "event_id": row.event_id,
        "stream_id": stream_id_of(row.erp, row.order_id),
        "erp": row.erp,
        "order_id": row.order_id,
        "kind": row.kind,
        "state": row.state,
        "is_open": True,
        "document": row.document,
        "approved_warnings": "[]",
        "attempts": 0,
        "failures": 0,
        "created_at": row.not_before,
        "created_by": row.created_by,
        "not_before": row.not_before,
        "changed_at": row.not_before,
    }
