"""A model that reads text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table, read_table
from countersign.learn.table_model import Model
from countersign.learn.text_features import text_features
from countersign.learn.text_fit import linear_margins, train_linear
from countersign.model.calibration import softmax
from countersign.model.trained import Model as Scorer

MOST_WORDS = 5
ROUNDS_OF_UPDATE = 5


class TextModel(Model):
    """Classifies texts; codes beside them count as words."""

    def explain(self, rows: pd.DataFrame, of: Iterable[Any] | None = None) -> pd.DataFrame:
        """Say for each row which words spoke most for the label that was told.

        The push of a word is what the label loses when the word is taken out, in log-odds.
        """
        rows = rows if of is None else rows.loc[list(of)]
        table = read_table(self.task, rows, with_target=False)
        found = []
        for name, texts in table.texts.items():
            for row, text in enumerate(texts):
                words = list(dict.fromkeys(str(text).split()))
                if not words:
                    continue
                variants = [str(text), *(_without(str(text), word) for word in words)]
                asked = rows.iloc[[row] * len(variants)].assign(**{name: variants})
                shares = self._shares(read_table(self.task, asked, with_target=False))
                told = int(shares[0].argmax())
                odds = np.log(shares[:, told] / np.clip(1.0 - shares[:, told], 1e-6, None))
                push = odds[0] - odds[1:]
                found += [
                    {
                        "row": rows.index[row],
                        "feature": name,
                        "value": words[place],
                        "push": round(float(push[place]), 4),
                    }
                    for place in np.argsort(-push, kind="stable")[:MOST_WORDS]
                ]
        return pd.DataFrame(found, columns=["row", "feature", "value", "push"])

    def _shares(self, table: Table) -> NDArray[np.float32]:
        raw = linear_margins(self.scorer.booster, text_features(table))
        return softmax(raw / np.float32(self.card["calibration"]["temperature"]))

    def _learned(self, table: Table) -> Scorer:
        places = {label: place for place, label in enumerate(self.task.labels)}
        assert table.target is not None
        answers = np.asarray([places.get(label, -1) for label in table.target], dtype=np.int64)
        if not (answers >= 0).any():
            raise TrainingRefused(
                f"no confirmed row has a {self.task.target} that the model knows; train it again"
            )
        parameters = {k: v for k, v in self.card["parameters"].items() if k != "rounds"}
        rows = text_features(table)[answers >= 0]
        booster = train_linear(
            parameters,
            rows,
            answers[answers >= 0],
            ROUNDS_OF_UPDATE,
            self.scorer.booster.copy(),
        )
        return Scorer(self.task, booster, self.card)

    def _with(self, scorer: Scorer, table: Table, alarms: list[str]) -> TextModel:
        return TextModel(scorer, tuple(alarms))

    def _alarmed(self, alarms: list[str]) -> TextModel:
        return TextModel(self.scorer, tuple(alarms))


def _without(text: str, word: str) -> str:
    return " ".join(other for other in text.split() if other != word)
