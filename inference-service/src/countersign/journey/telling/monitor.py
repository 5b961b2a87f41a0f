"""Monitoring: the figures that tell whether the machine still deserves what it may do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from countersign.decide.monitoring import Latency, Monitoring, Week, latency
from countersign.store import monitoring

WEEKS = 8
LAST_BOOKED = 500


def monitor(connection: Connection, time_zone: ZoneInfo, now: datetime | None = None) -> Monitoring:
    """Return the last weeks by class, the current one last, and how long the way takes."""
    today = (now or datetime.now(UTC)).astimezone(time_zone).date()
    this_monday = today - timedelta(days=today.weekday())
    found = Monitoring(latencies=_latencies(monitoring.read_last_times(connection, LAST_BOOKED)))
    mondays = [this_monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    for monday in mondays:
        _add_week(connection, found, monday, time_zone)
    return found


def _add_week(connection: Connection, found: Monitoring, monday: date, time_zone: ZoneInfo) -> None:
    from_at = datetime.combine(monday, time.min, time_zone)
    to_at = datetime.combine(monday + timedelta(weeks=1), time.min, time_zone)
    weeks: dict[tuple[str, str], Week] = {}
    for use_case, segment, outcome, count in monitoring.count_decided(connection, from_at, to_at):
        week = weeks.setdefault((use_case, segment), Week(monday))
        week.events += count
        week.posted_by_itself += count if outcome == "post" else 0
    for use_case, segment, correct, count in monitoring.count_confirmed(connection, from_at, to_at):
        week = weeks.setdefault((use_case, segment), Week(monday))
        week.confirmed += count
        week.right += count if correct else 0
    for key, week in weeks.items():
        found.weeks.setdefault(key, []).append(week)


def _latencies(rows: Sequence[Row[Any]]) -> list[Latency]:
    legs = {
        "from the machine to the service": [
            (row.received_at - row.occurred_at).total_seconds() for row in rows
        ],
        "from the queue into the ERP": [
            (row.changed_at - row.created_at).total_seconds() for row in rows
        ],
        "from the machine into the ERP": [
            (row.changed_at - row.occurred_at).total_seconds() for row in rows
        ],
    }
    measured = [latency(leg, seconds) for leg, seconds in legs.items()]
    return [one for one in measured if one is not None]
