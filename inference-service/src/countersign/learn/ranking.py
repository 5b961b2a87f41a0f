"""Ranking codes: fitted by walking through the history as it was known, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.learn.calibrating import find_curve
from countersign.learn.candidates import Asked, ask, best_of
from countersign.learn.code_history import MONTH_S, CodeHistory, batches
from countersign.learn.label_fit import Fitted
from countersign.learn.measures import calibration_error, threshold_table
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table
from countersign.learn.times import seconds_of

FEWEST_BATCHES, MOST_BATCHES = 8, 36
WARM_SHARE = 0.25
"""Share of the rows that only fill the history before the first line is asked about."""
HELD_BACK = 0.25
"""Share of the asked lines, the latest, that calibration and figures rest on."""
MOST_LINES = 20_000
MOST_ROUNDS = 300
MANY_CANDIDATES = 50_000
"""Candidates from which a second thread is worth its start."""
PATIENCE = 25
PARAMETERS: Mapping[str, Any] = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "tree_method": "hist",
    "max_bin": 128,
    "max_depth": 6,
    "eta": 0.1,
    "min_child_weight": 5.0,
    "subsample": 0.8,
    "colsample_bynode": 0.5,
}


@dataclass(frozen=True, slots=True)
class Lines:
    """Asked lines with their right codes, and what a look-up would have said."""

    asked: Asked
    truth: NDArray[np.object_]
    look_up: NDArray[np.object_]

    @property
    def is_right(self) -> NDArray[np.float32]:
        """Tell of each candidate whether it is the right one."""
        codes = np.asarray(self.asked.codes, dtype=object)
        return np.asarray(codes == self.truth[self.asked.line], dtype=np.float32)


def fit_ranking(table: Table, seed: int) -> tuple[Fitted, CodeHistory]:
    """Fit the trees that score candidates, and fill the history with every row."""
    if table.time is None:
        raise TrainingRefused("ranking needs time_column in the spec: codes are counted over time")
    order = np.argsort(table.time, kind="stable")
    table = table.where(order)
    lines, history = _walk(table, seed)
    count = int(lines.asked.line.max()) + 1 if len(lines.asked.line) else 0
    edge = round(count * (1.0 - HELD_BACK))
    early, late = lines.asked.line < edge, lines.asked.line >= edge
    right = lines.is_right
    if not right[early].any() or not right[late].any():
        raise TrainingRefused(
            "no code of the later rows was ever booked before under the same columns; "
            "name columns in rank_by that come again (supplier, cost centre)"
        )
    rows = lines.asked.rows
    chosen = {**PARAMETERS, "seed": seed, "nthread": 2 if len(rows) > MANY_CANDIDATES else 1}
    booster = xgboost.train(
        chosen,
        xgboost.DMatrix(rows[early], label=right[early]),
        num_boost_round=MOST_ROUNDS,
        evals=[(xgboost.DMatrix(rows[late], label=right[late]), "late")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
    )
    rounds = booster.best_iteration + 1
    raw = booster.inplace_predict(rows[late], predict_type="margin", iteration_range=(0, rounds))
    fitted = _calibrated(lines, edge, late, raw)
    whole = xgboost.train(chosen, xgboost.DMatrix(rows, label=right), num_boost_round=rounds)
    return (
        Fitted(
            whole,
            fitted.calibration,
            fitted.metrics,
            fitted.baselines,
            fitted.thresholds,
            {**chosen, "rounds": rounds},
        ),
        history,
    )


def _walk(table: Table, seed: int) -> tuple[Lines, CodeHistory]:
    """Ask about the rows of each stretch against what was known when it began, then learn them."""
    assert table.time is not None
    assert table.target is not None
    span = float(table.time.max() - table.time.min())
    stretches = int(np.clip(span / MONTH_S, FEWEST_BATCHES, MOST_BATCHES))
    delay = seconds_of(table.task.label_delay)
    history = CodeHistory(table.task, origin=float(table.time.max()))
    is_asked = _sample(len(table), seed)
    known = 0
    parts: list[tuple[Asked, NDArray[np.object_], list[str | None]]] = []
    for begin, here in batches(table, stretches):
        upto = int(np.searchsorted(table.time, begin - delay, side="left"))
        history.add(table.where(np.arange(known, upto)))
        known = upto
        chosen = here[is_asked[here]]
        if len(chosen) and history.rows:
            part = table.where(chosen)
            keys = zip(*history.keys(part), strict=True)
            looked = [history.look_up(one)[0] for one in keys]
            assert part.target is not None
            parts.append((ask(history, part), part.target, looked))
    history.add(table.where(np.arange(known, len(table))))
    if not parts:
        raise TrainingRefused(
            f"the rows reach over less time than label_delay ({table.task.label_delay}); "
            "bring a longer history"
        )
    return _joined(parts), history


def _sample(count: int, seed: int) -> NDArray[np.bool_]:
    """Choose lines to learn from: all that follow the warm start, thinned out when too many."""
    warm = round(count * WARM_SHARE)
    share = min(1.0, MOST_LINES / max(count - warm, 1))
    chosen = np.random.default_rng(seed).random(count) < share
    chosen[:warm] = False
    return chosen


def _joined(parts: list[tuple[Asked, NDArray[np.object_], list[str | None]]]) -> Lines:
    start = 0
    lines = []
    for asked, truth, _ in parts:
        lines.append(asked.line + start)
        start += len(truth)
    return Lines(
        Asked(
            np.concatenate([asked.rows for asked, _, _ in parts]),
            [code for asked, _, _ in parts for code in asked.codes],
            np.concatenate(lines),
        ),
        np.concatenate([truth for _, truth, _ in parts]),
        np.asarray([code for _, _, looked in parts for code in looked], dtype=object),
    )


def _calibrated(
    lines: Lines, edge: int, late: NDArray[np.bool_], raw: NDArray[np.float32]
) -> Fitted:
    """Measure the held-back lines, and bend confidence to them."""
    truth, looked = lines.truth[edge:], lines.look_up[edge:]
    best, share = best_of(lines.asked.line[late] - edge, raw, len(truth))
    codes = np.asarray([*np.asarray(lines.asked.codes, dtype=object)[late], None], dtype=object)
    is_right = codes[best] == truth
    curve = find_curve(share, is_right)
    confidence = curve(share)
    return Fitted(
        xgboost.Booster(),
        {
            "method": "isotonic" if curve.raw else "none",
            "temperature": 1.0,
            "curve": curve.to_data(),
        },
        {
            "accuracy": float(is_right.mean()),
            "calibration_error": calibration_error(confidence, is_right),
            "candidate_recall": float(lines.is_right[late].sum() / len(truth)),
        },
        {"look_up_accuracy": float((looked == truth).mean())},
        threshold_table(confidence, is_right),
        {},
    )
