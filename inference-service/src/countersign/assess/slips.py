"""Slips: the factors by which a typed quantity goes wrong, and how to take them out again."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from countersign.assess.history import Outlook
from countersign.plant.units import is_count

SHIFTED_STEP = Decimal("0.000001")
"""A shifted decimal point is exact; the contract carries six decimals."""
CONVERTED_STEP = Decimal("0.001")
"""Another unit is an estimate; more decimals would feign knowledge."""


class Slip(NamedTuple):
    """A way to go wrong: what was written is ``factor`` times what was meant.

    ``saying`` names it in words, ``log`` is the logarithm of the factor.
    """

    code: str
    factor: Decimal
    saying: str
    log: float


def _slip(code: str, factor: str, saying: str) -> Slip:
    return Slip(code, Decimal(factor), f"slip.{saying}", math.log(float(factor)))


DECIMAL_SLIPS = (
    _slip("decimal_slip", "10", "one_digit_more"),
    _slip("decimal_slip", "100", "two_digits_more"),
    _slip("decimal_slip", "0.1", "one_digit_less"),
    _slip("decimal_slip", "0.01", "two_digits_less"),
)
UNIT_SLIPS = (
    _slip("unit_suspected", "1000", "thousandth"),
    _slip("unit_suspected", "0.001", "thousand"),
    _slip("unit_suspected", "12", "pieces_for_dozens"),
    _slip("unit_suspected", "0.083333333333", "dozens_for_pieces"),
    _slip("unit_suspected", "25", "pieces_for_packs"),
    _slip("unit_suspected", "0.04", "packs_for_pieces"),
    _slip("unit_suspected", "2.2046226", "pounds"),
    _slip("unit_suspected", "0.45359237", "kilograms"),
)
DOUBLE_SLIPS = (_slip("double_scan_suspected", "2", "twice"),)
ALL_SLIPS = DECIMAL_SLIPS + UNIT_SLIPS + DOUBLE_SLIPS


def nearest(log_ratio: float, slips: tuple[Slip, ...]) -> tuple[Slip, float]:
    """Return the slip that comes nearest to a logarithmic ratio, and how far off it is."""
    best = min(slips, key=lambda slip: abs(log_ratio - slip.log))
    return best, abs(log_ratio - best.log)


def suspect(log_ratio: float, usual: Outlook) -> Slip | None:
    """Return the slip that explains a ratio which history does not explain.

    The ratio must lie outside of what is usual, and inside of it once the slip is taken out.
    Decimal slips are tried first: they are the commonest.
    """
    if abs(usual.distance(log_ratio)) <= 3.0:
        return None
    slip, _ = nearest(log_ratio - usual.mean, ALL_SLIPS)
    return slip if abs(usual.distance(log_ratio - slip.log)) <= 2.0 else None


def without(value: Decimal, slip: Slip, unit: str) -> Decimal:
    """Return what was probably meant; counted units stay whole."""
    step = SHIFTED_STEP if slip in DECIMAL_SLIPS else CONVERTED_STEP
    return (value / slip.factor).quantize(Decimal(1) if is_count(unit) else step)
