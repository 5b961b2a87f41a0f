"""Earned autonomy: from which confidence on a class of decisions may go without a person.

The only rule that kept its promise on real data: take the lowest confidence threshold whose
Clopper-Pearson lower bound (95 %, one-sided) of accuracy over the last confirmed outcomes meets
the target. Raw or calibrated probabilities missed a 99 % promise in a third of runs or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scipy.special import betaincinv

CONFIDENCE_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Trust:
    """What a class has earned: ``threshold`` is ``None`` while nothing may go by itself.

    ``lower_bound``, ``confirmed`` and ``wrong`` speak of the outcomes at or above the threshold
    (of all outcomes where there is no threshold); ``coverage`` is their share of all.
    """

    threshold: float | None
    lower_bound: float
    confirmed: int
    wrong: int
    coverage: float
    reason: str


@lru_cache(maxsize=65_536)
def lower_bound(correct: int, total: int, level: float = CONFIDENCE_LEVEL) -> float:
    """Return the Clopper-Pearson lower bound of accuracy after ``correct`` of ``total``.

    299 of 299 is the first error-free count that gives 99 %: 0.05 ** (1 / 299) = 0.99003.
    """
    if correct == 0 or total == 0:
        return 0.0
    if correct == total:
        return float((1 - level) ** (1 / total))
    return float(betaincinv(correct, total - correct + 1, 1 - level))


def earn(outcomes: Sequence[tuple[float, bool]], target: float) -> Trust:
    """Find the lowest threshold that keeps the promise over confirmed outcomes.

    ``outcomes`` are pairs of confidence and whether booking as it stood would have been right.
    """
    if not outcomes:
        return Trust(None, 0.0, 0, 0, 0.0, "no outcome is confirmed yet")
    ranked = sorted(outcomes, key=lambda outcome: -outcome[0])
    best: tuple[float, float, int, int] | None = None
    correct = 0
    for count, (confidence, is_correct) in enumerate(ranked, 1):
        correct += is_correct
        if count < len(ranked) and ranked[count][0] == confidence:
            continue  # outcomes of equal confidence stand or fall together
        bound = lower_bound(correct, count)
        if bound >= target:
            best = (confidence, bound, count, count - correct)
    total, total_correct = len(ranked), correct
    if best is None:
        return Trust(
            None,
            lower_bound(total_correct, total),
            total,
            total - total_correct,
            0.0,
            _not_yet(total, total_correct, target),
        )
    threshold, bound, count, wrong = best
    return Trust(
        threshold,
        bound,
        count,
        wrong,
        count / total,
        f"{count - wrong} of {count} confirmed outcomes at confidence {threshold:.3f} or more "
        f"were right: at least {bound:.2%} with {CONFIDENCE_LEVEL:.0%} certainty, "
        f"promised {target:.2%}",
    )


def _not_yet(total: int, correct: int, target: float) -> str:
    bound = lower_bound(correct, total)
    return (
        f"{correct} of {total} confirmed outcomes were right: at least {bound:.2%} with "
        f"{CONFIDENCE_LEVEL:.0%} certainty, promised {target:.2%}"
    )
