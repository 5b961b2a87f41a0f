"""The duel: two models asked about the same events, whose truth is known.

Both say with which confidence the event may be booked as it stands. The one with the smaller log
loss is better; sure only when the 95 % interval of the mean difference, by bootstrap over events,
lies on one side of zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countersign.model.trained import Model
from countersign.nouns.labelled import LabelledFeatures

RESAMPLES = 2_000
CERTAINTY = 0.95
SMALLEST_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Duel:
    """How two models did on the same events; losses are means, smaller is better.

    ``gain_low`` to ``gain_high`` is what the challenger surely gains per event.
    """

    events: int
    champion_loss: float
    challenger_loss: float
    gain_low: float
    gain_high: float

    @property
    def is_won(self) -> bool:
        """Tell whether the challenger is surely better."""
        return self.events > 0 and self.gain_low > 0

    @property
    def is_lost(self) -> bool:
        """Tell whether the challenger is surely worse."""
        return self.events > 0 and self.gain_high < 0

    @property
    def text(self) -> str:
        """Say how it stands."""
        word = "surely better" if self.is_won else "surely worse" if self.is_lost else "undecided"
        return (
            f"{word} on {self.events} events: mean loss {self.challenger_loss:.4f} against "
            f"{self.champion_loss:.4f}"
        )


def fight(
    champion: Model, challenger: Model, events: Sequence[LabelledFeatures], seed: int = 1
) -> Duel:
    """Ask both about every event; deterministic by seed."""
    if not events:
        return Duel(0, 0.0, 0.0, 0.0, 0.0)
    first, second = losses(champion, events), losses(challenger, events)
    gains = first - second
    chance = np.random.default_rng(seed)
    means = gains[chance.integers(0, len(gains), (RESAMPLES, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - CERTAINTY) / 2, (1 + CERTAINTY) / 2])
    return Duel(len(events), float(first.mean()), float(second.mean()), float(low), float(high))


def losses(model: Model, events: Sequence[LabelledFeatures]) -> NDArray[np.float64]:
    """Return the log loss of each event: the mean over its rows of whether each is sound."""
    sound = list(model.task.sound_columns)
    rows = [model.complete(event.rows, event.subjects, event.picture) for event in events]
    shares = model.predict(np.concatenate(rows))[:, sound].sum(axis=1)
    truth = np.array(
        [label in model.task.sound_labels for event in events for label in event.labels]
    )
    hit = np.clip(np.where(truth, shares, 1.0 - shares), SMALLEST_SHARE, 1.0)
    owner = np.repeat(np.arange(len(events)), [len(event.labels) for event in events])
    total = np.bincount(owner, -np.log(hit.astype(np.float64)))
    return np.asarray(total / np.bincount(owner), dtype=np.float64)
