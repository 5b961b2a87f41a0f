"""Watching: a population that changes or data that break take autonomy back by themselves.

Runs in the worker over the last events. An alarm withdraws what the class had earned until it is
over by itself, or a person who looked into it clears it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from countersign.audit.trail import Trail, open_trail
from countersign.decide.drift import Seen, Shift, Watch
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.journey import trust
from countersign.store import alarms, drift_measures, events, policies
from countersign.store.alarms import Alarm
from countersign.store.database import Database, retry_conflicts
from countersign.store.drift_measures import DriftMeasure

WATCHED_EVENTS = 4_000
SEVERITY_ORDER = ("info", "review", "hold")

Class = tuple[str, str]


def watch(database: Database, now: datetime | None = None) -> list[Alarm]:
    """Look at the last events, raise and end alarms; return the alarms that stand."""
    at = now or datetime.now(UTC)
    with database.read() as connection:
        watches = _watches(connection)
    shifts = {key: found.shifts() for key, found in watches.items()}
    retry_conflicts(lambda: _settle(database, shifts, at))
    retry_conflicts(lambda: _keep(database, shifts, at))
    with database.read() as connection:
        return alarms.standing(connection)


def clear(connection: Connection, alarm_id: str, *, actor: str, reason: str, now: datetime) -> bool:
    """Let a person end an alarm, who has looked into it; return whether it still stood.

    What the class has earned is computed again at once.
    """
    found = [row for row in alarms.standing(connection) if row.alarm_id == alarm_id]
    if not found:
        return False
    with open_trail(connection, now) as trail:
        _end(connection, trail, found[0], actor, reason)
        classes = [(found[0].use_case, found[0].segment)]
        trust.recompute(connection, trail, _policy(connection), classes, "an alarm was cleared")
    return True


def _watches(connection: Connection) -> dict[Class, Watch]:
    found: dict[Class, Watch] = {}
    for row in reversed(events.read_last_assessed(connection, WATCHED_EVENTS)):
        assessment, body = json.loads(row.assessment), json.loads(row.body)
        amount = assessment["amount"]
        severities = {finding["severity"] for finding in assessment["findings"]}
        seen = Seen(
            confidence=assessment["confidence"],
            amount=None if amount is None else float(amount),
            severity=max(severities, key=SEVERITY_ORDER.index, default="info"),
            data=body["data"],
        )
        key = (assessment["use_case"], assessment["segment"])
        found.setdefault(key, Watch()).events.append(seen)
    return found


def _settle(database: Database, shifts: Mapping[Class, Sequence[Shift]], now: datetime) -> None:
    with database.write() as connection:
        standing = {
            (row.use_case, row.segment, row.measure): row for row in alarms.standing(connection)
        }
        new = [
            (key, shift)
            for key, found in shifts.items()
            for shift in found
            if shift.is_alarming and (*key, shift.measure) not in standing
        ]
        over = [
            (standing[*key, shift.measure], shift)
            for key, found in shifts.items()
            for shift in found
            if shift.is_calm and (*key, shift.measure) in standing
        ]
        if not new and not over:
            return
        with open_trail(connection, now) as trail:
            for key, shift in new:
                _raise(connection, trail, key, shift)
            for row, shift in over:
                _end(connection, trail, row, "service", f"is back to what it was: {shift.text}")
            classes = {key for key, _ in new} | {(row.use_case, row.segment) for row, _ in over}
            why = "an alarm was raised" if new else "an alarm is over"
            trust.recompute(connection, trail, _policy(connection), classes, why)


def _keep(database: Database, shifts: Mapping[Class, Sequence[Shift]], now: datetime) -> None:
    """Keep what was measured for people and Prometheus."""
    rows = [
        DriftMeasure(
            use_case=use_case,
            segment=segment,
            measure=shift.measure,
            kind=shift.kind,
            value=shift.value,
            alarm_from=shift.alarm_from,
            text=shift.text,
            measured_at=now,
        )
        for (use_case, segment), found in shifts.items()
        for shift in found
    ]
    with database.write() as connection:
        drift_measures.replace_all(connection, rows)


def _raise(connection: Connection, trail: Trail, key: Class, shift: Shift) -> None:
    use_case, segment = key
    row = Alarm(
        alarm_id=uuid.uuid4().hex,
        use_case=use_case,
        segment=segment,
        kind=shift.kind,
        measure=shift.measure,
        text=shift.text,
        raised_at=trail.now,
    )
    alarms.add(connection, row)
    body = {"use_case": use_case, "segment": segment, "kind": shift.kind, "text": shift.text}
    trail.add("alarm_raised", "service", {"alarm_id": row.alarm_id, **body})


def _end(connection: Connection, trail: Trail, row: Alarm, actor: str, reason: str) -> None:
    alarms.clear(connection, row.alarm_id, actor, reason[:500], trail.now)
    trail.add("alarm_cleared", actor, {"alarm_id": row.alarm_id, "reason": reason})


def _policy(connection: Connection) -> Policy:
    return read_policy(*(policies.read_current(connection) or (0, DEFAULT_POLICY)))
