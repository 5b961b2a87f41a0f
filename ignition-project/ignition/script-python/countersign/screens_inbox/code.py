"""The approvals inbox: open tasks by cause, the oldest deadline first."""

from __future__ import absolute_import, unicode_literals

from decimal import Decimal

import countersign.board as board
import countersign.causes as causes
import countersign.headline as headline
import countersign.reader as readers
import countersign.times as times
import countersign.wording as wording

USE_CASES = ("production_confirmation", "material_consumption", "scrap_report")
WHOSE = ("all", "free", "mine")
LEAST_BATCH = 2
CALLED = "called"


def content(user_id, roles, locale, currency, use_case, whose, order_id):
    """Return all that the page shows; the three filters are empty for everything."""
    query = {"use_case": use_case or None, "order_id": ("%s" % (order_id or "")).strip() or None}
    query = {name: value for name, value in query.items() if value}
    reader = readers.now(user_id, roles, locale, currency)
    return page_of(
        board.read("approvals", query or None),
        board.read("status"),
        board.read("pace") if reader.has_role("supervisor") else None,
        reader,
        whose=whose,
        is_filtered=bool(query) or (whose or "all") != "all",
    )


def page_of(answer, status, pace, reader, whose="all", is_filtered=False):
    """Return the page for answers of the board (``pace`` is None for whoever may not see it)."""
    tasks = [] if answer["payload"] is None else answer["payload"]["items"]
    shown = [task for task in tasks if _is_wanted(task, whose, reader)]
    groups = group_by_cause(shown, reader, may_decide=not answer["problem"])
    empty_key = "inbox_empty_filtered" if is_filtered else "inbox_empty"
    if answer["payload"] is None:
        empty_key = "inbox_reading" if answer["problem"] is None else "inbox_service_never"
    return {
        "summary": _summary(shown, answer["payload"], reader),
        "banner": banner_of(answer, status, reader),
        "groups": groups,
        "is_empty": not groups,
        "empty": reader.say(empty_key),
        "pace": _pace(pace, reader),
        "kinds": _options("inbox_all", [(name, "use_case_" + name) for name in USE_CASES], reader),
        "whose": [{"value": name, "label": reader.say("inbox_" + name)} for name in WHOSE],
    }


def group_by_cause(tasks, reader, may_decide=True):
    """Return the groups of tasks that are sorted by deadline, the most urgent group first."""
    by_cause, order = {}, []
    for task in tasks:
        if task["cause"] not in by_cause:
            by_cause[task["cause"]] = []
            order.append(task["cause"])
        by_cause[task["cause"]].append(task)
    return [_group(cause, by_cause[cause], reader, may_decide) for cause in order]


def batches(cause, tasks, reader):
    """Return the batches of one cause: its tasks by the side on which they deviate.

    A batch holds what one look can decide: nothing that is blocked, needs two people, is on hold,
    is answered to an ERP, or is in the hands of somebody else.
    """
    if causes.kind_of(cause) == causes.BLOCKED:
        return []
    by_side = {}
    for task in tasks:
        if is_for_batch(task, reader):
            by_side.setdefault(task.get("deviation", ""), []).append(task)
    return [(side, by_side[side]) for side in sorted(by_side) if len(by_side[side]) >= LEAST_BATCH]


def is_for_batch(task, reader):
    """Tell whether a task may be decided together with others of its cause and side."""
    if task["four_eyes"] or "posting_id" in task or task["state"] not in ("open", "claimed"):
        return False
    return holder_of(task, reader.now_ms) in (None, reader.user_id)


def holder_of(task, now_ms):
    """Return who has a task in hand now, or None."""
    if "claimed_by" not in task or times.milliseconds(task["claimed_until"]) <= now_ms:
        return None
    return task["claimed_by"]


def total_of(tasks):
    """Return the sum of the amounts that are known, as decimal text."""
    return "%s" % sum((Decimal(task["amount"]) for task in tasks if task["amount"]), Decimal(0))


def banner_of(answer, status, reader):
    """Return what everybody must know while service or ERP do not answer; tone None when well."""
    if answer["problem"]:
        if answer["read_at_ms"] is None:
            return _banner("Trouble", "material/cloud_off", reader.say("inbox_service_never"))
        since = wording.clock(answer["read_at_ms"], reader.now_ms)
        text = reader.say("inbox_service_away", time=since)
        return _banner("Trouble", "material/cloud_off", text)
    away = [erp for erp in (status["payload"] or {}).get("erps", []) if erp["state"] != CALLED]
    if not away:
        return _banner("Calm", "material/cloud_done", "", is_shown=False)
    said = []
    for erp in away:
        key = "inbox_erp_paused" if erp["state"] == "paused" else "inbox_erp_away"
        since = reader.clock(erp["since"])
        count = sum(erp["postings"].values())
        said.append(reader.say(key, erp=erp["erp"], time=since, count=count))
    return _banner("Doubt", "material/cloud_off", " ".join(said))


