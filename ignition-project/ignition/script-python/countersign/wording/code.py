# coding: utf-8
"""Wording: quantities, money, times and spans as people of a language write them."""

from __future__ import absolute_import, division, unicode_literals

import re
import time

import countersign.texts as texts
import countersign.times as times

SYMBOLS = {
    "GRM": "g",
    "KGM": "kg",
    "MGM": "mg",
    "TNE": "t",
    "LBR": "lb",
    "MTR": "m",
    "CMT": "cm",
    "MMT": "mm",
    "KMT": "km",
    "MTK": "m²",
    "MTQ": "m³",
    "LTR": "l",
    "MLT": "ml",
    "HUR": "h",
    "MIN": "min",
    "SEC": "s",
    "KWH": "kWh",
    "CEL": "°C",
    "BAR": "bar",
}
"""What people write for a code of UN/ECE Recommendation 20; other codes stand for themselves."""

WORDS = {
    "C62": "unit_pieces",
    "H87": "unit_pieces",
    "EA": "unit_pieces",
    "DZN": "unit_dozen",
    "DAY": "unit_days",
}
"""Units whose name depends on the language."""

_UNIT_AFTER_NUMBER = re.compile(
    r"(?<=[0-9] )(" + "|".join(sorted(list(SYMBOLS) + list(WORDS))) + r")\b"
)
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


def symbol(unit, locale):
    """Return what people write for a unit code."""
    if unit in WORDS:
        return texts.say(WORDS[unit], locale)
    return SYMBOLS.get(unit, unit)


def spoken(text, locale):
    """Replace unit codes behind numbers by what people write: ``485 C62`` becomes ``485 pcs``."""
    return _UNIT_AFTER_NUMBER.sub(lambda match: symbol(match.group(1), locale), text)


def quantity(data, locale):
    """Write a quantity of the contract: ``4,850 pcs``."""
    return "%s %s" % (
        number(data["quantity_string"], locale),
        symbol(data["unit_of_measure"], locale),
    )


def number(text, locale):
    """Write a decimal text with the separators of the language; what is no number stays."""
    if not _NUMBER.match(text):
        return text
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, decimals = digits.partition(".")
    thousands, point = (",", ".") if texts.language(locale) == "en" else (".", ",")
    groups = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    groups.insert(0, whole)
    return sign + thousands.join(groups) + (point + decimals if decimals else "")


def money(amount, currency, locale):
    """Write money with two decimals and the currency."""
    if amount is None:
        return texts.say("money_unknown", locale)
    whole, _, decimals = ("%s" % amount).partition(".")
    written = number("%s.%s" % (whole, (decimals + "00")[:2]), locale)
    return ("%s %s" % (written, currency)).strip()


def clock(milliseconds, now_ms):
    """Write a time of the plant: the hour today, with the day otherwise."""
    then, today = local_time(milliseconds), local_time(now_ms)
    if then[:3] == today[:3]:
        return "%02d:%02d" % then[3:5]
    if then[0] == today[0]:
        return "%02d.%02d. %02d:%02d" % (then[2], then[1], then[3], then[4])
    return "%04d-%02d-%02d %02d:%02d" % then[:5]


def clock_of(text, now_ms):
    """Write an RFC 3339 time of the service as a time of the plant."""
    return clock(times.milliseconds(text), now_ms)


def span(milliseconds, locale):
    """Write a duration in the one or two units that matter: ``12 min``, ``3 h 05``."""
    minutes = int(abs(milliseconds) // 60000)
    if minutes < 1:
        return texts.say("span_less", locale)
    if minutes < 60:
        return texts.say("span_minutes", locale, minutes=minutes)
    if minutes < 24 * 60:
        return texts.say("span_hours", locale, hours=minutes // 60, minutes=minutes % 60)
    days = minutes // (24 * 60)
    return texts.say("span_day", locale) if days == 1 else texts.say("span_days", locale, days=days)


def local_time(milliseconds):
    """Return an instant in the time zone of the gateway, as a tuple that starts with the year."""
    return tuple(time.localtime(milliseconds // 1000))


def sentence(text):
    """Write a text as a sentence: a capital first, a point at the end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
