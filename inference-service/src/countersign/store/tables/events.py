"""The events, what was thought and decided about them, and what became of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Unicode,
    UnicodeText,
)

from countersign.store.tables.base import UtcDateTime, identity, metadata

event = Table(
    "event",
    metadata,
    Column("event_id", identity(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("source", Unicode(128), nullable=False),
    Column("event_key", Unicode(64), nullable=False),
    Column("type", Unicode(64), nullable=False),
    Column("use_case", Unicode(40), nullable=False),
    Column("site_id", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("operation_id", Unicode(20), nullable=False),
    Column("material_id", Unicode(40)),  # what the order makes, where it is known
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("digest", Unicode(64), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("body", UnicodeText, nullable=False),
    Index("ix_event_order_id_seq", "order_id", "seq"),
    Index("ix_event_seq", "seq"),
    Index("ix_event_use_case_material_id_seq", "use_case", "material_id", "seq"),
)

judgement = Table(
    "judgement",
    metadata,
    Column(
        "event_seq",  # by number, not by hash: rows are added at the end of the table
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("outcome", Unicode(20), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("judged_at", UtcDateTime, nullable=False),
    Column("assessment_digest", Unicode(64), nullable=False),
    Column("assessment", UnicodeText, nullable=False),
    Column("decision_digest", Unicode(64), nullable=False),
    Column("decision", UnicodeText, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    Column("approval_id", identity(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", ForeignKey("event.event_id"), nullable=False),
    Column("posting_id", Unicode(32)),  # set when the ERP itself asked back about a posting
    Column("use_case", Unicode(40), nullable=False),
    Column("site_id", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("cause", Unicode(60), nullable=False),
    Column("title", Unicode(300), nullable=False),
    Column("amount", Unicode(24)),
    Column("deviation", Unicode(10)),  # above or below what was expected
    Column("four_eyes", Boolean, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_by", Unicode(64)),
    Column("claimed_until", UtcDateTime),
    Column("claimed_at", UtcDateTime),  # since when the holder looks at it, without a break
    Column("considered_ms", BigInteger),  # how long the decider had it open; unknown if never
    Column("first_approved_by", Unicode(64)),
    Column("first_approval", UnicodeText),
    Column("decided_by", Unicode(64)),
    Column("decided_at", UtcDateTime),
    Column("reason", Unicode(500)),
    Column("correction", UnicodeText),
    Column("version", Integer, nullable=False),
    Index("ix_approval_state_due_at", "state", "due_at"),
    Index("ix_approval_event_id", "event_id"),
    Index("ix_approval_order_id", "order_id"),
    Index("ix_approval_decided_at", "decided_at"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("outcome_id", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Unicode(32), nullable=False),
    Column("source", Unicode(128), nullable=False),
    Column("event_key", Unicode(64), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("document_id", Unicode(80)),
    Column("at", UtcDateTime, nullable=False),
)

feature_row = Table(
    "feature_row",
    metadata,
    Column("event_id", identity(), primary_key=True),
    Column("use_case", Unicode(40), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("rows", UnicodeText, nullable=False),  # float32, little-endian, row by row, base64
    Column("subjects", UnicodeText, nullable=False),  # what each row is about
    Column("labels", UnicodeText),  # what each row turned out to be; empty until it became clear
    Column("origin", Unicode(20)),  # person or erp
    Column("labelled_at", UtcDateTime),
    Column("picture_encoder", Unicode(80)),  # empty: no picture was seen
    Column("picture_values", UnicodeText),  # float32, little-endian, base64
    Index("ix_feature_row_use_case_labelled_at", "use_case", "labelled_at"),
)
