"""Reasons: what moved the model, in sentences that an operator can check."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from countersign.language.sayings import say
from countersign.model.task import TaskSpec

Phrase = Callable[[float], str]
"""Turns the value of a feature into half a sentence; empty where the value says nothing."""
MOST_REASONS = 3
NEAR = 0.1
"""How far off a suspicion may be, as a share, to be worth a person's look."""
SMALLEST_PUSH = 0.05
"""Pushes below this (in log-odds) change no answer and are not worth reading."""


def against(contributions: NDArray[np.float32], task: TaskSpec) -> NDArray[np.float32]:
    """Reduce contributions per label to one push per feature against booking, for each row."""
    sound = list(task.sound_columns)
    unsound = [column for column in range(len(task.labels)) if column not in sound]
    pushes: NDArray[np.float32] = contributions[:, unsound, :].mean(axis=1) - contributions[
        :, sound, :
    ].mean(axis=1)
    return pushes


def near(what: str) -> Phrase:
    """Return a phrase for a logarithmic distance that speaks only when it is small.

    ``what`` is the saying for that from which it is measured.
    """

    def phrase(value: float) -> str:
        share = math.expm1(value)
        return say("model.near", share=f"{share:.0%}", what=say(what)) if share <= NEAR else ""

    return phrase


def times(saying: str) -> Phrase:
    """Return a phrase for the logarithm of a ratio."""
    return lambda value: say(saying, times=f"{math.exp(value):.2f}")


def share_of(saying: str) -> Phrase:
    """Return a phrase for a share in whole percent."""
    return lambda value: say(saying, share=f"{value:.0%}")


def late(hours: float) -> str:
    """Say how long after the fact an event was recorded."""
    return say("model.late", hours=f"{hours:.1f}")


def strongest(
    row: Sequence[float],
    contributions: NDArray[np.float32],
    features: Sequence[str],
    phrases: Mapping[str, Phrase],
) -> tuple[str, ...]:
    """Put the features that pushed hardest against booking in words, worst first.

    ``contributions`` has one number per feature and a last one for the bias. Features without a
    phrase or without a value say nothing to a person and are left out.
    """
    order = np.argsort(-contributions[: len(features)])
    said: list[str] = []
    for position in order:
        if contributions[position] < SMALLEST_PUSH or len(said) == MOST_REASONS:
            break
        value = row[position]
        phrase = phrases.get(features[position])
        if phrase is None or math.isnan(value):
            continue
        text = phrase(value)
        if text:
            said.append(text)
    return tuple(said)
