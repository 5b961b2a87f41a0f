"""Calibrating: how raw answers have to be bent so that confidence keeps its promise.

A temperature needs few cases and keeps the order of answers; from a thousand confirmed cases on,
a rising curve (isotonic regression) follows the data itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression, minimize_scalar

from countersign.learn.measures import log_loss
from countersign.model.calibration import Curve, softmax

ENOUGH_FOR_A_CURVE = 1000
MOST_KNOTS = 50
OWN_SHARE = 0.02
"""Share of the raw confidence that is kept, so that answers do not fall together on steps."""


def find_temperature(margins: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Return the temperature under which raw answers are least surprised by the labels."""
    found = minimize_scalar(
        lambda value: log_loss(softmax(margins / np.float32(value)), labels),
        bounds=(0.3, 5.0),
        method="bounded",
        options={"xatol": 1e-3},
    )
    return round(float(found.x), 4)


def find_curve(confidence: NDArray[np.floating[Any]], is_right: NDArray[np.bool_]) -> Curve:
    """Fit the curve from confidence to accuracy; with too few cases it stays straight."""
    if len(confidence) < ENOUGH_FOR_A_CURVE:
        return Curve()
    order = np.argsort(confidence, kind="stable")
    parts = np.array_split(order, MOST_KNOTS)
    centres = np.asarray([float(confidence[part].mean()) for part in parts])
    shares = np.asarray([float(is_right[part].mean()) for part in parts])
    rising = isotonic_regression(shares, weights=[len(part) for part in parts]).x
    knots, places = np.unique(centres.round(6), return_index=True)
    told = (1.0 - OWN_SHARE) * np.clip(rising[places], 0.0, 1.0) + OWN_SHARE * knots
    return Curve(knots.tolist(), told.round(6).tolist())
