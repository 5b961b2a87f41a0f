"""Earned autonomy: from which confidence on a class of decisions may go without a person.

The only rule that kept its promise on real data: take the lowest confidence threshold whose
Clopper-Pearson lower bound (95 %, one-sided) of accuracy over the last confirmed outcomes meets
the target. Raw or calibrated probabilities missed a 99 % promise in a third of runs or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from countersign.model.bounds import CONFIDENCE_LEVEL, lower_bound, lower_bounds

__all__ = ["CONFIDENCE_LEVEL", "Trust", "earn", "lower_bound"]


@dataclass(frozen=True, slots=True)
class Trust:
    """What a class has earned: ``threshold`` is ``None`` while nothing may go by itself.

    ``lower_bound``, ``confirmed`` and ``wrong`` speak of the outcomes at or above the threshold
    (of all outcomes where there is no threshold); ``coverage`` is their share of all.
    ``accuracy_by_value`` weighs them by amount: it can be lower than by count, when errors sit in
    the dear ones.
    """

    threshold: float | None
    lower_bound: float
    confirmed: int
    wrong: int
    coverage: float
    reason: str
    accuracy_by_value: float | None = None


def earn(
    outcomes: Sequence[tuple[float, bool]],
    target: float,
    amounts: Sequence[float] | None = None,
) -> Trust:
    """Find the lowest threshold that keeps the promise over confirmed outcomes.

    ``outcomes`` are pairs of confidence and whether booking as it stood would have been right;
    ``amounts`` is the money in each, for the accuracy by value beside that by count.
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
    kept = np.flatnonzero(is_last & (bounds >= target))
    place = int(kept[-1]) if len(kept) else len(ranked) - 1
    by_value = _by_value(is_right, amounts, order, place)
    confirmed, right = place + 1, int(correct[place])
    if not len(kept):
        reason = _not_yet(confirmed, right, target)
        bound = lower_bound(right, confirmed)
        return Trust(None, bound, confirmed, confirmed - right, 0.0, reason, by_value)
    threshold, bound = float(ranked[place]), lower_bound(right, confirmed)
    reason = (
        f"{right} of {confirmed} confirmed outcomes at confidence {threshold:.3f} or more "
        f"were right: at least {bound:.2%} with {CONFIDENCE_LEVEL:.0%} certainty, "
        f"promised {target:.2%}"
    )
    coverage = confirmed / len(ranked)
    return Trust(threshold, bound, confirmed, confirmed - right, coverage, reason, by_value)


def _by_value(
    is_right: NDArray[np.int64],
    amounts: Sequence[float] | None,
    order: NDArray[np.int64],
    place: int,
) -> float | None:
    """Return the share of the money that was right down to a place of the ranking."""
    if amounts is None:
        return None
    money = np.abs(np.asarray(amounts, dtype=np.float64))[order][: place + 1]
    return float((money * is_right[: place + 1]).sum() / money.sum()) if money.sum() else None


def _not_yet(total: int, correct: int, target: float) -> str:
    bound = lower_bound(correct, total)
    return (
        f"{correct} of {total} confirmed outcomes were right: at least {bound:.2%} with "
        f"{CONFIDENCE_LEVEL:.0%} certainty, promised {target:.2%}"
    )
