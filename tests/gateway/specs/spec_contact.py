"""When the service is tried again, and what is logged."""

from __future__ import absolute_import, unicode_literals

from fakes import Clock, Log
from gatewaylibrary import module

contact = module("contact")


def pauses(failures, share):
    clock, log = Clock(1000.0), Log()
    events = contact.Contact("events", clock, lambda: share, log)
    found = []
    for _ in range(failures):
        events.failed("unreachable", "no answer")
        before = clock.now
        while not events.may_try():
            clock.now += 0.125
        found.append(clock.now - before)
    return found


def test_the_pause_doubles_up_to_a_minute():
    assert pauses(9, 1.0) == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_half_of_the_pause_is_random():
    assert pauses(4, 0.0) == [0.25, 0.5, 1, 2]


def test_a_pause_that_the_service_asks_for_is_kept_within_reason():
    clock = Clock(0.0)
    events = contact.Contact("events", clock, lambda: 0.0, Log())
    events.failed("pause", "busy", 7)
    clock.now = 6.9
    assert not events.may_try()
    clock.now = 7.0
    assert events.may_try()
    events.failed("pause", "busy", 10**9)
    clock.now += contact.LONGEST_RETRY_AFTER_SECONDS
    assert events.may_try()


def test_only_a_change_of_the_state_is_logged():
    clock, log = Clock(0.0), Log()
    events = contact.Contact("events", clock, lambda: 1.0, log)
    assert not events.is_good()
    for _ in range(50):
        events.failed("unreachable", "no answer")
    clock.now = 42.0
    events.failed("key refused", "401")
    events.succeeded()
    events.succeeded()
    assert events.is_good()
    assert [level for level, _ in log.lines] == ["warn", "warn", "info"]
    assert log.lines[2][1] == "events: the service answers again after 42 s and 51 attempts"


def test_after_a_success_the_pause_starts_small_again():
    clock = Clock(0.0)
    events = contact.Contact("events", clock, lambda: 1.0, Log())
    for _ in range(5):
        events.failed("unreachable", "no answer")
    events.succeeded()
    assert events.may_try()
    events.failed("unreachable", "no answer")
    clock.now = 0.5
    assert events.may_try()
