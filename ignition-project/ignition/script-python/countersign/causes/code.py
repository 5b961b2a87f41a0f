"""Causes: why a task came to a person, with the kind of attention that it wants."""

from __future__ import absolute_import, unicode_literals

import countersign.texts as texts

BLOCKED = "blocked"
DOUBT = "doubt"
LIMIT = "limit"
ROUTINE = "routine"
"""blocked: a fact forbids booking; doubt: something looks wrong; limit: a rule of the plant wants
a person; routine: nothing is wrong, a person looks all the same."""

CODES = {
    BLOCKED: (
        "order_unknown",
        "order_created",
        "order_closed",
        "order_cancelled",
        "material_unknown",
        "material_blocked",
        "quality_hold",
        "unit_not_convertible",
        "product_differs",
        "closed_period",
    ),
    LIMIT: (
        "amount_unknown",
        "new_material",
        "amount_cap",
        "earlier_waits",
    ),
    ROUTINE: (
        "supervised",
        "not_yet_earned",
        "no_model",
        "spot_check",
    ),
}
"""The causes of each kind; all others are doubts."""

TONES = {BLOCKED: "Trouble", DOUBT: "Doubt", LIMIT: "Calm", ROUTINE: "Calm"}
ICONS = {
    BLOCKED: "material/block",
    DOUBT: "material/warning",
    LIMIT: "material/euro_symbol",
    ROUTINE: "material/person",
}


def kind_of(code):
    """Return the kind of a cause."""
    for kind, codes in CODES.items():
        if code in codes:
            return kind
    return DOUBT


def title(code, locale):
    """Return what to look at; a cause without texts speaks for itself."""
    if texts.has("cause_" + code):
        return texts.say("cause_" + code, locale)
    return texts.say("cause_else", locale, words=code.replace("_", " ").capitalize())


def advice(code, locale):
    """Return the one thing to do about a cause."""
    known = "advice_" + code
    return texts.say(known if texts.has(known) else "advice_else", locale)


def signs(code):
    """Return tone and icon of a cause, which a view shows together with its title."""
    kind = kind_of(code)
    return TONES[kind], ICONS[kind]
