"""Refusals: postings that an ERP did not take, grouped by their cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select, true

from countersign.store.tables import posting

_REFUSED = ("rejected", "outcome_unknown")


def group_refused(connection: Connection) -> Sequence[Row[Any]]:
    """Group the refused postings by ERP and fingerprint.

    Rows: erp, fingerprint, code, entity, field, text, refused, oldest_at.
    """
    return connection.execute(
        select(
            posting.c.erp,
            posting.c.fingerprint,
            func.min(posting.c.error_code).label("code"),
            func.min(posting.c.error_entity).label("entity"),
            func.min(posting.c.error_field).label("field"),
            func.min(posting.c.error_text).label("text"),
            func.count().label("refused"),
            func.min(posting.c.created_at).label("oldest_at"),
        )
        .where(posting.c.state.in_(_REFUSED), posting.c.fingerprint.is_not(None))
        .group_by(posting.c.erp, posting.c.fingerprint)
    ).all()


def kinds_refused(connection: Connection, erp: str, fingerprint: str) -> list[str]:
    """Read of which kinds the postings are that are refused for one cause."""
    rows = connection.execute(
        select(posting.c.kind)
        .where(
            posting.c.erp == erp,
            posting.c.fingerprint == fingerprint,
            posting.c.state.in_(_REFUSED),
        )
        .distinct()
        .order_by(posting.c.kind)
    )
    return list(rows.scalars())


def count_waiting_behind_refused(connection: Connection) -> dict[tuple[str, str], int]:
    """Count by ERP and fingerprint the postings that wait behind refused ones."""
    refused, behind = posting.alias("refused"), posting.alias("behind")
    rows = connection.execute(
        select(refused.c.erp, refused.c.fingerprint, func.count(behind.c.posting_id.distinct()))
        .join_from(refused, behind, refused.c.stream_id == behind.c.stream_id)
        .where(
            refused.c.state.in_(_REFUSED),
            refused.c.fingerprint.is_not(None),
            behind.c.is_open == true(),
            behind.c.state == "queued",
            behind.c.seq > refused.c.seq,
        )
        .group_by(refused.c.erp, refused.c.fingerprint)
    )
    return {(row[0], row[1]): row[2] for row in rows}
