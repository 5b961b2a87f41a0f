"""The weekly report: what the machine did last week and whether it still deserves it, by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import Connection

from countersign.audit.trail import open_trail
from countersign.decide.monitoring import Week
from countersign.journey.telling.monitor import monitor
from countersign.notify.mail import letter, read_mail_url, send
from countersign.settings import Settings
from countersign.store import alarms, approvals, autonomy_changes, job_cursors, postings
from countersign.store.autonomy_changes import AutonomyChange
from countersign.store.database import Database

JOB = "weekly report"
SENT_FROM = time(6, 0)
"""The hour of Monday, in the plant's time, from which it is sent."""
LOOKED_AT_CHANGES = 500
STUCK_STATES = ("rejected", "outcome_unknown")


def send_weekly_report(database: Database, settings: Settings, now: datetime | None = None) -> bool:
    """Send the report of last week once it is due; return whether it was sent.

    A mail server that is away is asked again at the next turn: raises ``NotSent``. The week is
    marked after the letter was taken, so a report is rather sent twice than never.
    """
    if not settings.mail.url or not settings.mail.recipients:
        return False
    local = (now or datetime.now(UTC)).astimezone(settings.time_zone)
    monday = local.date() - timedelta(days=local.weekday())
    if local < datetime.combine(monday, SENT_FROM, settings.time_zone):
        return False
    with database.read() as connection:
        if job_cursors.read(connection, JOB) >= monday.toordinal():
            return False
        text = write_report(connection, settings, monday - timedelta(weeks=1), local)
    subject = f"Countersign: week of {monday - timedelta(weeks=1):%d %B %Y}"
    message = letter(settings.mail.sender, settings.mail.recipients, subject, text)
    refused = send(read_mail_url(settings.mail.url), message)
    with database.write() as connection:
        job_cursors.lock(connection, JOB)
        job_cursors.move(connection, JOB, monday.toordinal())
        with open_trail(connection, local.astimezone(UTC)) as trail:
            to = [address for address in settings.mail.recipients if address not in refused]
            body = {"week": str(monday), "to": to, "refused": refused}
            trail.add("weekly_report_sent", "worker", body)
    return True


def write_report(connection: Connection, settings: Settings, monday: date, now: datetime) -> str:
    """Write the report of the week that begins on a Monday."""
    found = monitor(connection, settings.time_zone, now)
    weeks = {
        key: week
        for key, rows in sorted(found.weeks.items())
        for week in rows
        if week.monday == monday
    }
    states = postings.count_by_state(connection)
    environment = Environment(
        loader=PackageLoader("countersign.journey.telling"),
        undefined=StrictUndefined,
        autoescape=False,  # a letter in plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("weekly_report.txt").render(
        monday=monday,
        sunday=monday + timedelta(days=6),
        weeks=weeks,
        total=_total(monday, weeks.values()),
        latencies=found.latencies,
        alarms=alarms.standing(connection),
        changes=_changes(connection, settings, monday),
        waiting=sum(count for _, count, _ in approvals.count_by_cause(connection)),
        stuck=sum(states.get((erp, s), 0) for erp in settings.erps for s in STUCK_STATES),
    )


def _total(monday: date, weeks: Iterable[Week]) -> Week:
    total = Week(monday)
    for week in weeks:
        total.events += week.events
        total.posted_by_itself += week.posted_by_itself
        total.confirmed += week.confirmed
        total.right += week.right
    return total


def _changes(connection: Connection, settings: Settings, monday: date) -> list[AutonomyChange]:
    """Return how autonomy changed in the week, the first change first."""
    from_at = datetime.combine(monday, time.min, settings.time_zone)
    to_at = datetime.combine(monday + timedelta(weeks=1), time.min, settings.time_zone)
    rows = autonomy_changes.latest(connection, LOOKED_AT_CHANGES)
    return [row for row in reversed(rows) if from_at <= row.at < to_at]
