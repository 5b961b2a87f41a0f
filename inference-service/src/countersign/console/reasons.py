"""Reasons: the tiles that a person picks from, so that saying why costs one tap."""

from __future__ import annotations

from collections.abc import Mapping

OTHER = "Other"
MAX_REASON_LENGTH = 500

TILES: Mapping[str, tuple[str, ...]] = {
    "correct": (
        "Miscounted",
        "Digit or decimal point",
        "Wrong unit",
        "Wrong material",
        "Wrong lot",
        "Wrong order",
        "Scanned twice",
        OTHER,
    ),
    "hold": (
        "Waiting for a recount",
        "Waiting for quality",
        "Waiting for master data",
        "Asking the shift",
        "Asking the planner",
        OTHER,
    ),
    "reject": (
        "Scanned twice",
        "Never happened",
        "Test signal",
        "Booked by hand already",
        "Wrong order",
        OTHER,
    ),
}
"""The reasons offered for each action; none is chosen beforehand."""


def reason_from(form: Mapping[str, str]) -> str:
    """Return the reason that a form gives: the tile, what was written, or both.

    Empty where nothing was said, and where ``Other`` was picked without words.
    """
    tile, note = form.get("reason", "").strip(), form.get("note", "").strip()
    if tile in ("", OTHER):
        return note[:MAX_REASON_LENGTH]
    return (f"{tile}: {note}" if note else tile)[:MAX_REASON_LENGTH]
