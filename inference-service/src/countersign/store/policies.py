"""Policies as rows: every version is kept, the highest one is in force."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from countersign.store import change_counters
from countersign.store.database import canonical_json
from countersign.store.tables import policy


def read_current(connection: Connection) -> tuple[int, dict[str, Any]] | None:
    """Read version and body of the policy in force; ``None`` before the first one."""
    row = connection.execute(
        select(policy.c.version, policy.c.body).order_by(policy.c.version.desc()).limit(1)
    ).first()
    return None if row is None else (row.version, json.loads(row.body))


def read_all(connection: Connection) -> list[dict[str, Any]]:
    """Read every version, newest first."""
    rows = connection.execute(select(policy).order_by(policy.c.version.desc()))
    return [
        {
            "version": row.version,
            "created_at": row.created_at.isoformat(),
            "created_by": row.created_by,
            "reason": row.reason,
            "policy": json.loads(row.body),
        }
        for row in rows
    ]


def add(
    connection: Connection, version: int, body: dict[str, Any], by: str, reason: str, now: datetime
) -> None:
    """Store a new version; the primary key refuses a version that exists."""
    connection.execute(
        insert(policy).values(
            version=version,
            body=canonical_json(body),
            created_at=now,
            created_by=by,
            reason=reason,
        )
    )
    change_counters.advance(connection, "policy")
