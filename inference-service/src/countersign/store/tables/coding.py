"""How documents are coded: accounts and cost objects, and what the plant says about them."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table, Unicode, UnicodeText

from countersign.store.tables.base import UtcDateTime, metadata

coding = Table(
    "coding",
    metadata,
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
    Column("facts", UnicodeText, nullable=False),  # known besides the document
    Column("notes", UnicodeText, nullable=False),  # what was unusual about it
    Column("document_digest", Unicode(64), nullable=False),  # of the document as it was created
    Column("booked_at", UtcDateTime),
    Column("origin", Unicode(20)),  # erp: booked as created; person: corrected before
    Column("withdrawn_at", UtcDateTime),  # reversed, or given up: it teaches nothing
    Index("ix_coding_booked_at", "booked_at"),
    Index("ix_coding_withdrawn_at", "withdrawn_at"),
)

account_determination = Table(
    "account_determination",
    metadata,
    Column("movement_type", Unicode(40), primary_key=True),
    Column("valuation_class", Unicode(40), primary_key=True),
    Column("account_id", Unicode(20), nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
)

cause_queue = Table(
    "cause_queue",
    metadata,
    Column("erp", Unicode(20), primary_key=True),
    Column("fingerprint", Unicode(64), primary_key=True),
    Column("queue", Unicode(20), nullable=False),
    Column("code", Unicode(80), nullable=False),
    Column("text", Unicode(1000), nullable=False),
    Column("document_kind", Unicode(40), nullable=False),
    Column("told_queue", Unicode(20)),  # what the machine had said; empty: nothing
    Column("told_by", Unicode(20)),  # table or model
    Column("told_confidence", Float),
    Column("failed_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("moved_by", Unicode(200), nullable=False),
    Column("reason", Unicode(500), nullable=False),
    Index("ix_cause_queue_moved_at", "moved_at"),
)
