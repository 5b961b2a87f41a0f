"""The order list: what the ERP wants made, and what was captured for it."""

from __future__ import absolute_import, division, unicode_literals

from decimal import Decimal

import countersign.board as board
import countersign.notice as notice
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

PAGE_ROWS = 50
STATES = ("released", "created", "completed", "closed", "cancelled")


def page(begins_with, work_center_id, state, after, locale):
    """Return the whole page for its filters; ``after`` is the last order of the page before."""
    params = {
        "begins_with": _filled(begins_with),
        "work_center_id": _filled(work_center_id),
        "state": state or STATES[0],
        "after": _filled(after),
        "limit": PAGE_ROWS,
    }
    return page_of(board.read("orders", params), bool(after), times.now_ms(), locale)


def page_of(answer, is_later_page, now_ms, locale):
    """Return the page that an answer of the board makes."""
    rows = [row_of(order, now_ms, locale) for order in notice.items(answer)]
    more = (answer["payload"] or {}).get("next_after") or ""
    said = "orders_count_more" if more else "orders_count"
    return {
        "notice": notice.of([answer], now_ms, locale),
        "rows": rows,
        "count": texts.say(said, locale, count=len(rows)) if rows else "",
        "is_empty": answer["payload"] is not None and not rows,
        "next_after": more,
        "has_pages": bool(more) or is_later_page,
        "is_later_page": is_later_page,
    }


def states(locale):
    """Return the states of an order as the options of a dropdown."""
    return [
        {"value": state, "label": texts.say("orders_state_" + state, locale)} for state in STATES
    ]


def work_centers(locale):
    """Return the work centres of the released orders as the options of a dropdown."""
    return work_centers_of(board.read("orders", {"limit": 500}), locale)


def work_centers_of(answer, locale):
    """Return the work centres of the orders in an answer, and all of them as the first choice."""
    names = {
        operation["work_center_id"]
        for order in notice.items(answer)
        for operation in order["operations"]
    }
    everything = {"value": "", "label": texts.say("orders_all", locale)}
    return [everything] + [{"value": name, "label": name} for name in sorted(names) if name]


def row_of(order, now_ms, locale):
    """Return an order as a row of the list."""
    last = order["operations"][-1] if order["operations"] else None
    made = last["yield_quantity"] if last else "0"
    scrapped = sum((Decimal(each["scrap_quantity"]) for each in order["operations"]), Decimal(0))
    wanted = order["quantity"]["quantity_string"]
    due = _due(order, now_ms, locale)
    tasks = order["open_approvals"]
    return {
        "order_id": order["order_id"],
        "product": product(order),
        "state": texts.say("orders_state_" + order["state"], locale),
        "made": texts.say(
            "orders_made",
            locale,
            made=wording.number(made, locale),
            wanted=wording.number(wanted, locale),
            unit=wording.symbol(order["quantity"]["unit_of_measure"], locale),
        ),
        "share": _share(made, wanted),
        "scrap": texts.say("orders_scrap", locale, scrap=wording.number("%s" % scrapped, locale))
        if scrapped
        else "",
        "operations": ", ".join(_operation(each, locale) for each in order["operations"]),
        "due": due["text"],
        "due_tone": due["tone"],
        "due_icon": due["icon"],
        "is_late": due["tone"] != "Calm",
        "tasks": texts.say("orders_tasks", locale, count=tasks) if tasks else "",
        "can_scrap": order["state"] == "released",
    }


def product(order):
    """Return what an order makes: its material with the name that the ERP gives it."""
    return ("%s  %s" % (order["material_id"], order["description"])).strip()


def _due(order, now_ms, locale):
    """Return until when an order is wanted; late is only what is not finished."""
    if not order["planned_end_at"]:
        return {
            "tone": "Calm",
            "icon": "material/event",
            "text": texts.say("orders_no_due", locale),
        }
    due_ms = times.milliseconds(order["planned_end_at"])
    late = due_ms < now_ms and order["state"] in ("created", "released")
    said = wording.clock(due_ms, now_ms)
    return {
        "tone": "Doubt" if late else "Calm",
        "icon": "material/schedule" if late else "material/event",
        "text": texts.say("orders_late" if late else "orders_due", locale, time=said),
    }


def _operation(operation, locale):
    done = texts.say("orders_operation_done", locale)
    figure = done if operation["is_final"] else wording.number(operation["yield_quantity"], locale)
    return "%s %s: %s" % (operation["operation_id"], operation["work_center_id"], figure)


def _share(made, wanted):
    """Return how far an order is, from 0 to 100."""
    if Decimal(wanted) <= 0:
        return 0
    return int(min(Decimal(100), Decimal(made) / Decimal(wanted) * 100))


def _filled(text):
    """Return what a filter holds, None where it is empty."""
    return ("%s" % (text or "")).strip() or None
