"""Earned autonomy: from which confidence on a class of decisions may go without a person.

The only rule that kept its promise on real data: take the lowest confidence threshold whose
Clopper-Pearson lower bound (95 %, one-sided) of accuracy over the last confirmed outcomes meets the
target. Raw or calibrated probabilities missed a 99 % promise in a third of runs or more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from countersign.model.bounds import CONFIDENCE_LEVEL, lower_bound, lower_bounds

__all__ = ["CONFIDENCE_LEVEL", "Trust", "earn", "lower_bound", "window_of"]

LEAST_CONFIDENCE = 0.5
"""What a model holds for more likely wrong than right never goes by itself, whatever its class
has shown: nobody could defend such a booking."""

PROOFS_REMEMBERED = 10
"""How many proofs of the promise are looked back on: what was right long ago says little once the
world has changed. Of the harsh streams of ``scripts/evaluate`` 17.5 % broke their promise with the
last 3,000 outcomes, 13.1 % with ten proofs.
"""


def fewest_without_error(target: float) -> int:
    """Return how many outcomes without an error prove a promise: 59 for 95 %, 299 for 99 %."""
    return math.ceil(math.log(1.0 - CONFIDENCE_LEVEL) / math.log(target))


def window_of(target: float, most: int) -> int:
    """Return how many of the last confirmed outcomes count for a promise, at most so many."""
    return min(most, PROOFS_REMEMBERED * fewest_without_error(target))


@dataclass(frozen=True, slots=True)
class Trust:
    """What a class has earned: ``threshold`` is ``None`` while nothing may go by itself.

    ``lower_bound``, ``confirmed`` and ``wrong`` speak of the outcomes at or above the threshold
    (of all outcomes where there is no threshold); ``coverage`` is their share of all. The money
    behind them: :mod:`countersign.decide.stake`.
    """

    threshold: float | None
    lower_bound: float
    confirmed: int
    wrong: int
    coverage: float
    reason: str


def earn(outcomes: Sequence[tuple[float, bool]], target: float) -> Trust:
    """Find the lowest threshold that keeps the promise over confirmed outcomes.

    ``outcomes`` are pairs of confidence and whether booking as it stood would have been right.
    """
    if not outcomes:
        return Trust(None, 0.0, 0, 0, 0.0, "no outcome is confirmed yet")
    confidence = np.asarray([outcome[0] for outcome in outcomes], dtype=np.float64)
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    is_right = np.asarray([outcome[1] for outcome in outcomes], dtype=np.int64)[order]
    correct, count = np.cumsum(is_right), np.arange(1, len(ranked) + 1)
    # Outcomes of equal confidence stand or fall together.
    is_last = np.append(ranked[1:] != ranked[:-1], True)
    bounds = lower_bounds(correct, count)
    kept = np.flatnonzero(is_last & (bounds >= target) & (ranked >= LEAST_CONFIDENCE))
    place = int(kept[-1]) if len(kept) else len(ranked) - 1
    confirmed, right = place + 1, int(correct[place])
    if not len(kept):
        reason = _not_yet(confirmed, right, target)
        bound = lower_bound(right, confirmed)
        return Trust(None, bound, confirmed, confirmed - right, 0.0, reason)
    threshold, bound = float(ranked[place]), lower_bound(right, confirmed)
    reason = (
        f"{right} of {confirmed} confirmed outcomes at confidence {threshold:.3f} or more "
        f"were right: at least {bound:.2%} with {CONFIDENCE_LEVEL:.0%} certainty, "
        f"promised {target:.2%}"
    )
    coverage = confirmed / len(ranked)
    return Trust(threshold, bound, confirmed, confirmed - right, coverage, reason)


def _not_yet(total: int, correct: int, target: float) -> str:
    bound = lower_bound(correct, total)
    return (
        f"{correct} of {total} confirmed outcomes were right: at least {bound:.2%} with "
        f"{CONFIDENCE_LEVEL:.0%} certainty, promised {target:.2%}"
    )
