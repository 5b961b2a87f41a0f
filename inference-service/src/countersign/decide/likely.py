"""Likely: which action on a task is probably right, by calibrated figures only.

The one that is gets the strongest button; the others stay where they are. Where no figure says so,
none is stronger than the others: a person who is led to an answer no longer looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

LikelyAction = Literal["approve", "correct"]

LIKELY = 0.7
"""Probability from which an action is called the likely one; below it confidence is low."""
RECORDING_CAUSES = frozenset({"recording_error", "unit_of_measure"})
"""Causes that the proposed correction of a quantity takes out."""
SCRAP_REASON = "scrap_reason_code"


def likely_action(assessment: Mapping[str, Any]) -> LikelyAction | None:
    """Return the action that is probably right for a stored assessment, ``None`` where none is.

    Booking as it stands is likely when the model says so and no rule doubts it; correcting is when
    the model says that what the correction mends is what is wrong.
    """
    severities = {finding["severity"] for finding in assessment["findings"]}
    if "hold" in severities or assessment["confidence"] is None:
        return None
    if assessment["proposed_correction"] and _is_mended(assessment) >= LIKELY:
        return "correct"
    is_doubted = "review" in severities or assessment["proposed_correction"]
    return "approve" if not is_doubted and assessment["confidence"] >= LIKELY else None


def _is_mended(assessment: Mapping[str, Any]) -> float:
    """Return how probable it is that what the proposed correction changes is what is wrong."""
    proposed = assessment["proposed_correction"].get(SCRAP_REASON)
    for answer in assessment["suggestions"].get(SCRAP_REASON, ()):
        if answer["label"] == proposed:
            return float(answer["probability"])
    return sum(
        float(cause["probability"])
        for cause in assessment["causes"]
        if cause["label"] in RECORDING_CAUSES
    )
