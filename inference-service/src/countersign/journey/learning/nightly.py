"""Nightly: what is due once a day, when the plant is quiet."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from countersign.store import job_cursors
from countersign.store.database import Database

NIGHT_FROM = time(2, 0)
"""The hour of the plant from which a day's jobs are due."""


def take_night(database: Database, job: str, time_zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether a job is due and nobody has done it today, and take it upon the caller."""
    local = now.astimezone(time_zone)
    if local.time() < NIGHT_FROM:
        return False
    with database.write() as connection:
        return job_cursors.claim(connection, job, local.date().toordinal())
