"""Postings as rows: put into the queue, changed, and read for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, func, select, true

from countersign.nouns.posting import OPEN_STATES, PostingState
from countersign.store import streams
from countersign.store.among import among
from countersign.store.bulk import BulkInsert, BulkUpdate
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
    created_at: datetime
    created_by: str
    seq: int
    state: PostingState = "queued"


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """A posting as it is stored.

    ``warnings`` and ``approved_warnings`` are JSON arrays of what the ERP asked back. ``source``
    and ``event_key`` are those of its event, ``None`` without one.
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
    warnings: str | None
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
    "warnings",
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

_INSERT = BulkInsert(
    posting,
    (
        "posting_id",
        "seq",
        "event_id",
        "stream_id",
        "erp",
        "order_id",
        "kind",
        "state",
        "is_open",
        "document",
        "approved_warnings",
        "attempts",
        "failures",
        "created_at",
        "created_by",
        "not_before",
        "changed_at",
    ),
)
_START = BulkUpdate(posting, ("posting_id",), ("state", "attempts", "changed_at"))
_UPDATE = BulkUpdate(posting, ("posting_id",), (*CHANGEABLE, "is_open"))
_changeable = attrgetter(*CHANGEABLE)
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
_HEADS = select(_FIRST_OPEN).select_from(stream).where(among(stream.c.stream_id))
_SELECT_MANY = _SELECT.where(among(posting.c.posting_id)).order_by(posting.c.seq)


def enqueue(connection: Connection, postings: Sequence[NewPosting]) -> None:
    """Put postings into the queue and have their streams looked at.

    The caller holds the head of the audit chain (the numbers in ``seq`` come from there), so
    neither a worker nor another writer can decide about the same streams meanwhile.
    """
    if not postings:
        return
    orders = {stream_id_of(row.erp, row.order_id): (row.erp, row.order_id) for row in postings}
    streams.wake_for_new(connection, orders, min(row.not_before for row in postings))
    _INSERT(connection, map(_new_row, postings))


def delete_unsent(connection: Connection, posting_ids: Sequence[str]) -> None:
    """Delete postings that wait and that no ERP has seen; the caller holds the audit's head."""
    connection.execute(
        delete(posting).where(
            posting.c.posting_id.in_(posting_ids),
            posting.c.state == "queued",
            posting.c.attempts == 0,
        )
    )


def _new_row(row: NewPosting) -> tuple[Any, ...]:
    """Return the values of a new posting in the order of the insert's columns."""
    return (
        row.posting_id,
        row.seq,
        row.event_id,
        stream_id_of(row.erp, row.order_id),
        row.erp,
        row.order_id,
        row.kind,
        row.state,
        True,  # is open
        row.document,
        "[]",  # approved warnings
        0,  # attempts
        0,  # failures
        row.created_at,
        row.created_by,
        row.not_before,
        row.created_at,
    )


def first_open(connection: Connection, stream_ids: Collection[str]) -> dict[str, PostingRecord]:
    """Return the posting that each stream has to deal with next; streams without one are left out.

    Costs one step down an index per stream, however many postings wait.
    """
    if not stream_ids:
        return {}
    heads = connection.execute(_HEADS, {"ids": list(stream_ids)}).scalars()
    posting_ids = [posting_id for posting_id in heads if posting_id is not None]
    return {record.stream_id: record for record in read_many(connection, posting_ids)}


def read(connection: Connection, posting_id: str) -> PostingRecord | None:
    """Read a posting, ``None`` where there is none such."""
    row = connection.execute(_SELECT.where(posting.c.posting_id == posting_id)).first()
    return None if row is None else _record(row)


def read_many(connection: Connection, posting_ids: Collection[str]) -> list[PostingRecord]:
    """Read some postings, in the order in which they are booked."""
    if not posting_ids:
        return []
    rows = connection.execute(_SELECT_MANY, {"ids": list(posting_ids)})
    return [_record(row) for row in rows]


