"""Texts that a language model was asked for."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Unicode, UnicodeText

from countersign.store.tables.base import UtcDateTime, metadata

narrative = Table(
    "narrative",
    metadata,
    Column("narrative_id", Unicode(64), primary_key=True),
    Column("kind", Unicode(20), nullable=False),
    Column("locale", Unicode(5), nullable=False),
    Column("prompt", Unicode(40), nullable=False),
    Column("prompt_version", Unicode(20), nullable=False),
    Column("model", Unicode(120), nullable=False),
    Column("text", UnicodeText, nullable=False),  # empty: the template stands
    Column("refused_for", Unicode(300), nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("cost", Unicode(24), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Index("ix_narrative_asked_at", "asked_at"),
)
