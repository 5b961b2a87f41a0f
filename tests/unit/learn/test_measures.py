"""Measures: held against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.learn.measures import (
    auc,
    calibration_error,
    log_loss,
    macro_f1,
    threshold_table,
)


def test_macro_f1_is_the_mean_over_the_classes_that_occur() -> None:
    truth = np.asarray([0, 0, 1, 1, 2])
    said = np.asarray([0, 1, 1, 1, 0])
    assert macro_f1(truth, said, 4) == pytest.approx((0.5 + 0.8 + 0.0) / 3)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(cases: list[tuple[int, bool]]) -> None:
    scores = np.asarray([score for score, _ in cases], dtype=float)
    positive = np.asarray([is_positive for _, is_positive in cases])
    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for high in scores[positive]
        for low in scores[~positive]
    ]
    assert auc(scores, positive) == pytest.approx(sum(pairs) / len(pairs) if pairs else 0.5)


def test_log_loss_of_certain_truth_is_nothing() -> None:
    assert log_loss(np.eye(3), np.asarray([0, 1, 2])) == pytest.approx(0.0)
    assert log_loss(np.full((2, 4), 0.25), np.asarray([0, 3])) == pytest.approx(np.log(4))


def test_confidence_that_keeps_its_promise_has_no_calibration_error() -> None:
    confidence = np.asarray([0.75] * 4 + [0.25] * 4)
    right = np.asarray([True, True, True, False, True, False, False, False])
    assert calibration_error(confidence, right) == pytest.approx(0.0)
    assert calibration_error(np.asarray([0.95] * 4), right[:4]) == pytest.approx(0.2)


def test_the_threshold_table_counts_what_passes() -> None:
    table = threshold_table(np.asarray([0.4, 0.6, 0.92, 0.99]), np.asarray([0, 0, 1, 1], bool))
    by_threshold = {row["threshold"]: row for row in table}
    assert by_threshold[0.5] == {
        "threshold": 0.5,
        "count": 3,
        "coverage": 0.75,
        "accuracy": 0.6667,
        "lower_bound": pytest.approx(0.1354, abs=1e-4),
    }
    assert by_threshold[0.95]["count"] == 1
