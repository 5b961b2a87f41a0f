"""Reasons: the tiles a person picks from, so that saying why costs one tap."""

from __future__ import absolute_import, unicode_literals

import countersign.texts as texts

OTHER = "other"
MAX_LENGTH = 500
RECORDED_IN = "en"
"""The language in which tiles are recorded, so that reasons can be counted."""

TILES = {
    "correct": (
        "miscounted",
        "digit",
        "wrong_unit",
        "wrong_material",
        "wrong_lot",
        "wrong_order",
        "scanned_twice",
        OTHER,
    ),
    "hold": ("recount", "quality", "master_data", "ask_shift", "ask_planner", OTHER),
    "reject": (
        "scanned_twice",
        "never_happened",
        "test_signal",
        "booked_by_hand",
        "wrong_order",
        OTHER,
    ),
    "reverse": ("miscounted", "wrong_material", "wrong_lot", "wrong_order", "scanned_twice", OTHER),
}
"""The reasons offered for each action, in their order; none is chosen beforehand."""


def tiles(action, locale):
    """Return the tiles of an action as rows of ``code`` and ``text``."""
    return [
        {"code": code, "text": texts.say("reason_" + code, locale)}
        for code in TILES.get("%s" % (action or ""), ())
    ]


def missing(code, note, locale):
    """Return what is missing for a reason, in words; empty when it is complete."""
    if not code:
        return texts.say("card_pick_reason", locale)
    if code == OTHER and not _words(note):
        return texts.say("card_write_reason", locale)
    return ""


def reason(code, note):
    """Return the reason to record: the tile, what was written, or both."""
    words = _words(note)
    if code == OTHER:
        return words[:MAX_LENGTH]
    tile = texts.say("reason_%s" % code, RECORDED_IN)
    return ("%s: %s" % (tile, words) if words else tile)[:MAX_LENGTH]


def _words(note):
    return " ".join(("%s" % (note or "")).split())
