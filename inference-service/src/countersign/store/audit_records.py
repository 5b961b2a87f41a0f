"""Audit records as rows, and the head of their chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CompoundSelect,
    Connection,
    bindparam,
    func,
    or_,
    select,
    union_all,
    update,
)

from countersign.store.bulk import BulkInsert
from countersign.store.tables import audit_head, audit_record, event
from countersign.store.tables.audit import TAKING_IN, is_later

PAGE_ROWS = 1000


@dataclass(slots=True)
class AuditRecord:
    """One step of one event or posting, as it is stored and hashed."""

    seq: int
    at: datetime
    step: str
    actor: str
    event_id: str | None
    order_id: str | None
    posting_id: str | None
    document_id: str | None
    body: str
    hash: str


_INSERT, _row = BulkInsert.of(audit_record, AuditRecord)
_LOCK_HEAD = (
    select(audit_head.c.seq, audit_head.c.hash)
    .where(audit_head.c.chain == "main")
    .with_for_update()
    .with_hint(audit_head, "WITH (UPDLOCK, ROWLOCK)", "mssql")
)
_MOVE_HEAD = (
    update(audit_head)
    .where(audit_head.c.chain == "main")
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)


def lock_head(connection: Connection) -> tuple[int, str]:
    """Lock the head of the chain until the transaction ends; return its number and hash."""
    row = connection.execute(_LOCK_HEAD).one()
    return row.seq, row.hash


def append(connection: Connection, records: Sequence[AuditRecord], seq: int, head: str) -> None:
    """Write records and move the head behind them."""
    _INSERT(connection, map(_row, records))
    connection.execute(_MOVE_HEAD, {"new_seq": seq, "new_hash": head})


def read_head(connection: Connection) -> tuple[int, str]:
    """Return where the chain says that it ends."""
    row = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one()
    return row.seq, row.hash


def read_all(connection: Connection) -> Iterator[AuditRecord]:
    """Read the whole chain in order, a page at a time."""
    last = 0
    while True:
        rows = connection.execute(
            select(audit_record)
            .where(audit_record.c.seq > last)
            .order_by(audit_record.c.seq)
            .limit(PAGE_ROWS)
        ).all()
        for row in rows:
            yield AuditRecord(**row._mapping)
        if len(rows) < PAGE_ROWS:
            return
        last = rows[-1].seq


def count_by_step(connection: Connection) -> list[tuple[str, int]]:
    """Count the records of every step."""
    rows = connection.execute(
        select(audit_record.c.step, func.count())
        .group_by(audit_record.c.step)
        .order_by(audit_record.c.step)
    )
    return [(row[0], row[1]) for row in rows]


def find(
    connection: Connection,
    *,
    event_id: str | None = None,
    order_id: str | None = None,
    document_id: str | None = None,
    after: int = 0,
    limit: int = PAGE_ROWS,
) -> list[AuditRecord]:
    """Read the records of an event, an order or an ERP document, oldest first."""
    wanted = [
        column == value
        for column, value in (
            (audit_record.c.order_id, order_id),
            (audit_record.c.document_id, document_id),
        )
        if value is not None
    ]
    if event_id is not None:
        wanted.append(audit_record.c.seq.in_(_numbers_of(event_id)))
    query = select(audit_record).where(audit_record.c.seq > after)
    if wanted:
        query = query.where(or_(*wanted))
    rows = connection.execute(query.order_by(audit_record.c.seq).limit(limit))
    return [AuditRecord(**row._mapping) for row in rows]


def _numbers_of(event_id: str) -> CompoundSelect[tuple[int]]:
    """Select the numbers of an event's records: those of its taking in, then all others."""
    first = audit_record.alias("first")
    taking_in = (
        select(first.c.seq)
        .join_from(event, first, first.c.seq.between(event.c.seq, event.c.seq + len(TAKING_IN) - 1))
        .where(event.c.event_id == event_id, first.c.event_id == event_id)
    )
    later = select(audit_record.c.seq).where(
        audit_record.c.event_id == event_id, is_later(audit_record.c.step)
    )
    return union_all(taking_in, later)
