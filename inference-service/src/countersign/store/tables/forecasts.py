"""What is said about what lies ahead, and how the questions stand."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Table,
    Unicode,
    UnicodeText,
    UniqueConstraint,
)

from countersign.store.tables.base import UtcDateTime, identity, metadata

forecast = Table(
    "forecast",
    metadata,
    Column("forecast_id", identity(), primary_key=True),
    Column("task", Unicode(64), nullable=False),
    Column("kind", Unicode(20), nullable=False),
    Column("about", Unicode(60), nullable=False),
    Column("subject", Unicode(200), nullable=False),
    Column("asked_for", Unicode(40), nullable=False),  # empty: the subject stands for one answer
    Column("asked_at", UtcDateTime, nullable=False),
    Column("bucket_at", UtcDateTime, nullable=False),
    Column("asks_until", UtcDateTime),
    Column("model_version", Unicode(64), nullable=False),
    Column("answer", UnicodeText, nullable=False),
    Column("baseline", UnicodeText),
    Column("reasons", UnicodeText, nullable=False),
    Column("unit", Unicode(20)),
    Column("site_id", Unicode(20)),
    Column("order_id", Unicode(40)),
    Column("probability", Float),  # of the answer, to choose by
    Column("superseded_at", UtcDateTime),  # a later forecast stands in its place
    Column("left_at", UtcDateTime),  # asked no more: it lies ahead no longer
    Column("settled_at", UtcDateTime),
    Column("actual_label", Unicode(60)),
    Column("actual_value", Unicode(40)),
    Column("is_right", Boolean),
    Column("error", Float),
    Column("baseline_error", Float),
    UniqueConstraint("task", "subject", "asked_for", "bucket_at", "model_version"),
    Index("ix_forecast_task_settled_at", "task", "settled_at"),
    Index("ix_forecast_asked_at", "asked_at"),
    Index("ix_forecast_settled_at_superseded_at_left_at", "settled_at", "superseded_at", "left_at"),
)

forecast_question = Table(
    "forecast_question",
    metadata,
    Column("task", Unicode(64), primary_key=True),
    Column("about", Unicode(60), nullable=False),
    Column("looked_at", UtcDateTime, nullable=False),
    Column("model_version", Unicode(64)),  # empty: no model is in use
    Column("history_rows", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("problem", Unicode(500)),
)
