"""A model that ranks codes: trees that score candidates, and the history they are taken from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.candidates import Asked, ask
from countersign.learn.code_history import CodeHistory
from countersign.learn.ranking import best_of
from countersign.learn.table import Table, read_table
from countersign.learn.table_model import MOST_REASONS, Model
from countersign.model import registry
from countersign.model.trained import Model as Scorer

MOST_RANKED = 5


class RankingModel(Model):
    """Ranks the codes that were booked under the same supplier, division, or whatever is named."""

    def __init__(self, scorer: Scorer, history: CodeHistory, alarms: tuple[str, ...] = ()) -> None:
        super().__init__(scorer, alarms)
        self.history = history

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer every row against the history as it is now.

        The columns are ``label`` (empty where nothing is known), ``ranked`` and ``confidence``.
        """
        table = read_table(self.task, frame, with_target=False)
        asked, margins = self._score(table)
        best, share = best_of(asked.line, margins, len(table))
        shown = self.history.written
        codes = np.asarray([*(shown.get(code, code) for code in asked.codes), None], dtype=object)
        ranked: list[list[str]] = [[] for _ in range(len(table))]
        for place in np.lexsort((-margins, asked.line)):
            ranked[asked.line[place]].append(codes[place])
        answer: dict[str, Any] = {
            "label": codes[best],
            "ranked": [one[:MOST_RANKED] for one in ranked],
            "confidence": np.where(best >= 0, self._curve(share), 0.0),
            "model_name": self.name,
            "model_version": self.version,
        }
        return pd.DataFrame(answer, index=frame.index)

    def explain(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Say for each row what spoke for the code that was told: feature, value, push."""
        table = read_table(self.task, rows, with_target=False)
        asked, margins = self._score(table)
        best, _ = best_of(asked.line, margins, len(table))
        found = []
        for row, place in enumerate(best):
            if place < 0:
                continue
            push = self.scorer.explain(asked.rows[place : place + 1])[0, 1, :-1]
            found += [
                {
                    "row": rows.index[row],
                    "feature": self._name(self.task.features[which]),
                    "value": round(float(asked.rows[place, which]), 4),
                    "push": round(float(push[which]), 4),
                }
                for which in np.argsort(-np.abs(push), kind="stable")[:MOST_REASONS]
            ]
        return pd.DataFrame(found, columns=["row", "feature", "value", "push"])

    def save(self, models_dir: Path | str) -> Path:
        """Write the trees, the card and the history, and return the folder."""
        return registry.save(
            Path(models_dir), self.scorer.booster, self.card, state=self.history.to_bytes()
        )

    def _learned(self, table: Table) -> Scorer:
        """The trees say how history speaks; only the history moves on."""
        return self.scorer

    def _with(self, scorer: Scorer, table: Table, alarms: list[str]) -> RankingModel:
        history = self.history.copy(self.task)
        history.add(table)
        return RankingModel(scorer, history, tuple(alarms))

    def _alarmed(self, alarms: list[str]) -> RankingModel:
        return RankingModel(self.scorer, self.history, tuple(alarms))

    def _score(self, table: Table) -> tuple[Asked, NDArray[np.float32]]:
        asked = ask(self.history, table)
        if not len(asked.rows):
            return asked, np.empty(0, dtype=np.float32)
        return asked, self.scorer.margins(asked.rows)[:, 1]

    def _name(self, feature: str) -> str:
        """Name a level by its columns: ``level0.share`` becomes ``supplier+division.share``."""
        level, _, what = feature.partition(".")
        if not level.startswith("level") or not what:
            return feature
        names = "+".join(self.history.levels[int(level[5:])]) or "all"
        return f"{names}.{what}"
