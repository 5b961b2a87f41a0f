"""A gateway's clock that was set back is noticed, one that is corrected a little is not."""

from __future__ import absolute_import, unicode_literals

from fakes import Clock
from gatewaylibrary import module

clockwatch = module("clockwatch")

HOUR_MS = 3600 * 1000


def test_a_clock_that_goes_on_is_no_problem():
    wall, passed = Clock(HOUR_MS), Clock(7.0)
    watch = clockwatch.ClockWatch(wall, passed)
    for step_ms, seconds in ((0, 0), (2000, 2), (2000, 5), (2000, 1), (HOUR_MS, 2)):
        wall.now += step_ms
        passed.now += seconds
        assert watch.problem() is None


def test_a_clock_set_back_is_a_problem_until_it_has_caught_up():
    wall, passed = Clock(9 * HOUR_MS), Clock(7.0)
    watch = clockwatch.ClockWatch(wall, passed)
    wall.now -= HOUR_MS
    for seconds in (0, 2, 3597):
        wall.now += seconds * 1000
        passed.now += seconds
        assert watch.problem() == "the clock of this gateway was set back by 3600 s"
    passed.now += 1
    wall.now += 1000
    assert watch.problem() is None


def test_a_clock_that_was_years_ahead_is_a_problem_for_a_day():
    wall, passed = Clock(90000 * HOUR_MS), Clock(7.0)
    watch = clockwatch.ClockWatch(wall, passed)
    wall.now = HOUR_MS
    assert watch.problem() is not None
    passed.now += 24 * 3600
    wall.now += 24 * HOUR_MS
    assert watch.problem() is None
