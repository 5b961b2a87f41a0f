"""Autonomy is earned by the lower bound of accuracy, and by nothing less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from countersign.decide.autonomy import CONFIDENCE_LEVEL, earn, lower_bound, window_of
from countersign.model.bounds import lower_bounds

FIRST_ERROR_FREE_COUNTS = [
    (0.95, 59),
    (0.98, 149),
    (0.99, 299),
    (0.995, 598),
    (0.999, 2995),
]
FIRST_COUNTS_WITH_ONE_ERROR = [(0.95, 93), (0.98, 236), (0.99, 473), (0.995, 947)]


@pytest.mark.parametrize(("target", "count"), FIRST_ERROR_FREE_COUNTS)
def test_exactly_so_many_outcomes_without_an_error_are_enough(target: float, count: int) -> None:
    assert lower_bound(count, count) >= target
    assert lower_bound(count - 1, count - 1) < target


@pytest.mark.parametrize(("target", "count"), FIRST_ERROR_FREE_COUNTS)
def test_no_more_outcomes_count_than_ten_proofs_of_the_promise(target: float, count: int) -> None:
    assert window_of(target, 100_000) == 10 * count
    assert window_of(target, 50) == 50


def test_a_world_that_has_changed_takes_the_autonomy_back_within_three_proofs() -> None:
    """Of 3,000 outcomes the new errors would be lost among what was right before."""
    before, since = [(0.9, True)] * 2941, [(0.9, n % 8 > 0) for n in range(59)]
    outcomes = [*before, *since]
    assert earn(outcomes, 0.95).threshold == 0.9
    later = [*outcomes, *((0.9, n % 8 > 0) for n in range(120))]
    assert earn(later[-3000:], 0.95).threshold == 0.9
    assert earn(later[-window_of(0.95, 3000) :], 0.95).threshold is None


@pytest.mark.parametrize(("target", "count"), FIRST_COUNTS_WITH_ONE_ERROR)
def test_one_error_has_to_be_made_up_for(target: float, count: int) -> None:
    assert lower_bound(count - 1, count) >= target
    assert lower_bound(count - 2, count - 1) < target


@given(total=st.integers(1, 2000), data=st.data())
def test_the_bound_is_the_accuracy_that_would_have_done_so_well_once_in_twenty(
    total: int, data: st.DataObject
) -> None:
    correct = data.draw(st.integers(1, total))
    bound = lower_bound(correct, total)
    assert binom.sf(correct - 1, total, bound) == pytest.approx(1 - CONFIDENCE_LEVEL, abs=1e-6)


def test_nothing_is_earned_without_outcomes() -> None:
    assert earn([], 0.95).threshold is None


def test_299_right_outcomes_earn_99_percent_and_298_do_not() -> None:
    assert earn([(0.9, True)] * 299, 0.99).threshold == 0.9
    assert earn([(0.9, True)] * 298, 0.99).threshold is None


def test_the_threshold_leaves_out_the_confidences_at_which_errors_happen() -> None:
    outcomes = [(0.95, True)] * 300 + [(0.4, False)] * 30 + [(0.4, True)] * 30
    trust = earn(outcomes, 0.99)
    assert trust.threshold == 0.95
    assert (trust.confirmed, trust.wrong) == (300, 0)
    assert trust.coverage == pytest.approx(300 / 360)


def test_a_wrong_outcome_takes_the_autonomy_back() -> None:
    assert earn([(0.9, True)] * 299 + [(0.9, False)], 0.99).threshold is None


def test_outcomes_of_equal_confidence_stand_or_fall_together() -> None:
    outcomes = [(0.9, True)] * 299 + [(0.9, False)] * 10
    assert earn(outcomes, 0.99).threshold is None
    assert earn(list(reversed(outcomes)), 0.99).threshold is None


@given(
    st.lists(st.tuples(st.sampled_from([0.2, 0.5, 0.8, 0.99]), st.booleans()), max_size=400),
    st.sampled_from([0.8, 0.95]),
)
def test_what_goes_by_itself_always_keeps_the_promise(
    outcomes: list[tuple[float, bool]], target: float
) -> None:
    trust = earn(outcomes, target)
    if trust.threshold is None:
        return
    above = [correct for confidence, correct in outcomes if confidence >= trust.threshold]
    assert lower_bound(sum(above), len(above)) >= target
    assert (trust.confirmed, trust.wrong) == (len(above), len(above) - sum(above))


def test_what_is_more_likely_wrong_than_right_never_goes_by_itself() -> None:
    outcomes = [(0.9, True)] * 100 + [(0.5, True)] * 200 + [(0.499, True)] * 200
    trust = earn(outcomes, 0.99)
    assert (trust.threshold, trust.confirmed) == (0.5, 300)
    assert earn([(0.3, True)] * 5000, 0.9).threshold is None


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=20))
def test_bounds_of_many_counts_are_those_of_each(pairs: list[tuple[int, int]]) -> None:
    total = np.asarray([max(pair) for pair in pairs])
    correct = np.asarray([min(pair) for pair in pairs])
    expected = [lower_bound(int(c), int(t)) for c, t in zip(correct, total, strict=True)]
    np.testing.assert_allclose(lower_bounds(correct, total), expected, rtol=1e-12)
