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

MOST_ROUNDS = 800
PATIENCE = 40
"""Rounds without gain after which fitting stops."""
OVERSHOOT = 1.2
"""The whole table holds more than each fold did: it bears some more rounds."""
THREADS = 2
SMALL = 1000
"""Rows below which trees are kept shallow."""
LARGE = 10_000
"""Rows from which steps are larger, so that training stays within a minute."""
HUGE = 100_000
"""Rows from which folds are drawn from a sample, and steps are larger still."""
MANY_CLASSES = 20
"""Classes from which rounds are fewer, steps larger and trees less deep: each round grows a tree
per class."""
FEWEST_ROUNDS = 25
LARGEST_STEP = 0.3

NO_BRACKETS = str.maketrans("[]<", "()_")
"""XGBoost takes no feature names with these."""

BASE: Mapping[str, Any] = {
    "tree_method": "hist",
    "max_bin": 128,
    "subsample": 0.8,
    "colsample_bynode": 0.4,
    "nthread": 1,
}
DEPTHS = "depths"
"""Of the parameters on a card: depth and least weight of a leaf, by turns from tree to tree.

Some tables ask for shallow trees and some for deep ones; a mixture was near the better of both on
nearly all, without trying each. It is no parameter of XGBoost.
"""
MIXED_DEPTHS = [[3, 3.0], [5, 2.0], [7, 1.5], [10, 1.0]]


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


class _Depths(xgboost.callback.TrainingCallback):
    """Grows trees of several depths by turns."""

    def __init__(self, depths: Sequence[Sequence[float]]) -> None:
        self._depths = depths

    def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Set the depth of the next round."""
        depth, weight = self._depths[epoch % len(self._depths)]
        model.set_param({"max_depth": int(depth), "min_child_weight": weight})
        return False


def train_trees(
    parameters: Mapping[str, Any], matrix: xgboost.DMatrix, rounds: int, **options: Any
) -> xgboost.Booster:
    """Fit trees by parameters as they stand on a card; ``options`` go to XGBoost."""
    chosen = dict(parameters)
    depths = chosen.pop(DEPTHS, None)
    callbacks = [_Depths(depths)] if depths else []
    return xgboost.train(chosen, matrix, num_boost_round=rounds, callbacks=callbacks, **options)


def parameters_for(rows: int, seed: int, classes: int = 1) -> dict[str, Any]:
    """Return how trees are grown for a table of so many rows and classes."""
    chosen: dict[str, Any] = {**BASE, "seed": seed, "lambda": 1.0, DEPTHS: MIXED_DEPTHS}
    if rows < SMALL:
        del chosen[DEPTHS]
        chosen |= {"max_depth": 4, "eta": 0.03, "min_child_weight": 3.0, "lambda": 2.0}
    elif rows < LARGE:
        chosen["eta"] = 0.035
    elif rows < HUGE:
        chosen["eta"] = 0.06
    else:
        chosen["eta"] = 0.15
    if classes > MANY_CLASSES:
        chosen["eta"] = min(chosen["eta"] * classes / MANY_CLASSES, LARGEST_STEP)
        if DEPTHS in chosen:
            chosen[DEPTHS] = MIXED_DEPTHS[:-1]
    return chosen


def cross_fit(question: Question, parts: Sequence[Fold], seed: int) -> CrossFit:
    """Fit each fold, find how many rounds serve all of them, and answer what was left out."""
    classes = int(question.objective.get("num_class", 1))
    many = max(classes / MANY_CLASSES, 1.0)
    most = max(FEWEST_ROUNDS, round(MOST_ROUNDS / many))
    patience = max(round(PATIENCE / many), PATIENCE // 8)
    chosen = {**parameters_for(len(question.target), seed, classes), **question.objective}
    parts = [_sampled(part, seed) for part in parts]

    def fit_one(part: Fold) -> tuple[xgboost.Booster, int]:
        learned, told = part
        booster = train_trees(
            chosen,
            question.matrix(learned),
            most,
            evals=[(question.matrix(told), "told")],
            early_stopping_rounds=patience,
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
    threads = THREADS if len(question.target) > HUGE else 1
    booster = train_trees(
        {**crossed.parameters, "nthread": threads}, question.matrix(), crossed.rounds
    )
    booster.set_attr(best_iteration=None, best_score=None)
    return booster


def _sampled(part: Fold, seed: int) -> Fold:
    """Thin out a fold of a huge table: enough to find rounds and to calibrate."""
    total = len(part[0]) + len(part[1])
    if total <= HUGE:
        return part
    random = np.random.default_rng(seed)
    learned, told = (
        np.sort(random.permutation(rows)[: max(1, round(len(rows) * HUGE / total))])
        for rows in part
    )
    return learned, told
