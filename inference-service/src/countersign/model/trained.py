"""A trained model: a booster that answers a task with calibrated probabilities.

One thread per prediction, always: on a busy machine a second one costs more than a hundred times
what it gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.model.task import TaskSpec

Rows = Sequence[Sequence[float]] | NDArray[np.float32]
"""Feature rows in the order of the task; NaN where a fact is missing."""


class Model:
    """A booster with its card; safe to share between threads."""

    def __init__(self, task: TaskSpec, booster: xgboost.Booster, card: Mapping[str, Any]) -> None:
        booster.set_param({"nthread": 1})
        self.task = task
        self.card = card
        self.name = task.name
        self.version: str = card["version"]
        self._booster = booster
        self._temperature = np.float32(card["calibration"]["temperature"])

    def predict(self, rows: Rows) -> NDArray[np.float32]:
        """Return the calibrated probability of every label, one row per feature row."""
        table = np.asarray(rows, dtype=np.float32)
        if not len(table):
            return np.empty((0, len(self.task.labels)), dtype=np.float32)
        margins: NDArray[np.float32]
        margins = self._booster.inplace_predict(table, predict_type="margin")
        return softmax(margins / self._temperature)

    def explain(self, rows: Rows) -> NDArray[np.float32]:
        """Return exact SHAP contributions: (row, label, feature), the last feature is the bias.

        Costs milliseconds per row: only for rows that a person will read.
        """
        table = np.asarray(rows, dtype=np.float32)
        matrix = xgboost.DMatrix(table, nthread=1)
        contributions: NDArray[np.float32] = self._booster.predict(matrix, pred_contribs=True)
        return contributions.reshape(len(table), len(self.task.labels), -1)


def softmax(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn margins into probabilities, row by row."""
    shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return shares
