"""Account codes of a city, month by month, as a ledger would meet them.

The label of a line is known a month later: a month is told with the codes of the month before
the last. What is accepted at a promise of 99 % follows from confirmed outcomes alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from countersign.decide.autonomy import earn, window_of
from countersign.learn import Model, fit, read_frame, read_spec
from countersign.learn.evaluate import Check
from countersign.model.codes import canonical

SPEC = Path(__file__).parent / "specs" / "account_codes.toml"
TEST_MONTHS = 6
WARM_MONTHS = 3
"""Months before the test whose outcomes are the first to be confirmed."""
DELAY_MONTHS = 1
PROMISE = 0.99
MOST_OUTCOMES = 10_000
FADE_PER_MONTH = 0.85
EMPTY_SHARE = 0.8
SEED = 1


@dataclass(frozen=True)
class Told:
    """What was told of the lines of one month, and whether it was right."""

    confidence: np.ndarray
    is_right: np.ndarray


def check_account_codes(data: Path) -> dict[str, Check]:
    """Feed the months clean, then with broken ones, and hold both against a look-up."""
    frame = read_frame(data / "leeds_spend.csv.gz")
    clean = feed(frame, frame)
    broken = feed(frame, _break(frame))
    accuracy = _accuracy(clean)
    counted = _look_up(frame)
    cost = accuracy - _accuracy(broken)
    realised, coverage = _promise(clean)
    return {
        "leeds.accuracy": Check(
            round(accuracy, 4),
            ">= rolling look-up + 0.015",
            accuracy >= counted + 0.015,
            round(counted, 4),
        ),
        "leeds.realised_accuracy_at_99": Check(round(realised, 4), ">= 0.99", realised >= 0.99),
        "leeds.coverage_at_99": Check(round(coverage, 4), ">= 0.4", coverage >= 0.4),
        "leeds.cost_of_broken_months": Check(
            round(cost, 4), "< 0.01", cost < 0.01, round(accuracy, 4)
        ),
    }


def feed(frame: pd.DataFrame, learned: pd.DataFrame) -> list[Told]:
    """Tell the last months one after the other; ``learned`` is what comes back as labels."""
    months = sorted(frame["file_month"].unique())
    first = len(months) - TEST_MONTHS - WARM_MONTHS
    known = first - DELAY_MONTHS
    model: Model = fit(read_spec(SPEC), learned[learned["file_month"] < months[known]], SEED)
    told = []
    for number in range(first, len(months)):
        while known < number - DELAY_MONTHS:
            model = model.update(learned[learned["file_month"] == months[known]])
            known += 1
        lines = frame[frame["file_month"] == months[number]]
        answer = model.predict(lines)
        truth = lines["expense_code"].map(canonical).to_numpy()
        is_right = answer["label"].map(canonical).to_numpy() == truth
        told.append(Told(answer["confidence"].to_numpy(), is_right))
    return told


def _accuracy(told: list[Told]) -> float:
    return float(np.concatenate([month.is_right for month in told[-TEST_MONTHS:]]).mean())


def _promise(told: list[Told]) -> tuple[float, float]:
    """Accept what earned thresholds let through; return realised accuracy and coverage."""
    accepted, right, count = 0, 0, 0
    for number in range(len(told) - TEST_MONTHS, len(told)):
        known = told[: number - DELAY_MONTHS]
        outcomes = [
            (float(confidence), bool(is_right))
            for month in known
            for confidence, is_right in zip(month.confidence, month.is_right, strict=True)
        ]
        threshold = earn(outcomes[-window_of(PROMISE, MOST_OUTCOMES) :], PROMISE).threshold
        month = told[number]
        count += len(month.is_right)
        if threshold is not None:
            passed = month.confidence >= threshold
            accepted += int(passed.sum())
            right += int(month.is_right[passed].sum())
    return (right / accepted if accepted else 0.0), accepted / count


def _look_up(frame: pd.DataFrame) -> float:
    """Count codes under supplier and division, supplier, division; fading, as late as the model."""
    months = sorted(frame["file_month"].unique())
    keys = [["supplier", "division"], ["supplier"], ["division"]]
    coded = frame.assign(
        code=frame["expense_code"].map(canonical),
        supplier=frame["supplier"].map(canonical),
        division=frame["division"].map(canonical),
    )
    counts: list[dict[str, Counter[str]]] = [defaultdict(Counter) for _ in keys]
    right = total = known = 0
    for number, month in enumerate(months):
        while known < number - DELAY_MONTHS:
            _count(counts, keys, coded[coded["file_month"] == months[known]], known)
            known += 1
        if number < len(months) - TEST_MONTHS:
            continue
        lines = coded[coded["file_month"] == month]
        names = [_names(lines, key) for key in keys]
        for row, code in enumerate(lines["code"]):
            level = next((n for n in range(len(keys)) if names[n][row] in counts[n]), None)
            total += 1
            if level is not None:
                right += counts[level][names[level][row]].most_common(1)[0][0] == code
    return right / total


def _count(
    counts: list[dict[str, Counter[str]]], keys: list[list[str]], lines: pd.DataFrame, month: int
) -> None:
    for level, key in enumerate(keys):
        for name, code in zip(_names(lines, key), lines["code"], strict=True):
            counts[level][name][code] += FADE_PER_MONTH**-month


def _names(lines: pd.DataFrame, key: list[str]) -> list[str]:
    return ["|".join(map(str, values)) for values in lines[key].itertuples(index=False)]


def _break(frame: pd.DataFrame) -> pd.DataFrame:
    """Strip the zeros of two months, and empty most codes of two others."""
    months = sorted(frame["file_month"].unique())
    broken = frame.copy()
    for stripped in (months[2], months[-TEST_MONTHS]):
        here = broken["file_month"] == stripped
        broken.loc[here, "expense_code"] = broken.loc[here, "expense_code"].str.lstrip("0")
    random = np.random.default_rng(SEED)
    for emptied in (months[4], months[-TEST_MONTHS + 1]):
        here = (broken["file_month"] == emptied) & (random.random(len(broken)) < EMPTY_SHARE)
        broken.loc[here, "expense_code"] = np.nan
    return broken
