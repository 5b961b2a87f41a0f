"""Forecasts in words: what a person reads, for every kind and feature."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import forecast_examples
import pytest

from countersign.forecast import wording
from countersign.forecast.questions import QUESTIONS
from countersign.learn.task_file import shipped_specs
from countersign.nouns.forecast import Actual, Answer, Reason
from countersign.store.forecasts import Worth

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LATE, ENERGY, LIFE, COVERS, CAUSE = forecast_examples.of_every_kind(NOW)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (LATE, "72 % likely to be late"),
        (replace(LATE, answer=Answer("yes", 0.9999)), "over 99 % likely to be late"),
        (replace(LATE, answer=Answer("yes", 0.001)), "under 1 % likely to be late"),
        (replace(LATE, task="own"), "72 % likely"),
        (ENERGY, "62.721 kWh; 90 of 100 lie within 59.201 to 67.26 kWh"),
        (LIFE, "about 40 cycles left, at least 25"),
        (COVERS, "120 covers 95 of 100"),
        (replace(COVERS, unit="KGM"), "120 kg covers 95 of 100"),
        (CAUSE, "theft (61 % sure)"),
    ],
)
def test_every_kind_of_answer_reads_as_a_person_says_it(
    row: forecast_examples.Forecast, said: str
) -> None:
    assert wording.say_answer(row) == said


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("planned_lead_hours", "planned lead hours"),
        ("energy_kwh.lag0", "energy kwh, the last known"),
        ("energy_kwh.lag23", "energy kwh, 23 before the last known"),
        ("vibration.mean10", "vibration, mean of the last 10"),
        ("vibration.trend30", "vibration, trend of the last 30"),
        ("vibration.change30", "vibration, change against the beginning of the last 30"),
        ("hour", "hour"),
    ],
)
def test_every_feature_has_words(feature: str, said: str) -> None:
    assert wording.feature_words(feature) == said


@pytest.mark.parametrize(
    ("row", "reason", "said"),
    [
        (LATE, Reason("open_orders", 12.0, 0.4), "open orders: 12, makes it likelier"),
        (LATE, Reason("open_orders", None, -0.4), "open orders: not known, makes it less likely"),
        (ENERGY, Reason("shift", "EARLY", 3.456), "shift: EARLY, raises it by 3.46"),
        (CAUSE, Reason("night_share", 0.61234, -1.0), "night share: 0.6123, speaks against it"),
    ],
)
def test_a_reason_says_what_was_and_which_way_it_moved(
    row: forecast_examples.Forecast, reason: Reason, said: str
) -> None:
    assert wording.say_reason(row, reason) == said


@pytest.mark.parametrize(
    ("row", "label", "value", "said"),
    [
        (LATE, "yes", None, "was late"),
        (LATE, "no", None, "was in time"),
        (replace(LATE, task="own"), "no", None, "did not occur"),
        (ENERGY, None, Decimal("60.10"), "60.1 kWh"),
        (CAUSE, "scrap_not_booked", None, "scrap not booked"),
    ],
)
def test_what_came_is_said_in_the_same_words(
    row: forecast_examples.Forecast, label: str | None, value: Decimal | None, said: str
) -> None:
    assert wording.say_actual(row, Actual(label, value, True, 0.0, None)) == said


def test_how_right_a_model_was_stands_beside_what_needs_none() -> None:
    of = {"settled": 40, "right": 36, "error": 1.694, "expected": 7.26, "occurred": 9}
    plain = Worth("t", "occurrence", "v", baseline_error=None, **of)  # type: ignore[arg-type]
    assert wording.say_worth(plain, LATE) == (
        "Of 40 that became clear 9 came, 7.3 were to be expected. Mean squared error 1.69."
    )
    beside = replace(plain, kind="regress", baseline_error=11.43, unit="kWh")
    assert wording.say_worth(beside, ENERGY) == (
        "Of 40 that became clear 36 lay within their interval (90 of 100 promised). "
        "Mean error 1.69 kWh, without a model 11.4 kWh."
    )
    assert wording.say_worth(replace(beside, unit=None), ENERGY).endswith(
        "Mean error: 15 % of that without a model."
    )
    assert wording.say_worth(replace(beside, kind="quantile"), COVERS) == (
        "Of 40 that became clear 36 were covered (95 of 100 promised). "
        "Mean pinball loss 1.69 kWh, without a model 11.4 kWh."
    )


def test_every_question_that_comes_with_the_service_has_a_title() -> None:
    tasks = {question.task for question in QUESTIONS}
    assert tasks <= set(wording.TITLES)
    assert set(wording.TITLES) <= set(shipped_specs())
