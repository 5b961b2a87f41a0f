"""Scrap entry: choose order and material, type how many, tap why.

Nothing is chosen for the person: a wrong reason that was preselected looks like a right one.
"""

from __future__ import absolute_import, unicode_literals

import uuid

import countersign.board as board
import countersign.commands as commands
import countersign.notice as notice
import countersign.number_pad as number_pad
import countersign.plain as plain
import countersign.texts as texts
import countersign.texts_reasons as texts_reasons
import countersign.times as times
import countersign.wording as wording

OTHER = "OTHER"
MOST_TILES = 8
COUNTED = ("C62", "H87", "EA")
ALWAYS_ONE_LEFT = MOST_TILES - 1
"""The last tile is always that of another reason."""


def entry_id():
    """Return the identity of a new form: what is submitted twice is one report."""
    return uuid.uuid4().hex


def form(order_id, operation_id, material_id, locale):
    """Return what can be chosen, given what is chosen already."""
    answer = board.read("orders", {"limit": 500})
    return form_of(answer, order_id, operation_id, material_id, times.now_ms(), locale)


def form_of(answer, order_id, operation_id, material_id, now_ms, locale):
    """Return the choices; where there is only one, it is the person's."""
    found = notice.items(answer)
    order = next((each for each in found if each["order_id"] == order_id), None)
    operation = _one(operation_id, [each["operation_id"] for each in _of(order, "operations")])
    materials = _materials(order, operation)
    material = _one(material_id, [each["material_id"] for each in materials])
    unit = next((m["unit"] for m in materials if m["material_id"] == material), "")
    return {
        "notice": _notice(answer, order_id, order, now_ms, locale),
        "orders": [_option(each["order_id"], each["material_id"]) for each in found],
        "operations": [
            _option(each["operation_id"], each["work_center_id"])
            for each in _of(order, "operations")
        ],
        "materials": [
            {"value": each["material_id"], "label": _material(each, locale)} for each in materials
        ],
        "order_id": order["order_id"] if order else "",
        "operation_id": operation,
        "material_id": material,
        "site_id": order["site_id"] if order else "",
        "equipment_id": _work_center(order, operation),
        "unit": unit,
        "unit_text": wording.symbol(unit, locale) if unit else "",
    }


def tiles(site_id, order_id, operation_id, material_id, equipment_id, locale):
    """Return the reasons as tiles, the likeliest first, another reason last.

    The quantity is no part of the question: tiles must not move while a number is typed.
    """
    if not (order_id and operation_id and material_id):
        return dict(tiles_of([], locale), text="")
    params = {
        "site_id": site_id,
        "order_id": order_id,
        "operation_id": operation_id,
        "material_id": material_id,
        "equipment_id": equipment_id or None,
    }
    return tiles_of(notice.items(board.read("scrap_suggestions", params)), locale)


def tiles_of(ranked, locale):
    """Return the tiles of ranked reasons; the plant's own list fills what is left."""
    codes = [each["scrap_reason_code"] for each in ranked]
    codes += [code for code in texts_reasons.ORDER if code not in codes]
    codes = [code for code in codes if code != OTHER][:ALWAYS_ONE_LEFT] + [OTHER]
    return {
        "tiles": [{"code": code, "text": reason(code, locale)} for code in codes],
        "text": texts.say("scrap_ranked" if ranked else "scrap_unranked", locale),
    }


def reason(code, locale):
    """Return the name of a reason; a code without one stands for itself."""
    key = "reason_%s" % code
    return texts.say(key, locale) if texts.has(key) else code


def readiness(order_id, operation_id, material_id, unit, quantity, reason_code, note, locale):
    """Return whether the report can be sent, what is missing, and what the button says."""
    number = number_pad.finished(quantity)
    unit_text = wording.symbol(unit, locale) if unit else ""
    if unit in COUNTED and not _is_whole(number):
        text = texts.say("scrap_whole", locale, unit=unit_text)
        return _ready(False, text, texts.say("scrap_submit", locale))
    missing = [
        texts.say("scrap_missing_" + name, locale)
        for name, value in (
            ("order", order_id),
            ("operation", operation_id),
            ("material", material_id),
            ("quantity", number.strip("0.")),
            ("reason", reason_code),
            ("note", note if reason_code == OTHER else "-"),
        )
        if not ("%s" % (value or "")).strip()
    ]
    if missing:
        text = texts.say("scrap_missing", locale, what=", ".join(missing))
        return _ready(False, text, texts.say("scrap_submit", locale))
    written = "%s %s" % (wording.number(number, locale), unit_text)
    label = texts.say("scrap_submit_full", locale, quantity=written, material=material_id)
    return _ready(True, texts.say("scrap_is_ready", locale), label)


