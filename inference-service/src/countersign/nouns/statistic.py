"""A statistic: the usual figure of something, learned from booked events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Statistic:
    """Welford's running moments of a number, or counts of labels.

    Numbers (``mean``, ``m2``) are of the logarithm where the use case says so; ``labels`` counts
    categories, for example scrap reasons. Floats are right here: these are estimates, no stock.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    labels: Mapping[str, int] = field(default_factory=dict)

    @property
    def deviation(self) -> float:
        """Return the sample standard deviation; 0 below two observations."""
        return math.sqrt(self.m2 / (self.count - 1)) if self.count > 1 else 0.0

    def with_value(self, value: float) -> Statistic:
        """Return the statistic with one more number."""
        count = self.count + 1
        delta = value - self.mean
        mean = self.mean + delta / count
        return Statistic(count, mean, self.m2 + delta * (value - mean), self.labels)

    def with_label(self, label: str) -> Statistic:
        """Return the statistic with one more category."""
        labels = dict(self.labels)
        labels[label] = labels.get(label, 0) + 1
        return Statistic(self.count + 1, self.mean, self.m2, labels)


EMPTY_STATISTIC = Statistic()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one booked event teaches: a number or a label for one statistic."""

    key: str
    value: float | None = None
    label: str | None = None
