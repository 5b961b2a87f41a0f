"""The line: a tile per work centre with its machine, its order and what waits for people."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.notice as notice
import countersign.screens_orders as orders
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

PLANT_FOLDER = "[default]Plant/"
"""Where the tags of the work centres lie, each folder named as the ERP names the work centre."""

MACHINE_STATES = {
    "running": ("Calm", "material/play_arrow"),
    "idle": ("Calm", "material/pause"),
    "setup": ("Calm", "material/build"),
    "stopped": ("Doubt", "material/stop"),
    "down": ("Trouble", "material/error"),
}
"""Tone and icon of what the tag ``State`` of a work centre says; others are shown as they are."""

RESULTS = {
    "refused": ("Trouble", "material/error"),
    "rejected": ("Trouble", "material/error"),
    "outcome_unknown": ("Doubt", "material/help"),
    "review": ("Doubt", "material/person"),
    "hold": ("Doubt", "material/pan_tool"),
    "awaiting_approval": ("Doubt", "material/person"),
}
"""Tone and icon of results that need somebody; all others are as they should be."""


NO_WORK = {"product": "", "good": "", "scrap": "", "wanted": "", "wanted_name": ""}


def page(locale):
    """Return the page: which work centres there are, and how old the data is."""
    return page_of(board.read("orders", {"limit": 500}), times.now_ms(), locale)


def page_of(answer, now_ms, locale):
    """Return the page that the released orders make: a tile for every work centre they need."""
    names = {
        operation["work_center_id"]
        for order in notice.items(answer)
        for operation in order["operations"]
        if operation["work_center_id"]
    }
    return {
        "notice": notice.of([answer], now_ms, locale),
        "tiles": [
            {"work_center_id": name, "folder": PLANT_FOLDER + name} for name in sorted(names)
        ],
        "is_empty": answer["payload"] is not None and not names,
    }


def tile(work_center_id, machine, order_id, result, text, document_id, locale):
    """Return one tile; everything but the work centre comes from its tags and may be None."""
    return tile_of(
        board.read("orders", {"limit": 500}),
        work_center_id,
        {
            "machine": machine,
            "order_id": order_id,
            "result": result,
            "text": text,
            "document_id": document_id,
        },
        locale,
    )


def tile_of(answer, work_center_id, tags, locale):
    """Return a tile from the released orders and the values of the work centre's tags."""
    order, operation = _order_at(notice.items(answer), work_center_id, tags["order_id"])
    machine = _machine(tags["machine"], locale)
    tasks = order["open_approvals"] if order else 0
    shown = {
        "title": work_center_id,
        "machine": machine,
        "tasks": texts.say("line_tasks", locale, count=tasks)
        if tasks
        else texts.say("line_nothing", locale),
        "tasks_tone": "Doubt" if tasks else "Calm",
        "tasks_icon": "material/person" if tasks else "material/check",
        "last": _last(tags, locale),
    }
    shown.update(_work(order, operation, locale))
    return shown


def _order_at(items, work_center_id, order_id):
    """Return the order that the machine works on with its operation here.

    A machine that names none is taken to work on the first order that is begun here, else on the
    first that waits.
    """
    here = [
        (order, operation)
        for order in items
        for operation in order["operations"]
        if operation["work_center_id"] == work_center_id
    ]
    named = [pair for pair in here if pair[0]["order_id"] == order_id]
    if order_id:
        return named[0] if named else (None, None)
    begun = [pair for pair in here if pair[1]["yield_quantity"] != "0" and not pair[1]["is_final"]]
    waiting = [pair for pair in here if not pair[1]["is_final"]]
    return (begun or waiting or [(None, None)])[0]


def _work(order, operation, locale):
    if order is None:
        return dict(NO_WORK, order=texts.say("line_no_order", locale))
    unit = wording.symbol(order["quantity"]["unit_of_measure"], locale)
    return {
        "order": "%s / %s" % (order["order_id"], operation["operation_id"]),
        "product": orders.product(order),
        "good": wording.number(operation["yield_quantity"], locale),
        "scrap": wording.number(operation["scrap_quantity"], locale),
        "wanted": wording.number(order["quantity"]["quantity_string"], locale),
        "wanted_name": texts.say("line_wanted", locale, unit=unit),
    }


def _machine(state, locale):
    name = ("%s" % (state or "")).strip().lower()
    if not name:
        text = texts.say("line_state_unknown", locale)
        return {"tone": "Calm", "icon": "material/help_outline", "text": text}
    tone, icon = MACHINE_STATES.get(name, ("Calm", "material/info"))
    known = name in MACHINE_STATES
    return {
        "tone": tone,
        "icon": icon,
        "text": texts.say("line_state_" + name, locale) if known else "%s" % state,
    }


def _last(tags, locale):
    """Return what became of the last report, as icon, tone and words."""
    result = tags["result"]
    if not result:
        text = texts.say("line_last_none", locale)
        return {"tone": "Calm", "icon": "material/history", "text": text, "detail": ""}
    tone, icon = RESULTS.get(result, ("Calm", "material/check"))
    text = texts.say("result_" + result, locale) if texts.has("result_" + result) else result
    if tags["document_id"]:
        text = texts.say("line_last_document", locale, document=tags["document_id"])
    detail = wording.spoken(tags["text"] or "", locale) if tone != "Calm" else ""
    return {"tone": tone, "icon": icon, "text": text, "detail": detail}
