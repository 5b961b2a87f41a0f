"""What the service may do by itself, and what was learned about that."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Table,
    Unicode,
    UnicodeText,
)

from countersign.store.tables.base import UtcDateTime, identity, metadata

policy = Table(
    "policy",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Unicode(200), nullable=False),
    Column("reason", Unicode(500), nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("event_id", identity(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("confidence", Float),
    Column("correct", Boolean, nullable=False),
    Column("amount", Unicode(24)),
    Column("origin", Unicode(20), nullable=False),  # person, erp or history
    Column("confirmed_at", UtcDateTime, nullable=False),
    Index("ix_confirmation_use_case_segment_seq", "use_case", "segment", "seq"),
)

autonomy = Table(
    "autonomy",
    metadata,
    Column("use_case", Unicode(40), primary_key=True),
    Column("segment", Unicode(60), primary_key=True),
    Column("threshold", Float),  # empty: nothing is posted without a person
    Column("lower_bound", Float, nullable=False),
    Column("target", Float, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("coverage", Float, nullable=False),
    Column("reason", Unicode(500), nullable=False),
    Column("computed_at", UtcDateTime, nullable=False),
)

autonomy_change = Table(
    "autonomy_change",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # of its audit record
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("change", Unicode(20), nullable=False),  # given or withdrawn
    Column("reason", Unicode(500), nullable=False),
    Column("why", Unicode(300), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

drift_measure = Table(
    "drift_measure",
    metadata,
    Column("use_case", Unicode(40), primary_key=True),
    Column("segment", Unicode(60), primary_key=True),
    Column("measure", Unicode(80), primary_key=True),
    Column("kind", Unicode(20), nullable=False),
    Column("value", Float, nullable=False),
    Column("alarm_from", Float, nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("measured_at", UtcDateTime, nullable=False),
)

alarm = Table(
    "alarm",
    metadata,
    Column("alarm_id", identity(), primary_key=True),
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("kind", Unicode(20), nullable=False),  # drift or data
    Column("measure", Unicode(80), nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("cleared_by", Unicode(80)),
    Column("clear_reason", Unicode(500)),
    Index("ix_alarm_cleared_at", "cleared_at"),
)
