"""A model that answers tables: the trees, how rows become features, and what the answer means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.features import lay_out
from countersign.learn.table import Table, read_table
from countersign.learn.updating import boosted_on, confirmed_rows, next_version, renamed
from countersign.learn.value_fit import bounds
from countersign.model import registry
from countersign.model.calibration import Curve, softmax
from countersign.model.encoding import Encoding
from countersign.model.trained import Model as Scorer

MOST_REASONS = 5


class Model:
    """A fitted task; it does not change: ``update`` returns another model."""

    def __init__(self, scorer: Scorer, alarms: tuple[str, ...] = ()) -> None:
        self.scorer = scorer
        self.task = scorer.task
        self.card = scorer.card
        self.name = scorer.name
        self.version = scorer.version
        self.alarms = alarms
        self._encoding = Encoding(self.card["encoding"]["codes"])
        self._prior = np.asarray(self.card["calibration"].get("prior", 0.0), dtype=np.float32)
        self._curve = Curve.from_data(self.card["calibration"].get("curve", {}))

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer every row; the index of the frame is kept.

        Labels come as ``label``, ``ranked`` (all labels, most likely first), ``confidence`` and a
        ``probability.<label>`` each; amounts as ``value``, ``lower``, ``upper`` and the share of
        cases that the interval holds as ``confidence``. A task that looks back needs the earlier
        rows of its units in the frame as well.
        """
        table = read_table(self.task, frame, with_target=False)
        answer = self._labels(table) if self.task.labels else self._amounts(table)
        answer["model_name"] = self.name
        answer["model_version"] = self.version
        return pd.DataFrame(answer, index=frame.index)

    def probabilities(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Return the calibrated probability of every label, in the order of ``task.labels``."""
        return self._shares(read_table(self.task, frame, with_target=False))

    def explain(self, rows: pd.DataFrame, of: Iterable[Any] | None = None) -> pd.DataFrame:
        """Say for each row what moved the answer most: feature, its value, and its push.

        A push is in log-odds of the label that was told, or in the unit of the amount. ``of``
        names the rows to explain by their index; the others are only looked back at.
        """
        table = read_table(self.task, rows, with_target=False)
        places = np.arange(len(table)) if of is None else rows.index.get_indexer(pd.Index(of))
        if not len(places):
            return pd.DataFrame(columns=["row", "feature", "value", "push"])
        features = self._matrix(table)[places]
        pushes = self.scorer.explain(features)
        told = np.zeros(len(places), dtype=np.int64)
        if self.task.labels:
            told = self._calibrated(features).argmax(axis=1)
        scale = table.scale[places]
        found = []
        for row, label in enumerate(told):
            push = pushes[row, label, :-1] - (
                np.delete(pushes[row, :, :-1], label, axis=0).mean(axis=0)
                if self.task.labels
                else 0.0
            )
            for place in np.argsort(-np.abs(push), kind="stable")[:MOST_REASONS]:
                name = self.task.features[place]
                found.append(
                    {
                        "row": rows.index[places[row]],
                        "feature": name,
                        "value": self._value(name, float(features[row, place])),
                        "push": round(float(push[place] * scale[row]), 4),
                    }
                )
        return pd.DataFrame(found, columns=["row", "feature", "value", "push"])

    def update(self, confirmed: pd.DataFrame, accept: Iterable[str] = ()) -> Model:
        """Return a model that has learned confirmed rows (with the target) as well.

        Months that fail the data-quality gate are left out with an alarm, unless named in
        ``accept``. A task that looks back needs the earlier rows of its units in the frame.
        """
        table, gate, alarms = confirmed_rows(self, confirmed, accept)
        if not len(table):
            return self._alarmed(alarms)
        scorer = self._learned(table)
        card = {
            "quality": gate.to_data(),
            "alarms": [*self.card["alarms"], *alarms],
            "rows": {**self.card["rows"], "confirmed": self._confirmed + len(table)},
        }
        return self._with(renamed(scorer, next_version(self.version, table), card), table, alarms)

    def save(self, models_dir: Path | str) -> Path:
        """Write ``<models_dir>/<task>/<version>/{model.ubj,card.json}`` and return the folder."""
        return registry.save(Path(models_dir), self.scorer.booster, self.card)

    @property
    def _confirmed(self) -> int:
        return int(self.card["rows"].get("confirmed", 0))

    def _learned(self, table: Table) -> Scorer:
        return boosted_on(self, table, self._encoding)

    def _with(self, scorer: Scorer, table: Table, alarms: list[str]) -> Model:
        """Return the model after learning the rows of a table."""
        return Model(scorer, tuple(alarms))

    def _alarmed(self, alarms: list[str]) -> Model:
        """Return the same model, with what was wrong."""
        return Model(self.scorer, tuple(alarms))

    def _labels(self, table: Table) -> dict[str, Any]:
        shares = self._shares(table)
        order = np.argsort(-shares, axis=1, kind="stable")
        names = np.asarray(self._display(), dtype=object)
        confidence = self._curve(shares.max(axis=1))
        answer: dict[str, Any] = {
            "label": names[order[:, 0]],
            "ranked": [list(names[row]) for row in order],
            "confidence": np.clip(confidence, 0.0, 1.0),
        }
        for place, name in enumerate(names):
            answer[f"probability.{name}"] = shares[:, place]
        return answer

    def _shares(self, table: Table) -> NDArray[np.float32]:
        return self._calibrated(self._matrix(table))

    def _calibrated(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        raw = self.scorer.margins(features) + self._prior
        return softmax(raw / np.float32(self.card["calibration"]["temperature"]))

    def _matrix(self, table: Table) -> NDArray[np.float32]:
        return lay_out(table, self._encoding).chosen(self.task.features)

    def _amounts(self, table: Table) -> dict[str, Any]:
        features = self._matrix(table)
        offset = None
        if self.task.offset_column:
            first = table.numbers[self.task.offset_column] / table.scale
            offset = first.astype(np.float32)
        raw = self.scorer.margins(features, offset)
        calibration = self.card["calibration"]
        value = raw[:, -1] + np.float32(calibration["shift"])
        middle = raw[:, 0] if self.task.kind == "quantile" else value
        lower, upper = bounds(calibration["interval"], middle)
        if self.task.kind == "remaining_life":
            value, lower = np.maximum(value, 0.0), np.maximum(lower, 0.0)
        level = calibration["interval"]["level"]
        amounts = {"value": value, "lower": lower, "upper": upper}
        return {name: told * table.scale for name, told in amounts.items()} | {"confidence": level}

    def _display(self) -> list[str]:
        """Return the labels as the table wrote them."""
        shown: Mapping[str, str] = self.card["encoding"].get("display", {})
        return [shown.get(label, label) for label in self.task.labels]

    def _value(self, feature: str, number: float) -> float | str | None:
        if np.isnan(number):
            return None
        codes = self._encoding.codes.get(feature.split(".lag")[0])
        return number if codes is None else codes[int(number)]
