"""Words about codes: how often, under what, and when something was booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from countersign.learn.ranker import Usage
from countersign.nouns.coding import CodingLine

TELLING_BOOKINGS = 3
"""Bookings from which the narrowest keys say more than wider ones."""
WORDS: Mapping[str, str] = {
    "cost_center_id": "cost centre",
    "cost_object_id": "cost centre",
    "gl_account_id": "account",
    "work_center_id": "work centre",
}


def why(usages: Sequence[Usage]) -> str:
    """Say how a code was booked under the narrowest keys that say enough."""
    booked = [usage for usage in usages if usage.times]
    telling = [usage for usage in booked if usage.of >= TELLING_BOOKINGS] or booked
    if not telling:
        return "never booked under the same values"
    usage = telling[0]
    where = f"for {these(usage.columns)}" if usage.columns else "in all"
    day = usage.last_on
    last = f", last on {day.day} {day:%B %Y}" if day else ""
    return f"booked {times(usage)} {where}{last}"


def times(usage: Usage) -> str:
    """Say how often: ``41 of 44 times``."""
    return f"{usage.times:,} of {usage.of:,} time{'' if usage.of == 1 else 's'}"


def these(columns: Sequence[str]) -> str:
    """Name the values that bookings share: ``this supplier and cost centre``."""
    words = [WORDS.get(name, name.removesuffix("_id").replace("_", " ")) for name in columns]
    *first, last = words
    return f"this {', '.join(first)} and {last}" if first else f"this {last}"


def keys_of_table(line: CodingLine) -> str:
    """Name what the account determination looks at."""
    return f"movement type {line.movement_type} and valuation class {line.valuation_class}"


def percent(share: float) -> str:
    """Write a confidence; nothing is ever quite sure."""
    return f"{share:.0%}" if share < 0.995 else "over 99%"
