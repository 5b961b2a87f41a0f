"""The number pad: what a key does to the number that is being typed.

The text holds a point for decimals whatever the language shows, so that it is the contract's.
"""

from __future__ import absolute_import, unicode_literals

import countersign.texts as texts

WHOLE_DIGITS = 13
DECIMALS = 6
"""What a quantity of the contract may hold; more is not taken."""


def press(value, key, own):
    """Return the number after a key: a digit, ``separator`` or ``back``.

    ``own`` is what the pad made last. A number that came from elsewhere, such as a proposal, gives
    way to the first digit: behind it, 485 would become 485485.
    """
    text = "%s" % (value or "")
    if key == "back":
        return text[:-1]
    if text != "%s" % (own or ""):
        text = ""
    if key == "separator":
        return text if "." in text else (text or "0") + "."
    whole, point, decimals = text.partition(".")
    if point:
        return text if len(decimals) >= DECIMALS else text + key
    if whole == "0":
        return key
    return text if len(whole) >= WHOLE_DIGITS else text + key


def separator(locale):
    """Return what the language writes between whole number and decimals."""
    return "." if texts.language(locale) == "en" else ","


def finished(value):
    """Return the typed number as the contract wants it, empty when nothing was typed."""
    text = ("%s" % (value or "")).strip()
    if text.endswith("."):
        text = text[:-1]
    return text