def _banner(tone, icon, text, is_shown=True):
    return {"tone": tone, "icon": icon, "text": text, "is_shown": is_shown}


def _is_wanted(task, whose, reader):
    holder = holder_of(task, reader.now_ms)
    if whose == "mine":
        return holder == reader.user_id
    return whose != "free" or holder in (None, reader.user_id)


def _summary(tasks, payload, reader):
    if payload is None:
        return ""
    overdue = sum(1 for task in tasks if reader.is_past(task["due_at"]))
    parts = [reader.say("inbox_waiting", count=len(tasks))]
    if overdue:
        parts.append(reader.say("inbox_overdue", count=overdue))
    if tasks:
        parts.append(reader.say("inbox_money", money=reader.money(total_of(tasks))))
    if "next_after" in payload:
        parts.append(reader.say("inbox_more", count=len(payload["items"])))
    return " \u00b7 ".join(parts)


def _group(cause, tasks, reader, may_decide):
    tone, icon = causes.signs(cause)
    found = batches(cause, tasks, reader) if may_decide else []
    keys = {"above": "inbox_batch_above", "below": "inbox_batch_below", "": "inbox_batch"}
    buttons = [
        {"side": side, "text": reader.say(keys[side], count=len(batch)), "is_shown": True}
        for side, batch in found[:2]
    ]
    nothing = {"side": "", "text": "", "is_shown": False}
    return {
        "cause": cause,
        "title": causes.title(cause, reader.locale),
        "advice": causes.advice(cause, reader.locale),
        "count": "%d" % len(tasks),
        "icon": icon,
        "classes": "Countersign/Cause/" + tone,
        "entries": [entry_of(task, reader) for task in tasks],
        "batches": (buttons + [nothing, nothing])[:2],
    }


def entry_of(task, reader):
    """Return a task as one row of the inbox."""
    is_overdue = reader.is_past(task["due_at"])
    due_key = "inbox_overdue_by" if is_overdue else "inbox_due_in"
    return {
        "page": "/card/" + task["approval_id"],
        "title": headline.spoken(task["title"], reader.locale),
        "money": reader.money(task["amount"]),
        "age": reader.say("inbox_age", age=reader.span_to(task["requested_at"])),
        "due": reader.say(due_key, span=reader.span_to(task["due_at"])),
        "due_icon": "material/error" if is_overdue else "material/schedule",
        "due_tone": "Trouble" if is_overdue else "Calm",
        "mark": _mark(task, reader),
    }


def _mark(task, reader):
    """Return what sets a task apart from the others of its group: an icon and words."""
    holder = holder_of(task, reader.now_ms)
    if holder is not None:
        key = "inbox_handled_by_you" if holder == reader.user_id else "inbox_handled_by"
        return {"icon": "material/person", "text": reader.say(key, name=holder), "is_shown": True}
    if task["state"] == "held":
        return {"icon": "material/pause", "text": reader.say("inbox_held"), "is_shown": True}
    if task["state"] == "awaiting_second":
        return {"icon": "material/group", "text": reader.say("inbox_second"), "is_shown": True}
    if task["four_eyes"]:
        return {"icon": "material/group", "text": reader.say("inbox_two_people"), "is_shown": True}
    return {"icon": "material/person", "text": "", "is_shown": False}


def _pace(pace, reader):
    """Return how fast people decide, for whoever looks after them."""
    if pace is None or pace["payload"] is None:
        return {"is_shown": False, "text": "", "flag": "", "is_flagged": False}
    items = pace["payload"]["items"]
    decided = sum(item["decided"] for item in items)
    seconds = pace["payload"]["hasty_ms"] // 1000
    flags = [
        reader.say(
            "inbox_hasty",
            name=item["person_id"],
            count=item["hasty"],
            total=item["decided"],
            seconds=seconds,
        )
        for item in items
        if item["hasty"]
    ]
    text = reader.say("inbox_pace", count=decided) if decided else reader.say("inbox_pace_none")
    return {
        "is_shown": True,
        "text": text,
        "flag": " \u00b7 ".join(flags),
        "is_flagged": bool(flags),
    }


def _options(all_key, pairs, reader):
    first = [{"value": "", "label": reader.say(all_key)}]
    return first + [{"value": value, "label": reader.say(key)} for value, key in pairs]