def of_event(connection: Connection, event_id: str) -> list[PostingRecord]:
    """Read the postings that an event led to, oldest first."""
    rows = connection.execute(_SELECT.where(posting.c.event_id == event_id).order_by(posting.c.seq))
    return [_record(row) for row in rows]


def find(
    connection: Connection,
    *,
    states: Collection[str] = (),
    erp: str | None = None,
    order_id: str | None = None,
    fingerprint: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[PostingRecord]:
    """Read postings that meet every filter given, newest first; ``before`` is the cursor (seq)."""
    query = _SELECT
    if states:
        query = query.where(posting.c.state.in_(states))
    for column, value in ((posting.c.erp, erp), (posting.c.fingerprint, fingerprint)):
        if value is not None:
            query = query.where(column == value)
    if order_id is not None:
        of_order = select(stream.c.stream_id).where(stream.c.order_id == order_id)
        query = query.where(posting.c.stream_id.in_(of_order))
    if before is not None:
        query = query.where(posting.c.seq < before)
    rows = connection.execute(query.order_by(posting.c.seq.desc()).limit(limit))
    return [_record(row) for row in rows]


def read_posted(
    connection: Connection,
    erp: str,
    *,
    after: int,
    changed_after: datetime,
    changed_before: datetime,
    limit: int,
) -> list[PostingRecord]:
    """Read postings that an ERP has booked between two times, in sequence behind a number."""
    query = (
        _SELECT.where(
            posting.c.state == "posted",
            posting.c.erp == erp,
            posting.c.seq > after,
            posting.c.changed_at >= changed_after,
            posting.c.changed_at < changed_before,
        )
        .order_by(posting.c.seq)
        .limit(limit)
    )
    return [_record(row) for row in connection.execute(query)]


def count_behind(connection: Connection, record: PostingRecord) -> int:
    """Count the open postings of the same stream that wait behind this one."""
    return connection.execute(
        select(func.count()).where(
            posting.c.stream_id == record.stream_id,
            posting.c.is_open == true(),
            posting.c.seq > record.seq,
        )
    ).scalar_one()


def count_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the postings by ERP and state, for metrics."""
    rows = connection.execute(
        select(posting.c.erp, posting.c.state, func.count()).group_by(
            posting.c.erp, posting.c.state
        )
    )
    return {(erp, state): count for erp, state, count in rows}


def count_open(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the postings that are not over by ERP and state; what is booked costs nothing."""
    rows = connection.execute(
        select(posting.c.erp, posting.c.state, func.count())
        .where(posting.c.state.in_(sorted(OPEN_STATES)))
        .group_by(posting.c.erp, posting.c.state)
    )
    return {(erp, state): count for erp, state, count in rows}


def oldest_open_at(connection: Connection) -> dict[str, datetime]:
    """Return by ERP since when its oldest open posting waits."""
    rows = connection.execute(
        select(posting.c.erp, func.min(posting.c.created_at))
        .where(posting.c.is_open == true())
        .group_by(posting.c.erp)
    )
    return {row[0]: row[1] for row in rows}


def start(connection: Connection, records: Iterable[PostingRecord], now: datetime) -> None:
    """Store state and number of attempts of postings that are about to be called for."""
    _START(
        connection,
        [(record.posting_id, record.state, record.attempts, now) for record in records],
    )


def write(connection: Connection, records: Iterable[PostingRecord]) -> None:
    """Write everything that may change of some postings.

    The caller holds the head of the audit chain and read the postings under it, or holds their
    streams: nobody else changes them meanwhile.
    """
    _UPDATE(connection, map(_changed_row, records))


def with_changes(record: PostingRecord, changes: Mapping[str, Any]) -> PostingRecord:
    """Return the posting with other values in some of the columns that may change."""
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"never changes in a posting: {', '.join(sorted(unknown))}")
    return replace(record, **changes)


def _changed_row(record: PostingRecord) -> tuple[Any, ...]:
    return (record.posting_id, *_changeable(record), record.state in OPEN_STATES)


def _record(row: Sequence[Any]) -> PostingRecord:
    return PostingRecord(*row)
