"""A forecast held against what came: errors that reward honesty, and what counts as right."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.nouns.forecast import Answer, hold_against, is_right

AMOUNTS = st.decimals("-1000", "1000", places=2)


@pytest.mark.parametrize(
    ("kind", "answer", "label", "value", "right", "error"),
    [
        ("occurrence", Answer("yes", 0.8), "yes", None, True, 0.04),
        ("occurrence", Answer("yes", 0.8), "no", None, False, 0.64),
        ("occurrence", Answer("yes", 0.2), "no", None, True, 0.04),
        ("occurrence", Answer("yes", 0.5), "yes", None, True, 0.25),
        ("classify", Answer("theft", 0.6), "theft", None, True, 0.0),
        ("classify", Answer("theft", 0.6), "count", None, False, 1.0),
        (
            "regress",
            Answer(value=Decimal(10), lower=Decimal(8), upper=Decimal(12)),
            None,
            Decimal(12),
            True,
            2.0,
        ),
        (
            "remaining_life",
            Answer(value=Decimal(10), lower=Decimal(8), upper=Decimal(12)),
            None,
            Decimal(7),
            False,
            3.0,
        ),
        ("quantile", Answer(value=Decimal(10), interval_share=0.95), None, Decimal(9), True, 0.05),
        (
            "quantile",
            Answer(value=Decimal(10), interval_share=0.95),
            None,
            Decimal(12),
            False,
            1.9,
        ),
    ],
)
def test_what_came_is_held_against_what_was_told(
    kind: str, answer: Answer, label: str | None, value: Decimal | None, right: bool, error: float
) -> None:
    assert is_right(kind, answer, label, value) is right
    assert hold_against(kind, answer, label, value) == pytest.approx(error)


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_probability_is_off_less_on_average_than_the_true_one(told: float, true: float) -> None:
    def mean_error(share: float) -> float:
        happens = hold_against("occurrence", Answer("yes", share), "yes", None)
        not_ = hold_against("occurrence", Answer("yes", share), "no", None)
        return true * happens + (1 - true) * not_

    assert mean_error(told) >= mean_error(true) - 1e-12


@given(AMOUNTS, AMOUNTS)
def test_an_error_is_never_below_zero_and_is_zero_only_where_it_was_met(
    told: Decimal, came: Decimal
) -> None:
    for kind, answer in (
        ("regress", Answer(value=told)),
        ("quantile", Answer(value=told, interval_share=0.95)),
    ):
        error = hold_against(kind, answer, None, came)
        assert error >= 0
        assert (error == 0) == (told == came)
