"""Who may come in, and what they were answered."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table, Unicode, UnicodeText

from countersign.store.tables.base import UtcDateTime, metadata

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", Unicode(16), primary_key=True),
    Column("name", Unicode(80), nullable=False),
    Column("secret_hash", Unicode(64), nullable=False),
    Column("scopes", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

person = Table(
    "person",
    metadata,
    Column("person_id", Unicode(64), primary_key=True),
    Column("name", Unicode(120), nullable=False),
    Column("roles", UnicodeText, nullable=False),
    Column("password_hash", Unicode(300)),
    Column("badge_hash", Unicode(64)),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_person_badge_hash", "badge_hash"),
)

idempotent_request = Table(
    "idempotent_request",
    metadata,
    Column("client", Unicode(80), primary_key=True),
    Column("request_key", Unicode(128), primary_key=True),
    Column("fingerprint", Unicode(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
