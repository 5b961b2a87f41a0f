"""Answers: what a model says of the asked rows, what goes without one, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from countersign.forecast.asked_rows import Asked, actuals, is_known
from countersign.model.codes import canonical
from countersign.model.task import TaskSpec
from countersign.nouns.forecast import (
    LABEL_KINDS,
    NO,
    YES,
    Actual,
    Answer,
    Forecast,
    hold_against,
    is_right,
)

PROBABILITY_PLACES = 4


def of_model(task: TaskSpec, told: pd.DataFrame, step: Decimal) -> list[Answer]:
    """Return what a model told of each row, as ``Model.predict`` gives it."""
    if task.kind == "occurrence":
        shares = told[f"probability.{YES}"]
        return [Answer(YES, round(float(share), PROBABILITY_PLACES)) for share in shares]
    if task.kind in LABEL_KINDS:
        labels = zip(told["label"], told["confidence"], strict=True)
        return [Answer(str(name), round(float(sure), PROBABILITY_PLACES)) for name, sure in labels]
    values = [_decimal(value, step) for value in told["value"]]
    if task.kind == "quantile":
        return [Answer(value=value, interval_share=task.quantile) for value in values]
    lower, upper = ([_decimal(end, step) for end in told[name]] for name in ("lower", "upper"))
    return [
        Answer(value=value, lower=low, upper=high, interval_share=float(share))
        for value, low, high, share in zip(values, lower, upper, told["confidence"], strict=True)
    ]


def without_model(
    task: TaskSpec, frame: pd.DataFrame, asked: Asked, step: Decimal
) -> list[Answer | None]:
    """Return what one would say of each asked row without a model, ``None`` for nothing.

    The share that occurred so far, the most frequent label, the first guess of the spec, the last
    known value of the unit, or the value in the middle of those known.
    """
    clear = actuals(task, frame).dropna()
    count = len(asked.index)
    if task.kind in LABEL_KINDS:
        return [_usual_label(task, clear)] * count
    guesses = _guesses(task, asked)
    if guesses is None:
        level = task.quantile if task.kind == "quantile" else 0.5
        guesses = [float(clear.quantile(level)) if len(clear) else float("nan")] * count
    share = task.quantile if task.kind == "quantile" else None
    return [
        None if np.isnan(guess) else Answer(value=_decimal(guess, step), interval_share=share)
        for guess in guesses
    ]


def came_of(task: TaskSpec, forecast: Forecast, came: Any, step: Decimal) -> Actual:
    """Hold a forecast against what came, a value of ``actuals``."""
    label: str | None = None
    value: Decimal | None = None
    answer, baseline = forecast.answer, forecast.baseline
    if task.kind == "occurrence":
        label = YES if came > 0 else NO
    elif task.kind in LABEL_KINDS:
        label = str(came).strip()
    else:
        value = _decimal(came, step)
    told = label
    if task.kind == "classify" and answer.label and canonical(came) == canonical(answer.label):
        told = answer.label  # another way to write the same code
    return Actual(
        label,
        value,
        is_right(task.kind, answer, told, value),
        hold_against(task.kind, answer, told, value),
        None if baseline is None else hold_against(task.kind, baseline, label, value),
    )


def _usual_label(task: TaskSpec, clear: pd.Series[Any]) -> Answer | None:
    if not len(clear):
        return None
    if task.kind == "occurrence":
        return Answer(YES, round(float(clear.mean()), PROBABILITY_PLACES))
    shares = clear.astype(str).str.strip().value_counts(normalize=True)
    return Answer(str(shares.index[0]), round(float(shares.iloc[0]), PROBABILITY_PLACES))


def _guesses(task: TaskSpec, asked: Asked) -> Sequence[float] | None:
    """Return the first guess of the spec, or the newest known target of each unit."""
    rows = asked.rows
    if task.offset_column:
        return list(pd.to_numeric(rows.loc[asked.index, task.offset_column]).astype(float))
    if not any(each.name == task.target and each.known == "past" for each in task.columns):
        return None
    values = pd.to_numeric(rows[task.target].where(is_known(task, rows)), errors="coerce")
    ordered = values.loc[rows[task.time_column].sort_values(kind="stable").index]
    if not task.unit_column:
        return list(ordered.ffill().loc[asked.index])
    return list(ordered.groupby(rows[task.unit_column]).ffill().loc[asked.index])


def _decimal(value: Any, step: Decimal) -> Decimal:
    return Decimal(repr(float(value))).quantize(step)
