"""Alarms as rows: what the watch over events and models found, until somebody cleared it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from countersign.store.tables import alarm


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm about a class of decisions; it stands while ``cleared_at`` is ``None``.

    ``measure`` names what was measured, ``text`` says it with numbers.
    """

    alarm_id: str
    use_case: str
    segment: str
    kind: str
    measure: str
    text: str
    raised_at: datetime
    cleared_at: datetime | None = None
    cleared_by: str | None = None
    clear_reason: str | None = None


def add(connection: Connection, row: Alarm) -> None:
    """Store an alarm."""
    connection.execute(insert(alarm).values(**asdict(row)))


def standing(connection: Connection) -> list[Alarm]:
    """Read the alarms that nobody cleared, the oldest first."""
    rows = connection.execute(
        select(alarm).where(alarm.c.cleared_at.is_(None)).order_by(alarm.c.raised_at)
    )
    return [Alarm(**row._mapping) for row in rows]


def latest(connection: Connection, limit: int) -> list[Alarm]:
    """Read the last alarms, standing or cleared, newest first."""
    rows = connection.execute(select(alarm).order_by(alarm.c.raised_at.desc()).limit(limit))
    return [Alarm(**row._mapping) for row in rows]


def clear(connection: Connection, alarm_id: str, by: str, reason: str, at: datetime) -> bool:
    """Clear a standing alarm; return whether there was one."""
    done = connection.execute(
        update(alarm)
        .where(alarm.c.alarm_id == alarm_id, alarm.c.cleared_at.is_(None))
        .values(cleared_at=at, cleared_by=by, clear_reason=reason)
    )
    return done.rowcount == 1
