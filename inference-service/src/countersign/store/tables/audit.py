"""The hash chain of the audit."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Unicode, UnicodeText

from countersign.store.tables.base import UtcDateTime, metadata

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
    Index("ix_audit_record_event_id", "event_id"),
    Index("ix_audit_record_order_id", "order_id"),
    Index("ix_audit_record_document_id", "document_id"),
)
