"""A model that ranks codes: trees that score candidates, and the history they are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from countersign.learn.candidates import ask, best_of
from countersign.learn.code_history import CodeHistory
from countersign.learn.ranker import Ranker
from countersign.learn.table import Table, read_table
from countersign.learn.table_model import MOST_REASONS, Model
from countersign.learn.updating import next_version, renamed
from countersign.model import registry
from countersign.model.trained import Model as Scorer


class RankingModel(Model):
    """Ranks the codes that were booked under the same supplier, division, or whatever is named."""

    def __init__(self, scorer: Scorer, history: CodeHistory, alarms: tuple[str, ...] = ()) -> None:
        super().__init__(scorer, alarms)
        self.history = history
        self.ranker = Ranker(scorer, history)

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer every row against the history as it is now.

        The columns are ``label`` (empty where nothing is known), ``ranked`` and ``confidence``.
        """
        table = read_table(self.task, frame, with_target=False)
        rankings = self.ranker.tell(ask(self.history, table), len(table))
        labels = [ranking[0].code if ranking else None for ranking in rankings]
        return pd.DataFrame(
            {
                "label": np.asarray(labels, dtype=object),
                "ranked": [[one.code for one in ranking] for ranking in rankings],
                "confidence": [ranking[0].confidence if ranking else 0.0 for ranking in rankings],
                "model_name": self.name,
                "model_version": self.version,
            },
            index=frame.index,
        )

    def explain(self, rows: pd.DataFrame, of: Iterable[Any] | None = None) -> pd.DataFrame:
        """Say for each row what spoke for the code that was told: feature, value, push."""
        rows = rows if of is None else rows.loc[list(of)]
        table = read_table(self.task, rows, with_target=False)
        asked = ask(self.history, table)
        best, _ = best_of(asked.line, self.ranker.margins(asked), len(table))
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

    def forget(self, withdrawn: pd.DataFrame) -> RankingModel:
        """Return a model whose history lacks rows that were learned and did not stand."""
        table = read_table(self.task, withdrawn, with_target=True)
        history = self.history.copy(self.task)
        history.forget(table)
        scorer = renamed(self.scorer, next_version(self.version, table), {})
        return RankingModel(scorer, history, self.alarms)

    def noted(self, changes: Mapping[str, Any], version: str) -> RankingModel:
        """Return the model under another version, with more on its card."""
        return RankingModel(renamed(self.scorer, version, dict(changes)), self.history, self.alarms)

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

    def _name(self, feature: str) -> str:
        """Name a level by its columns: ``level0.share`` becomes ``supplier+division.share``."""
        level, _, what = feature.partition(".")
        if not level.startswith("level") or not what:
            return feature
        names = "+".join(self.history.levels[int(level[5:])]) or "all"
        return f"{names}.{what}"
