"""Monitoring: week by week, how much went by itself, how right it was, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from countersign.decide.autonomy import lower_bound


@dataclass(slots=True)
class Week:
    """One week of a class of decisions; ``monday`` is its first day in the plant's calendar."""

    monday: date
    events: int = 0
    posted_by_itself: int = 0
    confirmed: int = 0
    right: int = 0

    @property
    def coverage(self) -> float | None:
        """Return the share that went without a person; ``None`` without events."""
        return self.posted_by_itself / self.events if self.events else None

    @property
    def accuracy(self) -> float | None:
        """Return the share of confirmed outcomes that were right; ``None`` without any."""
        return self.right / self.confirmed if self.confirmed else None

    @property
    def lower_bound(self) -> float | None:
        """Return what the accuracy surely was (95 %); ``None`` without confirmed outcomes."""
        return lower_bound(self.right, self.confirmed) if self.confirmed else None


@dataclass(frozen=True, slots=True)
class Latency:
    """How long one leg of the way took, in seconds: half of the events, and 95 of 100."""

    leg: str
    events: int
    median_s: float
    p95_s: float


@dataclass(slots=True)
class Monitoring:
    """Weeks by class (use case, segment), oldest first, and the legs of the way."""

    weeks: dict[tuple[str, str], list[Week]] = field(default_factory=dict)
    latencies: list[Latency] = field(default_factory=list)


def latency(leg: str, seconds: Sequence[float]) -> Latency | None:
    """Return how long a leg took; ``None`` without a single event."""
    if not seconds:
        return None
    ranked = sorted(seconds)
    last = len(ranked) - 1
    return Latency(leg, len(ranked), ranked[last // 2], ranked[round(last * 0.95)])
