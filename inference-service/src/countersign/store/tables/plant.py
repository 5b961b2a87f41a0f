"""What is known of the plant, and how far reading it has come."""

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

from countersign.store.tables.base import UtcDateTime, metadata

order_progress = Table(
    "order_progress",
    metadata,
    Column("order_id", Unicode(40), primary_key=True),
    Column("body", UnicodeText, nullable=False),
    Column("version", Integer, nullable=False),
)

statistic = Table(
    "statistic",
    metadata,
    Column("statistic_key", Unicode(200), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("mean", Float, nullable=False),
    Column("m2", Float, nullable=False),
    Column("labels", UnicodeText, nullable=False),
)

master_data = Table(
    "master_data",
    metadata,
    Column("kind", Unicode(20), primary_key=True),  # order, material, period, quality_hold, stock
    Column("item_id", Unicode(80), primary_key=True),
    Column("body", UnicodeText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_master_data_version", "version"),
)

order_release = Table(
    "order_release",
    metadata,
    Column("order_id", Unicode(40), primary_key=True),
    Column("released_at", UtcDateTime, nullable=False),  # when it was first seen released
    Column("is_backlog", Boolean, nullable=False),  # released before anybody looked
    Column("body", UnicodeText, nullable=False),  # the order as it was then
    Column("open_orders", Integer, nullable=False),
    Column("queued_hours", Float, nullable=False),  # of machine time, before it at its machines
    Column("busiest_hours", Float, nullable=False),  # the same at the busiest of them
    Column("ended_at", UtcDateTime),  # when the ERP first showed it as over
    Column("end_state", Unicode(20)),  # completed, closed or cancelled
    Index("ix_order_release_released_at", "released_at"),
)

stock_hour = Table(
    "stock_hour",
    metadata,
    Column("hour_start", UtcDateTime, primary_key=True),
    Column("material_id", Unicode(40), primary_key=True),
    Column("storage_location", Unicode(20), nullable=False),  # empty: all places together
    Column("unit", Unicode(20), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("opening_quantity", Unicode(24), nullable=False),
    Column("planned_use", Unicode(24), nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closing_quantity", Unicode(24)),
    Column("used_quantity", Unicode(24)),
    Column("delivered_quantity", Unicode(24)),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("name", Unicode(20), primary_key=True),  # master_data, policy or autonomy
    Column("value", BigInteger, nullable=False),
)

job_cursor = Table(
    "job_cursor",
    metadata,
    Column("job", Unicode(40), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

staging_source = Table(
    "staging_source",
    metadata,
    Column("name", Unicode(120), primary_key=True),  # the staging table in the plant's database
    Column("lease_owner", Unicode(80)),
    Column("lease_until", UtcDateTime),
    Column("read_at", UtcDateTime),
    Column("waiting", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("problem", Unicode(500)),  # why it cannot be read at the moment
)
