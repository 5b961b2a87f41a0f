"""Autonomy: what a class of decisions has earned, and the confirmed outcomes it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Autonomy:
    """What a class of decisions has earned; ``threshold`` is ``None`` when nothing."""

    use_case: str
    segment: str
    threshold: float | None
    lower_bound: float
    target: float
    confirmed: int
    wrong: int
    coverage: float
    reason: str
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """A confirmed outcome with its money; 0 where no price is known."""

    confidence: float
    correct: bool
    amount: Decimal
