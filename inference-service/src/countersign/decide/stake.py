"""The stake: the money behind what a class of decisions has earned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from countersign.nouns.autonomy import Autonomy, Outcome

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Stake:
    """Money of confirmed outcomes, in the plant's currency.

    ``covered`` is in those that the trust rests on, ``wrong`` in those of them that turned out
    wrong, ``at_risk`` could be wrong at the accuracy that is sure. ``accuracy_by_value`` is lower
    than that by count when errors sit in the dear ones; ``None`` where no price is known.
    """

    covered: Decimal
    wrong: Decimal
    at_risk: Decimal
    accuracy_by_value: float | None


def stake_of(earned: Autonomy, outcomes: Iterable[Outcome]) -> Stake:
    """Add up the money of the outcomes that a class's trust rests on.

    While nothing is earned that is the money of all of them.
    """
    sure = [
        outcome
        for outcome in outcomes
        if earned.threshold is None or outcome.confidence >= earned.threshold
    ]
    covered = sum((abs(outcome.amount) for outcome in sure), Decimal(0))
    wrong = sum((abs(outcome.amount) for outcome in sure if not outcome.correct), Decimal(0))
    by_value = float((covered - wrong) / covered) if covered else None
    return Stake(covered, wrong, at_risk(covered, earned.lower_bound), by_value)


def at_risk(amount: Decimal, surely_right: float) -> Decimal:
    """Return the part of an amount that may be wrong when no more than this share is sure.

    It takes the wrong ones to be of average size: few large ones would weigh more.
    """
    return (amount * (1 - Decimal(str(surely_right)))).quantize(CENT)
