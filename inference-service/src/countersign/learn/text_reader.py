"""The text reader: sorts one text at a time without a table, for a service that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost

from countersign.learn.saved import read_saved
from countersign.learn.text_words import BITS, weighed_places
from countersign.model import registry
from countersign.model.calibration import Curve, softmax
from countersign.model.codes import canonical
from countersign.model.registry import ModelRefused
from countersign.model.trained import Model as Scorer


@dataclass(frozen=True, slots=True)
class ReadText:
    """The label of a text and its calibrated confidence."""

    label: str
    confidence: float


class TextReader:
    """A text model in use; it does not change, and several threads may ask it."""

    def __init__(self, scorer: Scorer) -> None:
        self.name = scorer.name
        self.version = scorer.version
        self._scorer = scorer
        calibration = scorer.card["calibration"]
        self._temperature = np.float32(calibration["temperature"])
        self._curve = Curve.from_data(calibration.get("curve", {}))
        shown = scorer.card["encoding"].get("display", {})
        self._labels = [shown.get(label, label) for label in scorer.task.labels]

    def read(self, values: Mapping[str, Any]) -> ReadText:
        """Sort a text with the codes beside it; columns that are not given are empty."""
        columns = self._scorer.task.columns
        places, weights = weighed_places(
            [(c.name, str(values.get(c.name) or "")) for c in columns if c.type == "text"],
            [(c.name, canonical(values.get(c.name))) for c in columns if c.type == "code"],
        )
        row = np.zeros((1, 1 << BITS), dtype=np.float32)
        row[0, places] = weights
        raw = self._scorer.booster.predict(xgboost.DMatrix(row, nthread=1), output_margin=True)
        shares = softmax((raw / self._temperature).astype(np.float32))[0]
        best = int(shares.argmax())
        sure = float(np.clip(self._curve(shares[best : best + 1])[0], 0.0, 1.0))
        return ReadText(self._labels[best], sure)


def load_active_reader(models_dir: Path, task: str) -> TextReader | None:
    """Load the text model of a task that is in use, ``None`` where none is.

    Raises:
        ModelRefused: the files are missing, altered, or no model that reads text.
    """
    version = registry.active_version(models_dir, task)
    if version is None:
        return None
    saved = read_saved(models_dir / task / version)
    if not any(column.type == "text" for column in saved.task.columns):
        raise ModelRefused(f"{saved.folder} holds a model that reads no text")
    try:
        return TextReader(saved.scorer)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelRefused(f"{saved.folder} cannot be read: {error}") from error
