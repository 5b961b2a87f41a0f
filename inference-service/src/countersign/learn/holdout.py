"""Holding out: what a spec is worth on rows that come later, or on units never seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.answers import occurs_within
from countersign.learn.fitting import fit
from countersign.learn.folds import holdout
from countersign.learn.measures import auc, average_precision, macro_f1, pinball_loss
from countersign.learn.quality import Gate, months_of, pass_gate
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table, read_table
from countersign.learn.table_model import Model
from countersign.learn.times import seconds_of
from countersign.model.bounds import lower_bound
from countersign.model.codes import canonical
from countersign.model.task import TaskSpec

TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Worth:
    """Figures on rows that were not learned from, beside what needs no model."""

    metrics: dict[str, float]
    baselines: dict[str, float]
    rows: dict[str, int]
    alarms: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Write the figures as plain JSON values."""
        return {
            "metrics": {name: round(value, 4) for name, value in self.metrics.items()},
            "baselines": {name: round(value, 4) for name, value in self.baselines.items()},
            "rows": self.rows,
            "alarms": list(self.alarms),
        }


def evaluate_table(
    spec: TaskSpec,
    frame: pd.DataFrame,
    seed: int = 1,
    *,
    test_share: float = TEST_SHARE,
    allow: Iterable[str] = (),
    accept: Iterable[str] = (),
) -> Worth:
    """Fit the earlier rows (or some units), and measure the model on the rest.

    A ranking goes through the rest month by month, learning what is known by then.
    """
    frame = frame.reset_index(drop=True)
    table = read_table(spec, frame, with_target=True)
    if spec.kind == "occurrence" and spec.within > 1:
        table = replace(table, target=occurs_within(table))
    assert table.target is not None
    known = np.flatnonzero(~pd.isna(table.target))
    learned, told = holdout(table.where(known), test_share, seed)
    learned, told = known[learned], known[told]
    if not len(learned) or not len(told):
        raise TrainingRefused("all rows are of one moment or one unit; nothing can be held out")
    try:
        model = fit(spec, frame.iloc[learned], seed, allow=allow, accept=accept)
    except TrainingRefused as refusal:
        raise TrainingRefused(
            f"with {len(told)} of {len(known)} rows held out: {refusal}"
        ) from refusal
    answer = _tell(model, frame, table, told)
    metrics, baselines = _figures(model, table, answer, learned, told)
    rows = {"learned": len(learned), "tested": len(told)}
    return Worth(metrics, baselines, rows, (*model.alarms, *_odd(model, table.where(told))))


def _odd(model: Model, tested: Table) -> list[str]:
    """Say what makes the tested rows unlike those that were learned from."""
    passed = pass_gate(tested, Gate.from_data(model.card["quality"]))
    found = [
        alarm.replace(
            "quarantined, ", "is tested although it is unlike the months before: "
        ).replace(" rows left out:", " rows;")
        for alarm in passed.alarms
    ]
    if model.task.kind == "classify":
        assert tested.target is not None
        new = int((~np.isin(tested.target.astype(str), model.task.labels)).sum())
        if new:
            found.append(
                f"{new} of {len(tested)} tested rows have a {model.task.target} that was never "
                "learned"
            )
    return found


def _tell(model: Model, frame: pd.DataFrame, table: Table, told: NDArray[np.int64]) -> pd.DataFrame:
    if model.task.kind != "rank":
        return model.predict(frame).iloc[told]
    assert table.time is not None
    delay = seconds_of(model.task.label_delay)
    waiting = told
    answers = []
    for _, here in months_of(table.where(told)):
        rows = told[here]
        begin = float(table.time[rows].min())
        ripe = table.time[waiting] < begin - delay
        if ripe.any():
            model = model.update(frame.iloc[waiting[ripe]])
            waiting = waiting[~ripe]
        answers.append(model.predict(frame.iloc[rows]))
    return pd.concat(answers).loc[told]


def _figures(
    model: Model,
    table: Table,
    answer: pd.DataFrame,
    learned: NDArray[np.int64],
    told: NDArray[np.int64],
) -> tuple[dict[str, float], dict[str, float]]:
    assert table.target is not None
    before, truth = table.target[learned], table.target[told]
    if model.task.kind == "occurrence":
        happens = truth > 0
        share = answer[f"probability.{model.task.labels[1]}"].to_numpy()
        return (
            {
                "auc": auc(share, happens),
                "average_precision": average_precision(share, happens),
                "accuracy": float(((share >= 0.5) == happens).mean()),
            },
            {
                "auc": 0.5,
                "average_precision": float(happens.mean()),
                "accuracy": max(float(happens.mean()), 1.0 - float(happens.mean())),
            },
        )
    if model.task.kind in ("classify", "rank"):
        return _label_figures(answer, before, truth)
    return _amount_figures(model.task, table, answer, before, truth, told)


def _label_figures(
    answer: pd.DataFrame, before: NDArray[Any], truth: NDArray[Any]
) -> tuple[dict[str, float], dict[str, float]]:
    said = np.asarray([canonical(label) for label in answer["label"]], dtype=object)
    names, places = np.unique(np.r_[truth, said].astype(str), return_inverse=True)
    is_right = said == truth
    labels, counts = np.unique(before.astype(str), return_counts=True)
    usual = float((truth.astype(str) == labels[counts.argmax()]).mean())
    return (
        {
            "accuracy": float(is_right.mean()),
            "accuracy_lower_bound": lower_bound(int(is_right.sum()), len(is_right)),
            "macro_f1": macro_f1(places[: len(truth)], places[len(truth) :], len(names)),
            "mean_confidence": float(answer["confidence"].mean()),
        },
        {"accuracy": usual},
    )


def _amount_figures(
    task: TaskSpec,
    table: Table,
    answer: pd.DataFrame,
    before: NDArray[np.float64],
    truth: NDArray[np.float64],
    told: NDArray[np.int64],
) -> tuple[dict[str, float], dict[str, float]]:
    if task.cap is not None:
        before, truth = np.minimum(before, task.cap), np.minimum(truth, task.cap)
    value = answer["value"].to_numpy(dtype=np.float64)
    constants = {"constant": np.full(len(truth), np.median(before))}
    if task.offset_column:
        constants["offset"] = table.numbers[task.offset_column][told]
    if task.kind == "quantile":
        usual = np.full(len(truth), np.quantile(before, task.quantile))
        return (
            {
                "pinball_loss": pinball_loss(truth, value, task.quantile),
                "coverage": float((truth <= value).mean()),
            },
            {"constant_pinball_loss": pinball_loss(truth, usual, task.quantile)},
        )
    inside = (truth >= answer["lower"].to_numpy()) & (truth <= answer["upper"].to_numpy())
    baselines = {}
    for name, guess in constants.items():
        off = (truth - guess)[~np.isnan(guess)]
        baselines[f"{name}_mae"] = float(np.abs(off).mean())
        baselines[f"{name}_rmse"] = float(np.sqrt((off**2).mean()))
    return (
        {
            "mae": float(np.abs(truth - value).mean()),
            "rmse": float(np.sqrt(((truth - value) ** 2).mean())),
            "interval_coverage": float(inside.mean()),
        },
        baselines,
    )
