"""Watching: an alarm takes autonomy back by itself, and gives it back when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from integration.service.desk import Desk, quantity, scrap

from countersign.audit.trail import open_trail
from countersign.decide.drift import FEWEST_REFERENCE_EVENTS, RECENT_EVENTS
from countersign.journey import trust
from countersign.journey import watch as watching
from countersign.journey.watch import watch
from countersign.store import alarms, autonomy_changes, confirmations
from countersign.store.confirmations import Confirmation

CLASS = ("scrap_report", "1000")


@pytest.fixture
def trusted(desk: Desk) -> Desk:
    """Return a plant whose scrap reports have earned their autonomy, and many came."""
    desk.use_policy("automate", target_accuracy=0.95)
    rows = [
        Confirmation(f"past-{number}", number, *CLASS, 0.99, True, "10", "history", desk.now)
        for number in range(1, 101)
    ]
    with desk.database.write() as connection:
        desk.judge.refresh(connection)
        confirmations.put(connection, rows)
        with open_trail(connection, desk.now) as trail:
            trust.recompute(connection, trail, desk.judge.policy, [CLASS], "history was read")
    send(desk, 1, FEWEST_REFERENCE_EVENTS)
    return desk


def send(desk: Desk, first: int, count: int, **data: Any) -> None:
    numbers = range(first, first + count)
    events = [scrap(number, quantity=quantity(str(number % 7 + 1)), **data) for number in numbers]
    for start in range(0, count, 100):
        desk.receive(*events[start : start + 100])


def threshold(desk: Desk) -> tuple[float | None, str]:
    with desk.database.read() as connection:
        row = confirmations.read_autonomy(connection)[CLASS]
    return row.threshold, row.reason


def history(desk: Desk) -> list[tuple[str, str]]:
    with desk.database.read() as connection:
        return [(row.change, row.why) for row in autonomy_changes.latest(connection, 10)]


def test_events_like_before_raise_nothing(trusted: Desk) -> None:
    send(trusted, 1001, RECENT_EVENTS)
    assert watch(trusted.database, trusted.now) == []
    assert threshold(trusted)[0] == 0.99


def test_new_codes_take_autonomy_back_until_somebody_clears_it(trusted: Desk) -> None:
    send(trusted, 1001, RECENT_EVENTS, scrap_reason_code="TOOL")
    (alarm,) = watch(trusted.database, trusted.now)
    assert (alarm.kind, alarm.measure) == ("data", "new scrap_reason_code")
    value, reason = threshold(trusted)
    assert value is None
    assert "TOOL" in reason
    assert history(trusted)[0] == ("withdrawn", "an alarm was raised")
    assert watch(trusted.database, trusted.now) == [alarm]
    with trusted.database.write() as connection:
        assert watching.clear(
            connection, alarm.alarm_id, actor="person:olga", reason="new code list", now=trusted.now
        )
    assert threshold(trusted)[0] == 0.99
    assert history(trusted)[0] == ("given", "an alarm was cleared")
    assert trusted.flaws() == []


def test_an_alarm_ends_by_itself_when_the_events_are_as_before(trusted: Desk) -> None:
    send(trusted, 1001, RECENT_EVENTS, scrap_reason_code="TOOL")
    watch(trusted.database, trusted.now)
    send(trusted, 2001, RECENT_EVENTS + FEWEST_REFERENCE_EVENTS)
    assert watch(trusted.database, trusted.now + timedelta(hours=1)) == []
    with trusted.database.read() as connection:
        (row,) = alarms.latest(connection, 10)
    assert row.cleared_by == "service"
    assert threshold(trusted)[0] == 0.99


def test_clearing_what_does_not_stand_changes_nothing(trusted: Desk) -> None:
    with trusted.database.write() as connection:
        assert not watching.clear(
            connection, "none", actor="person:olga", reason="why not", now=trusted.now
        )
