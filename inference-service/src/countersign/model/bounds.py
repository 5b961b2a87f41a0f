"""Bounds: what so many right answers prove, and what they do not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

CONFIDENCE_LEVEL = 0.95


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


def lower_bounds(
    correct: NDArray[np.integer[Any]],
    total: NDArray[np.integer[Any]],
    level: float = CONFIDENCE_LEVEL,
) -> NDArray[np.float64]:
    """Return the same bound for many counts at once."""
    bounds = betaincinv(np.maximum(correct, 1), total - correct + 1, 1 - level)
    exact = (1 - level) ** (1 / np.maximum(total, 1))
    found: NDArray[np.float64] = np.where(correct == total, exact, bounds)
    return np.where(correct == 0, 0.0, found)
