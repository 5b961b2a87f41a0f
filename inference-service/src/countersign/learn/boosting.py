"""Boosting: how trees are fitted, with defaults that hold for tables of any size.

Rounds are found on rows that were not learned from; the raw answers for those rows are kept, for
calibration and for the figures on the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.learn.features import Features
from countersign.learn.folds import Fold

MOST_ROUNDS = 600
PATIENCE = 40
"""Rounds without gain after which fitting stops."""
OVERSHOOT = 1.2
"""The whole table holds more than each fold did: it bears some more rounds."""
THREADS = 2
SMALL = 1000
"""Rows below which trees are kept shallow."""
LARGE = 10_000
"""Rows from which steps are larger, so that training stays within a minute."""

NO_BRACKETS = str.maketrans("[]<", "()_")
"""XGBoost takes no feature names with these."""

BASE: Mapping[str, Any] = {
    "tree_method": "hist",
    "max_bin": 128,
    "subsample": 0.8,
    "colsample_bynode": 0.4,
    "nthread": 1,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What trees are fitted to: an objective, the answers, and where they begin."""

    features: Features
    target: NDArray[np.float32]
    objective: Mapping[str, Any]
    weight: NDArray[np.float32] | None = None
    offset: NDArray[np.float32] | None = None

    def matrix(self, chosen: NDArray[np.int64] | None = None) -> xgboost.DMatrix:
        """Return the chosen rows (all unless told) as XGBoost reads them."""
        rows = slice(None) if chosen is None else chosen
        return xgboost.DMatrix(
            self.features.rows[rows],
            label=self.target[rows],
            weight=None if self.weight is None else self.weight[rows],
            base_margin=None if self.offset is None else self.offset[rows],
            feature_names=[name.translate(NO_BRACKETS) for name in self.features.names],
            feature_types=list(self.features.types),
            enable_categorical=True,
            nthread=1,
        )


@dataclass(frozen=True, slots=True)
class CrossFit:
    """Raw answers for rows that were not learned from; ``told`` says which rows have one."""

    margins: NDArray[np.float32]
    told: NDArray[np.bool_]
    rounds: int
    parameters: Mapping[str, Any] = field(default_factory=dict)


def parameters_for(rows: int, seed: int) -> dict[str, Any]:
    """Return how trees are grown for a table of so many rows."""
    chosen = {**BASE, "seed": seed}
    if rows < SMALL:
        return {**chosen, "max_depth": 4, "eta": 0.05, "min_child_weight": 3.0, "lambda": 2.0}
    if rows < LARGE:
        return {**chosen, "max_depth": 7, "eta": 0.05, "min_child_weight": 1.5, "lambda": 1.0}
    return {**chosen, "max_depth": 6, "eta": 0.07, "min_child_weight": 10.0, "lambda": 1.0}


def cross_fit(question: Question, parts: Sequence[Fold], seed: int) -> CrossFit:
    """Fit each fold, find how many rounds serve all of them, and answer what was left out."""
    chosen = {**parameters_for(len(question.target), seed), **question.objective}

    def fit_one(part: Fold) -> tuple[xgboost.Booster, int]:
        learned, told = part
        booster = xgboost.train(
            chosen,
            question.matrix(learned),
            num_boost_round=MOST_ROUNDS,
            evals=[(question.matrix(told), "told")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        return booster, booster.best_iteration + 1

    with ThreadPoolExecutor(THREADS) as pool:
        fitted = list(pool.map(fit_one, parts))
    best = round(float(np.mean([rounds for _, rounds in fitted])))
    told_rows = np.zeros(len(question.target), dtype=np.bool_)
    margins: NDArray[np.float32] | None = None
    for (booster, _), (_, told) in zip(fitted, parts, strict=True):
        upto = min(best, booster.num_boosted_rounds())
        raw = booster.predict(question.matrix(told), output_margin=True, iteration_range=(0, upto))
        if margins is None:
            margins = np.zeros((len(question.target), *raw.shape[1:]), dtype=np.float32)
        margins[told] = raw
        told_rows[told] = True
    assert margins is not None
    return CrossFit(margins, told_rows, max(1, round(best * OVERSHOOT)), chosen)


def fit_whole(question: Question, crossed: CrossFit) -> xgboost.Booster:
    """Fit all rows with the rounds that were found."""
    booster = xgboost.train(
        dict(crossed.parameters), question.matrix(), num_boost_round=crossed.rounds
    )
    booster.set_attr(best_iteration=None, best_score=None)
    return booster
