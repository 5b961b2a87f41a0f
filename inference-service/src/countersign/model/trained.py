"""A trained model: a booster that answers a task with calibrated probabilities, or with amounts.

One thread per prediction, always: on a busy machine a second one costs more than a hundred times
what it gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from countersign.model.calibration import softmax
from countersign.model.pictures import Looks, Rows, complete
from countersign.model.task import TaskSpec
from countersign.nouns.picture import Picture


class Model:
    """A booster with its card; safe to share between threads."""

    def __init__(self, task: TaskSpec, booster: xgboost.Booster, card: Mapping[str, Any]) -> None:
        booster.set_param({"nthread": 1})
        self.task = task
        self.card = card
        self.name = task.name
        self.version: str = card["version"]
        self._booster = booster
        self.looks = Looks.from_data(card["looks"]) if "looks" in card else None
        self._temperature = np.float32(card["calibration"].get("temperature", 1.0))

    @property
    def booster(self) -> xgboost.Booster:
        """Return the trees, for those who go on fitting them or write them to a file."""
        return self._booster

    def complete(
        self, rows: Rows, subjects: Sequence[str], picture: Picture | None
    ) -> NDArray[np.float32]:
        """Return the rows of one event with what this model wants to know of its picture."""
        return complete(self.task, self.looks, rows, subjects, picture)

    def predict(self, rows: Rows) -> NDArray[np.float32]:
        """Return the calibrated probability of every label, one row per feature row."""
        table = np.asarray(rows, dtype=np.float32)
        if not len(table):
            return np.empty((0, len(self.task.labels)), dtype=np.float32)
        return softmax(self.margins(table) / self._temperature)

    def margins(
        self, rows: NDArray[np.float32], offset: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the raw answers: a column per label, or per amount of a task without labels."""
        if not len(rows):
            return np.empty((0, len(self.task.labels) or 1), dtype=np.float32)
        raw: NDArray[np.float32] = self._booster.inplace_predict(
            rows, predict_type="margin", base_margin=offset
        )
        return two_sided(raw) if self.task.labels else raw.reshape(len(rows), -1)

    def explain(self, rows: Rows) -> NDArray[np.float32]:
        """Return exact SHAP contributions: (row, label, feature), the last feature is the bias.

        A task without labels has one entry in place of the labels. Costs milliseconds per row:
        only for rows that a person will read.
        """
        table = np.asarray(rows, dtype=np.float32)
        matrix = xgboost.DMatrix(
            table,
            nthread=1,
            feature_names=self._booster.feature_names,
            feature_types=self._booster.feature_types,
            enable_categorical=True,
        )
        found: NDArray[np.float32] = self._booster.predict(matrix, pred_contribs=True)
        per_answer = found.reshape(len(table), -1, table.shape[1] + 1)
        if self.task.labels and per_answer.shape[1] == 1:
            return np.concatenate([np.zeros_like(per_answer), per_answer], axis=1)
        return per_answer


def two_sided(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a column per label: a booster of two labels says only how much the second leads."""
    return raw if raw.ndim == 2 else np.stack([np.zeros_like(raw), raw], axis=1)
