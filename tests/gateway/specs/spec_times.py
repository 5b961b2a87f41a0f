"""Times of tags as times of events."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

times = module("times")


def test_an_instant_is_written_in_utc_with_milliseconds():
    for milliseconds, text in (
        (-1, "1969-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (1767225600000, "2026-01-01T00:00:00.000Z"),
        (1767225599999, "2025-12-31T23:59:59.999Z"),
        (1709164800001, "2024-02-29T00:00:00.001Z"),
        (4102444800123, "2100-01-01T00:00:00.123Z"),
    ):
        assert times.rfc3339(milliseconds) == text


def test_the_clock_for_waiting_never_goes_back():
    readings = [times.monotonic_seconds() for _ in range(1000)]
    assert readings == sorted(readings)


def test_the_wall_clock_is_in_milliseconds():
    assert 1600000000000 < times.now_ms() < 10000000000000
