"""Changes of autonomy as rows: when a class of decisions got it or lost it, and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from countersign.store.tables import autonomy_change


@dataclass(frozen=True, slots=True)
class AutonomyChange:
    """One change; ``reason`` says what was known, ``why`` what led to weighing it again."""

    seq: int
    use_case: str
    segment: str
    change: str
    reason: str
    why: str
    at: datetime


def add(connection: Connection, row: AutonomyChange) -> None:
    """Store a change."""
    connection.execute(insert(autonomy_change).values(**asdict(row)))


def latest(connection: Connection, limit: int, use_case: str | None = None) -> list[AutonomyChange]:
    """Read the last changes, newest first."""
    query = select(autonomy_change).order_by(autonomy_change.c.seq.desc()).limit(limit)
    if use_case is not None:
        query = query.where(autonomy_change.c.use_case == use_case)
    return [AutonomyChange(**row._mapping) for row in connection.execute(query)]