def body(entry, form, lot_id, quantity, reason_code, note):
    """Return the report as commands.submit takes it; ``form`` may be the view's own property."""
    form = plain.plain(form)
    return {
        "entry_id": entry,
        "order_id": form["order_id"],
        "operation_id": form["operation_id"],
        "equipment_id": form["equipment_id"],
        "material_id": form["material_id"],
        "material_lot_id": ("%s" % (lot_id or "")).strip(),
        "quantity": {
            "quantity_string": number_pad.finished(quantity),
            "unit_of_measure": form["unit"],
        },
        "scrap_reason_code": reason_code,
        "note": ("%s" % (note or "")).strip(),
    }


def scanned(scans):
    """Return what a scanner read last."""
    found = plain.plain(scans) or [""]
    return ("%s" % found[-1]).strip()


def progress(command_id, locale):
    """Return the strip that tells what became of a report that was sent."""
    if not command_id:
        return dict(notice.NOTHING, is_done=False)
    return progress_of(commands.state(command_id), locale)


def progress_of(state, locale):
    """Return the strip for the state of a command; ``is_done`` when the report is recorded."""
    name = state["state"]
    tone, icon = {
        "done": ("Done", "material/check"),
        "refused": ("Trouble", "material/error"),
        "unreachable": ("Trouble", "material/cloud_off"),
    }.get(name, ("Calm", "material/sync"))
    key = "scrap_queued" if name in ("queued", "sent") else "scrap_" + name
    if name == "done" and state["text"]:
        tone, icon, key = "Doubt", "material/help", "scrap_done_remark"
    strip = notice.shown(tone, icon, texts.say(key, locale, text=state["text"]))
    strip["is_done"] = name == "done"
    return strip


def shown(quantity, locale):
    """Return the number being typed as the language writes it, 0 before the first digit."""
    text = "%s" % (quantity or "0")
    if text.endswith("."):
        return wording.number(text[:-1], locale) + number_pad.separator(locale)
    return wording.number(text, locale)


def summary(quantity, unit, material_id, reason_code, note, locale):
    """Return what was reported, in one line; for another reason what the person wrote."""
    if not (quantity and unit):
        return ""
    number = wording.number(number_pad.finished(quantity), locale)
    return "%s %s %s: %s" % (
        number,
        wording.symbol(unit, locale),
        material_id,
        note if reason_code == OTHER else reason(reason_code, locale),
    )


def _notice(answer, order_id, order, now_ms, locale):
    strip = notice.of([answer], now_ms, locale)
    if strip["is_shown"] or order is not None:
        return strip
    if order_id:
        text = texts.say("scrap_unknown_order", locale, order=order_id)
        return notice.shown("Doubt", "material/help", text)
    if not notice.items(answer):
        return notice.shown("Calm", "material/info", texts.say("scrap_no_order", locale))
    return strip


def _materials(order, operation_id):
    """Return what can be scrap at an operation: the product and the components used there."""
    if order is None:
        return []
    unit = order["quantity"]["unit_of_measure"]
    found = [{"material_id": order["material_id"], "unit": unit, "is_product": True}]
    for component in order["components"]:
        if component["operation_id"] in ("", operation_id):
            material = component["material_id"]
            if all(each["material_id"] != material for each in found):
                unit = component["quantity"]["unit_of_measure"]
                found.append({"material_id": material, "unit": unit, "is_product": False})
    return found


def _material(material, locale):
    if material["is_product"]:
        return texts.say("scrap_product", locale, material=material["material_id"])
    return material["material_id"]


def _work_center(order, operation_id):
    for operation in _of(order, "operations"):
        if operation["operation_id"] == operation_id:
            return operation["work_center_id"]
    return ""


def _one(chosen, possible):
    """Return what was chosen if it still can be, or the only choice there is."""
    if chosen in possible:
        return chosen
    return possible[0] if len(possible) == 1 else ""


def _of(order, name):
    return order[name] if order else []


def _option(value, more):
    return {"value": value, "label": ("%s  %s" % (value, more)).strip()}


def _is_whole(number):
    return not number.partition(".")[2].strip("0")


def _ready(can_submit, text, label):
    return {"can_submit": can_submit, "text": text, "label": label}
