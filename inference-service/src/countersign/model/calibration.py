"""Calibration: from raw answers to a confidence that means what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.floating[Any]]


def softmax(margins: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn margins into probabilities, row by row."""
    shifted = np.exp(margins - margins.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
    return shares


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising curve from raw to calibrated confidence; straight when it has no knots."""

    raw: Sequence[float] = ()
    calibrated: Sequence[float] = ()

    def __call__(self, confidence: Shares) -> NDArray[np.float64]:
        """Return the calibrated confidence."""
        if not self.raw:
            return np.asarray(confidence, dtype=np.float64)
        return np.interp(confidence, self.raw, self.calibrated)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Curve:
        """Read the curve from a card."""
        return cls(tuple(data.get("raw", ())), tuple(data.get("calibrated", ())))

    def to_data(self) -> dict[str, Any]:
        """Write the curve for a card."""
        return {"raw": list(self.raw), "calibrated": list(self.calibrated)}
