"""The headline: in one line, what would be booked, in the language of the reader."""

from __future__ import absolute_import, unicode_literals

import re

import countersign.texts as texts
import countersign.wording as wording

MOST_LINES = 2
MOST_REMEMBERED = 1000
NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?) (\S+)"

_LINE = re.compile(r"^" + NUMBER + r" (.+?)(?: \(lot (.+)\))?$")
_MORE = re.compile(r"^(.*) and ([0-9]+) more$")
_CONSUME = re.compile(r"^Consume (.+) on order (\S+)$")
_CONFIRM = re.compile(r"^Confirm (.+) on order ([^ ,]+)(, final)?$")
_SCRAP = re.compile(r"^Scrap (.+) of order (\S+)(?: \((.+)\))?$")
_YIELD = re.compile(r"^" + NUMBER + r" (good|scrap|rework)$")
_said = {}
_YIELD_KEYS = {"good": "card_good", "scrap": "card_scrapped", "rework": "card_reworked"}


def headline(use_case, data, locale):
    """Say what an event would book: quantity, material, order."""
    order = "%s/%s" % (data["order_id"], data["operation_id"])
    if use_case == "production_confirmation":
        key = "card_confirm_final" if data["confirmation"] == "final" else "card_confirm"
        return texts.say(key, locale, what=_yields(data, locale), order=order)
    if use_case == "material_consumption":
        lines = data["material_actual"]
        shown = ", ".join(_line(line, locale) for line in lines[:MOST_LINES])
        if len(lines) > MOST_LINES:
            shown += " " + texts.say("card_and_more", locale, count=len(lines) - MOST_LINES)
        return texts.say("card_consume", locale, what=shown, order=order)
    text = texts.say("card_scrap", locale, what=_line(data, locale, lot=False), order=order)
    reason = data.get("scrap_reason_code")
    return "%s (%s)" % (text, reason) if reason else text


def short(use_case, data, locale):
    """Say the same without the verb, for a row of past cases: ``491 pcs SEAL-12, 100230/0010``."""
    order = "%s/%s" % (data["order_id"], data["operation_id"])
    if use_case == "production_confirmation":
        return "%s, %s" % (_yields(data, locale), order)
    lines = data.get("material_actual", [data])
    shown = ", ".join(_line(line, locale, lot=False) for line in lines[:MOST_LINES])
    return "%s, %s" % (shown, order)


def spoken(title, locale):
    """Say the title that the service wrote; what has another form stays, with units spoken.

    A list says the same titles every few seconds to everybody who looks at it, so what was said
    is remembered.
    """
    key = (title, texts.language(locale))
    if key not in _said:
        if len(_said) >= MOST_REMEMBERED:
            _said.clear()
        _said[key] = _spoken(title, locale)
    return _said.get(key) or _spoken(title, locale)


def _spoken(title, locale):
    for pattern, say in ((_CONSUME, _say_consume), (_CONFIRM, _say_confirm), (_SCRAP, _say_scrap)):
        found = pattern.match(title)
        if found is not None:
            said = say(found, locale)
            if said is not None:
                return said
    return wording.spoken(title, locale)


def _say_consume(found, locale):
    what, more = found.group(1), ""
    with_more = _MORE.match(what)
    if with_more is not None:
        what = with_more.group(1)
        more = " " + texts.say("card_and_more", locale, count=with_more.group(2))
    lines = [_say_line(part, locale) for part in what.split(", ")]
    if None in lines:
        return None
    return texts.say("card_consume", locale, what=", ".join(lines) + more, order=found.group(2))


def _say_confirm(found, locale):
    parts = [_YIELD.match(part) for part in found.group(1).split(", ")]
    if None in parts:
        return None
    said = [
        texts.say(_YIELD_KEYS[part.group(3)], locale, quantity=_amount(part, locale))
        for part in parts
    ]
    key = "card_confirm_final" if found.group(3) else "card_confirm"
    return texts.say(key, locale, what=", ".join(said), order=found.group(2))


def _say_scrap(found, locale):
    line = _say_line(found.group(1), locale)
    if line is None:
        return None
    text = texts.say("card_scrap", locale, what=line, order=found.group(2))
    return "%s (%s)" % (text, found.group(3)) if found.group(3) else text


def _say_line(text, locale):
    found = _LINE.match(text)
    if found is None:
        return None
    said = "%s %s" % (_amount(found, locale), found.group(3))
    if found.group(4) is None:
        return said
    return "%s (%s)" % (said, texts.say("card_lot", locale, lot=found.group(4)))


def _amount(found, locale):
    data = {"quantity_string": found.group(1), "unit_of_measure": found.group(2)}
    return wording.quantity(data, locale)


def _yields(data, locale):
    parts = [_yield("card_good", data["yield_quantity"], locale)]
    for name, key in (("scrap_quantity", "card_scrapped"), ("rework_quantity", "card_reworked")):
        if name in data and data[name]["quantity_string"].strip("0."):
            parts.append(_yield(key, data[name], locale))
    return ", ".join(parts)


def _yield(key, quantity, locale):
    return texts.say(key, locale, quantity=wording.quantity(quantity, locale))


def _line(line, locale, lot=True):
    said = "%s %s" % (wording.quantity(line["quantity"], locale), line["material_id"])
    if lot and "material_lot_id" in line:
        return "%s (%s)" % (said, texts.say("card_lot", locale, lot=line["material_lot_id"]))
    return said
