"""A figure: what was measured, what is asked, and whether it is reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Figure:
    """One line of the result; ``target`` is a lower bound, or an upper one with ``at_most``."""

    name: str
    value: float
    target: float
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)
    bound: Literal["at_least", "at_most"] = "at_least"

    @property
    def is_met(self) -> bool:
        """Tell whether the target is reached."""
        if self.bound == "at_least":
            return self.value >= self.target
        return self.value <= self.target

    def to_data(self) -> dict[str, Any]:
        """Write the figure for the JSON line."""
        return {
            "value": round(self.value, 4),
            "target": self.target,
            "met": self.is_met,
            "unit": self.unit,
            "detail": {**self.detail, "bound": self.bound},
        }


def in_turn(rounds: int, *measures: Callable[[], float]) -> list[list[float]]:
    """Measure several things in turn, so that a drift of the machine meets all alike."""
    found: list[list[float]] = [[] for _ in measures]
    for _ in range(rounds):
        for position, measure in enumerate(measures):
            found[position].append(measure())
    return found


def median_ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return statistics.median(one / other for one, other in zip(over, under, strict=True))
