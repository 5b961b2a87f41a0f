"""Whether what is told comes as often: steps that say nothing of too few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.forecast.calibration import EDGES, FEWEST_IN_A_STEP, steps_of

TOLD = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


@given(TOLD)
def test_every_forecast_stands_in_one_step(told: list[tuple[float, bool]]) -> None:
    steps = steps_of(told)
    assert sum(step.count for step in steps) == len(told)
    for step in steps:
        assert step.low <= step.told_share <= step.high or step.told_share == pytest.approx(
            step.low
        )
        assert (step.came_share is None) == (step.count < FEWEST_IN_A_STEP)


def test_the_share_that_came_stands_beside_the_share_that_was_told() -> None:
    (low, high) = steps_of([(0.2, n == 0) for n in range(10)] + [(1.0, True)] * 5)
    assert (low.count, low.told_share, low.came_share) == (10, pytest.approx(0.2), 0.1)
    assert (high.low, high.high, high.came_share) == (EDGES[-2], EDGES[-1], 1.0)
