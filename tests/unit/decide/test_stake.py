"""The stake says what money stands behind a class's trust; dear errors show there."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from countersign.decide.stake import at_risk, stake_of
from countersign.nouns.autonomy import Autonomy, Outcome


def earned(threshold: float | None, lower_bound: float = 0.95) -> Autonomy:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Autonomy(
        "scrap_report", "1000", threshold, lower_bound, 0.95, 100, 1, 1.0, "because", now
    )


def outcomes(amount_of_the_wrong_one: str) -> list[Outcome]:
    right = [Outcome(0.9, True, Decimal("10"))] * 99
    return [*right, Outcome(0.9, False, Decimal(amount_of_the_wrong_one))]


@pytest.mark.parametrize(
    ("amount", "by_value"), [("1", 990 / 991), ("10", 0.99), ("990", 0.5), ("-990", 0.5)]
)
def test_accuracy_by_value_falls_with_the_price_of_the_error(amount: str, by_value: float) -> None:
    assert stake_of(earned(0.9), outcomes(amount)).accuracy_by_value == pytest.approx(by_value)


def test_only_outcomes_that_may_go_by_themselves_count() -> None:
    rows = [*outcomes("10"), Outcome(0.5, False, Decimal("5000"))]
    stake = stake_of(earned(0.9), rows)
    assert (stake.covered, stake.wrong) == (Decimal(1000), Decimal(10))
    assert stake.at_risk == Decimal("50.00")


def test_while_nothing_is_earned_all_outcomes_count() -> None:
    assert stake_of(earned(None), outcomes("10")).covered == Decimal(1000)


def test_without_a_price_there_is_no_accuracy_by_value() -> None:
    rows = [Outcome(0.9, True, Decimal(0))]
    assert stake_of(earned(0.9), rows).accuracy_by_value is None


def test_what_is_at_risk_is_rounded_to_cents() -> None:
    assert at_risk(Decimal("100"), 0.98765) == Decimal("1.24")
