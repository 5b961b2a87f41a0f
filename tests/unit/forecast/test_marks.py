"""Marks count and average what had happened by a moment, as a plain loop would."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.forecast.marks import Marks, moments

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
SPAN = timedelta(minutes=20)
LAST = 3
KEYS = st.sampled_from(["a", "b", None])
MINUTES = st.integers(0, 60)
THINGS = st.lists(st.tuples(KEYS, MINUTES, st.integers(-9, 9)), max_size=25)
ASKED = st.tuples(st.sampled_from(["a", "b", None, "never"]), MINUTES)


def at(minutes: int) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


@given(things=THINGS, asked=ASKED)
def test_marks_say_what_a_loop_over_what_lies_before_says(
    things: list[tuple[str | None, int, int]], asked: tuple[str | None, int]
) -> None:
    things.sort(key=lambda thing: thing[1])
    key, minute = asked
    marks = Marks(
        [thing[0] for thing in things],
        moments([at(thing[1]) for thing in things]),
        np.asarray([thing[2] for thing in things], dtype=np.float64),
    )
    before = [value for own, when, value in things if own == key and when < minute]
    lately = [
        value
        for own, when, value in things
        if own == key and minute - SPAN / timedelta(minutes=1) <= when < minute
    ]
    keys, moment = [key], moments([at(minute)])
    assert marks.count_all(keys, moment)[0] == len(before)
    assert marks.count(keys, moment, SPAN)[0] == len(lately)
    for told, values in (
        (marks.mean(keys, moment, SPAN)[0], lately),
        (marks.mean_of_last(keys, moment, LAST)[0], before[-LAST:]),
    ):
        assert told == pytest.approx(sum(values) / len(values)) if values else math.isnan(told)
    last = marks.last(keys, moment, SPAN)[0]
    assert last == lately[-1] if lately else math.isnan(last)


def test_a_time_without_offset_says_no_moment() -> None:
    with pytest.raises(ValueError, match="without offset"):
        moments([datetime(2026, 3, 2)])
