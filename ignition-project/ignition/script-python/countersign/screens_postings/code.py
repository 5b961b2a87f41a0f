"""The postings monitor: why postings are stuck, in plain words, and sending them again.

Failures with one cause stand together, because one thing mended lets all of them go.
"""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.commands as commands
import countersign.notice as notice
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

SHOWN = 50
STATES_SHOWN = ("queued", "rejected", "outcome_unknown")
"""States whose count is shown even when it is 0."""

TROUBLED = {
    "rejected": ("Trouble", "material/error"),
    "outcome_unknown": ("Doubt", "material/help"),
    "awaiting_approval": ("Doubt", "material/person"),
}
"""Tone and icon of states that need somebody; all others are as they should be."""


def page(fingerprint, erp, locale):
    """Return counts and causes; the cause that is chosen is marked."""
    causes, status = board.read("posting_causes"), board.read("status")
    return page_of(causes, status, (fingerprint, erp), times.now_ms(), locale)


def page_of(causes, status, chosen, now_ms, locale):
    """Return the page that two answers of the board make; ``chosen`` is fingerprint and ERP."""
    rows = [cause_of(row, chosen, now_ms, locale) for row in notice.items(causes)]
    return {
        "notice": notice.of([causes, status], now_ms, locale),
        "figures": _figures(status, locale),
        "causes": rows,
        "is_empty": causes["payload"] is not None and not rows,
    }


def cause_of(row, chosen, now_ms, locale):
    """Return a cause as a row: what is wrong, how many wait, since when."""
    count = row["postings"] + row["waiting"]
    oldest = wording.span(now_ms - times.milliseconds(row["oldest_at"]), locale)
    return {
        "fingerprint": row["fingerprint"],
        "erp": row["erp"],
        "title": title_of(row, locale),
        "waits": texts.say("postings_wait_one", locale)
        if count == 1
        else texts.say("postings_wait", locale, count=wording.number("%d" % count, locale)),
        "split": texts.say(
            "postings_refused_of", locale, refused=row["postings"], behind=row["waiting"]
        ),
        "oldest": texts.say("postings_oldest", locale, span=oldest),
        "is_chosen": (row["fingerprint"], row["erp"]) == tuple(chosen),
    }


def title_of(row, locale):
    """Return what is wrong in a few words, from the code, else from the field it is about."""
    entity, field = row["entity"] or "", row["field"] or ""
    key = "failure_" + (row["code"] or "").lower()
    if not texts.has(key) and field and entity:
        key = "failure_in_" + field
    if not texts.has(key):
        key = "failure_other"
    text = texts.say(key, locale, entity=entity, erp=row["erp"])
    return " ".join(text.split())


def detail(fingerprint, erp, locale):
    """Return what stands beside a chosen cause; an empty fingerprint means none is chosen."""
    if not fingerprint:
        return detail_of(None, None, 0, locale)
    causes = board.read("posting_causes")
    row = next(
        (
            each
            for each in notice.items(causes)
            if each["fingerprint"] == fingerprint and each["erp"] == erp
        ),
        None,
    )
    params = {"fingerprint": fingerprint, "erp": erp, "limit": SHOWN}
    params["state"] = ["rejected", "outcome_unknown"]
    return detail_of(row, board.read("postings", params), times.now_ms(), locale)


def detail_of(row, answer, now_ms, locale):
    """Return the detail of a cause (None when none is chosen or it is gone) and its postings."""
    if row is None:
        return {
            "is_chosen": False,
            "title": "",
            "says": "",
            "text": texts.say("postings_choose", locale),
            "rows": [],
            "more": "",
            "label": "",
            "notice": dict(notice.NOTHING),
        }
    shown = notice.items(answer)
    has_more = "next_before" in (answer["payload"] or {})
    return {
        "is_chosen": True,
        "title": title_of(row, locale),
        "says": texts.say("postings_erp_says", locale, erp=row["erp"]),
        "text": wording.spoken(row["text"] or "", locale),
        "rows": [posting_of(each, now_ms, locale) for each in shown],
        "more": texts.say("postings_more", locale, count=len(shown)) if has_more else "",
        "label": texts.say("postings_send_again", locale),
        "notice": notice.of([answer], now_ms, locale),
    }


def posting_of(posting, now_ms, locale):
    """Return a posting as a row: what it books, in which state it is, how often it was tried."""
    tone, icon = TROUBLED.get(posting["state"], ("Calm", "material/schedule"))
    behind = posting["waits_behind"]
    return {
        "title": "%s  %s" % (kind_of(posting["kind"], locale), posting["order_id"]),
        "state": texts.say("postings_state_" + posting["state"], locale),
        "tone": tone,
        "icon": icon,
        "tried": _tried(len(posting["attempts"]), locale),
        "since": wording.clock_of(posting["created_at"], now_ms),
        "behind": texts.say("postings_behind", locale, count=behind) if behind else "",
        "key": posting["posting_id"],
    }


def kind_of(kind, locale):
    """Return the name of a kind of document."""
    key = "kind_" + kind
    return texts.say(key, locale) if texts.has(key) else kind


def readiness(roles, reason, locale):
    """Return whether somebody with these roles may send a cause again, and what is missing."""
    if "erp" not in ("%s" % (roles or "")).split():
        return {"can_send": False, "text": texts.say("postings_only_erp", locale)}
    if not ("%s" % (reason or "")).strip():
        return {"can_send": False, "text": texts.say("postings_need_reason", locale)}
    return {"can_send": True, "text": ""}


def progress(command_id, locale):
    """Return the strip that tells what became of sending again."""
    return progress_of(commands.state(command_id), locale) if command_id else dict(notice.NOTHING)


def progress_of(state, locale):
    """Return the strip for the state of a command."""
    if state["state"] == "done":
        count = (state["result"] or {}).get("postings", 0)
        text = texts.say("postings_sent", locale, count=count)
        return notice.shown("Done", "material/check", text)
    if state["state"] in ("queued", "sent"):
        text = texts.say("postings_sending", locale)
        return notice.shown("Calm", "material/sync", text)
    text = texts.say("postings_not_sent", locale, text=state["text"])
    return notice.shown("Trouble", "material/error", text)


def _figures(status, locale):
    """Return how many postings are in which state, over all ERPs."""
    counts = dict.fromkeys(STATES_SHOWN, 0)
    for erp in (status["payload"] or {}).get("erps", []):
        for state, count in erp["postings"].items():
            counts[state] = counts.get(state, 0) + count
    rows = []
    for state in sorted(counts, key=_place):
        tone, icon = TROUBLED.get(state, ("Calm", "material/schedule"))
        is_calm = not counts[state]
        rows.append(
            {
                "label": texts.say("postings_state_" + state, locale),
                "value": wording.number("%d" % counts[state], locale),
                "tone": "Calm" if is_calm else tone,
                "icon": "material/check" if is_calm and state in TROUBLED else icon,
            }
        )
    return rows if status["payload"] is not None else []


def _place(state):
    order = ("queued", "sending", "accepted", "reversing") + tuple(sorted(TROUBLED))
    return (order.index(state) if state in order else len(order), state)


def _tried(count, locale):
    if count == 0:
        return texts.say("postings_not_tried", locale)
    if count == 1:
        return texts.say("postings_tried_one", locale)
    return texts.say("postings_tried", locale, count=count)
