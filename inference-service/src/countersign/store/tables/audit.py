"""The hash chain of the audit."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Table,
    Unicode,
    UnicodeText,
    and_,
    column,
    literal_column,
)

from countersign.store.tables.base import UtcDateTime, metadata, on_each_database, where_given

TAKING_IN = ("event_received", "event_assessed", "event_decided")
"""The steps that every event begins with, one right after the other. They are found by the number
of the event, which is that of the first, so the index of events leaves them out."""


def is_later(step: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a step is none of an event's first, as indexes can hold it."""
    return and_(*(step != literal_column(f"'{name}'") for name in TAKING_IN))


audit_head = Table(
    "audit_head",
    metadata,
    Column("chain", Unicode(20), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Unicode(64), nullable=False),
)

audit_record = Table(
    "audit_record",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("step", Unicode(40), nullable=False),
    Column("actor", Unicode(200), nullable=False),
    Column("event_id", Unicode(32)),
    Column("order_id", Unicode(40)),
    Column("posting_id", Unicode(32)),
    Column("document_id", Unicode(80)),
    Column("body", UnicodeText, nullable=False),
    Column("hash", Unicode(64), nullable=False),
    Index(
        "ix_audit_record_event_id",
        "event_id",
        **on_each_database(is_later(column("step"))),
    ),
    Index("ix_audit_record_order_id", "order_id"),
    Index("ix_audit_record_document_id", "document_id", **where_given("document_id")),
)
