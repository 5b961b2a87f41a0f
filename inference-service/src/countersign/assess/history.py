"""History: what the booked events of the past let us expect of the next one."""

from __future__ import annotations

import math
from typing import NamedTuple

from countersign.nouns.statistic import Statistic

PRIOR_WEIGHT = 4.0
"""How many bookings the assumption before any history is worth."""
WIDTH_DEVIATIONS = 3.0
"""Half the width of an expectation; 99.7 % of well-behaved bookings lie inside."""
ENOUGH_BOOKINGS = 5
"""From how many bookings on a rule may rest on history alone."""


class Outlook(NamedTuple):
    """Mean and deviation of the next figure (not of the mean), and what they rest on."""

    mean: float
    deviation: float
    bookings: int

    def distance(self, value: float) -> float:
        """Return how many deviations a value lies from the mean, with its sign."""
        return (value - self.mean) / self.deviation

    def clipped(self, value: float) -> float:
        """Return the value, kept within four deviations: one wild booking must not teach much."""
        reach = 4.0 * self.deviation
        return min(max(value, self.mean - reach), self.mean + reach)


def outlook(statistic: Statistic, prior_mean: float, prior_deviation: float) -> Outlook:
    """Foretell the next figure from history, shrunk towards the assumption while it is short.

    Normal with unknown mean and variance; the assumption counts as ``PRIOR_WEIGHT`` bookings.
    """
    count = statistic.count
    weight = count + PRIOR_WEIGHT
    gap = statistic.mean - prior_mean
    mean = prior_mean + gap * count / weight
    spread = (
        PRIOR_WEIGHT * prior_deviation * prior_deviation
        + statistic.m2
        + gap * gap * count * PRIOR_WEIGHT / weight
    )
    return Outlook(mean, math.sqrt(spread / weight * (1.0 + 1.0 / weight)), count)


def ledger_line(key: str, statistic: Statistic) -> str:
    """Write a statistic for the digest of the facts looked at."""
    return f"{key}={statistic.count}:{statistic.mean!r}:{statistic.m2!r}"
