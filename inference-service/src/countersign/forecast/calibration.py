"""Calibration: whether what was told to be likely came as often as it was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
FEWEST_IN_A_STEP = 5
"""With fewer the share that came says nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """Forecasts that told about the same probability: how many, what was told, what came."""

    low: float
    high: float
    count: int
    told_share: float
    came_share: float | None


def steps_of(told: Sequence[tuple[float, bool]]) -> list[Step]:
    """Return the steps of probability in which something became clear.

    ``told`` pairs each probability with whether it came.
    """
    found = []
    for low, high in pairwise(EDGES):
        here = [one for one in told if low <= one[0] < high or one[0] == high == EDGES[-1]]
        if not here:
            continue
        came = sum(happened for _, happened in here) / len(here)
        is_enough = len(here) >= FEWEST_IN_A_STEP
        mean = sum(share for share, _ in here) / len(here)
        found.append(Step(low, high, len(here), mean, came if is_enough else None))
    return found
