"""The approval card: one task, why it came, what speaks for it, and what may be done now."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.causes as causes
import countersign.commands as commands
import countersign.correction_fields as fields
import countersign.headline as headline
import countersign.plain as plain
import countersign.reader as readers
import countersign.screens_evidence as evidence
import countersign.screens_inbox as inbox
import countersign.screens_progress as progress
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

UNDECIDED = ("open", "claimed", "awaiting_second", "held")
DECIDERS = ("operator", "supervisor", "controller")
MOST_REASONS = 3
LANGUAGE_OF_RULES = "en"
ACTION_CLASSES = "Countersign/Action/"
CONFIDENCE_KEYS = (
    (0.99, "confidence_very_high"),
    (0.9, "confidence_high"),
    (0.7, "confidence_fair"),
    (0.4, "confidence_low"),
)
"""The word for a confidence from this value on; below the last one it is very low."""

RENEW_MS = 40 * 1000
"""A claim lasts two minutes; while the card is used it is taken again after this long."""


def content(approval_id, user_id, roles, locale, currency, shown_hash, badge):
    """Return all that the card shows.

    ``shown_hash`` is the hash of what the person has seen so far, ``badge`` what a scanner read.
    """
    return card_of(
        board.read("approval", {"approval_id": approval_id}),
        board.read("status"),
        readers.now(user_id, roles, locale, currency),
        shown_hash,
        badge,
        told=told(board.read, approval_id, locale),
    )


def told(read, approval_id, locale):
    """Return the task in the words of the reader's language, None where rules speak it anyway.

    ``read`` asks the board.
    """
    language = texts.language(locale)
    if language == LANGUAGE_OF_RULES:
        return None
    return read("approval_told", {"approval_id": approval_id, "locale": language})["payload"]


def card_of(answer, status, reader, shown_hash="", badge="", told=None):
    """Return the card for an answer of the board.

    ``told`` is the same task in the words of the reader's language, as soon as it was read.
    """
    banner = inbox.banner_of(answer, status, reader)
    card = answer["payload"]
    if card is None:
        key = "card_missing" if answer["problem"] else "card_reading"
        empty = _empty(reader.say(key))
        empty["banner"] = banner
        return empty
    standing = standing_of(card, reader, shown_hash, badge, is_old=bool(answer["problem"]))
    tone, icon = causes.signs(card["cause"])
    is_overdue = reader.is_past(card["due_at"])
    return {
        "is_there": True,
        "text": "",
        "banner": banner,
        "context_hash": card["context_hash"],
        "event_id": card["event_id"],
        "title": headline.headline(card["use_case"], card["event"]["data"], reader.locale),
        "cause": causes.title(card["cause"], reader.locale),
        "cause_icon": icon,
        "cause_classes": "Countersign/Cause/" + tone,
        "advice": causes.advice(card["cause"], reader.locale),
        "money": reader.money(card["amount"]),
        "asked": reader.say("card_asked", age=reader.span_to(card["requested_at"])),
        "due": _due(card, reader, is_overdue),
        "due_icon": "material/error" if is_overdue else "material/schedule",
        "due_tone": "Trouble" if is_overdue else "Calm",
        "is_due": card["state"] in UNDECIDED,
        "standing": standing,
        "why": [{"text": text} for text in why(_in_words(card, told), reader.locale)],
        "confidence": confidence(card["confidence"], reader),
        "proposal": _proposal(card, standing, reader),
        "evidence": evidence.evidence(card, reader),
        "actions": _actions(card, standing, reader),
    }


def standing_of(card, reader, shown_hash, badge, is_old=False):
    """Return how the task stands for this reader: a kind, a sentence with icon, what is allowed.

    The service has the last word; this only spares a person a refusal.
    """
    if card["state"] not in UNDECIDED:
        return _standing("decided", _decided(card, reader), "material/done")
    if is_old:
        return _standing("offline", reader.say("standing_offline"), "material/cloud_off")
    if shown_hash and shown_hash != card["context_hash"]:
        return _standing("stale", reader.say("standing_stale"), "material/sync_problem", "Doubt")
    if badge:
        return _standing("badge", _with_badge(card, reader), "material/badge", "Done", True)
    if not reader.has_role(*DECIDERS):
        return _standing("barred", reader.say("standing_no_role"), "material/visibility")
    holder = inbox.holder_of(card, reader.now_ms)
    if holder not in (None, reader.user_id):
        until = reader.clock(card["claimed_until"])
        text = reader.say("standing_theirs", name=holder, time=until)
        return _standing("theirs", text, "material/person", "Doubt")
    barred = _four_eyes(card, reader)
    if barred:
        return _standing("second", barred, "material/group", "Doubt")
    return _free(card, holder, reader)


def why(card, locale):
    """Return why a person is asked, three reasons at most, each said once."""
    assessment = card["assessment"]
    expected = [expectation["text"] for expectation in assessment["expectations"]]
    found = []
    for text in list(card["why"]) + expected + list(assessment["reasons"]):
        gist = text.rstrip(".").rpartition(": ")[2]
        if not any(gist in said for said in found):
            found.append(text)
    return [wording.sentence(wording.spoken(text, locale)) for text in found[:MOST_REASONS]]


def confidence(value, reader):
    """Write a confidence as a word and a number."""
    if value is None:
        return reader.say("confidence_none")
    key = next((key for least, key in CONFIDENCE_KEYS if value >= least), "confidence_very_low")
    return reader.say(key, value=wording.number("%.2f" % value, reader.locale))


def keep(session, approval_id, roles, claimed_at_ms):
    """Tell the others that this person is at it, again when the card is used after a while.

    Returns when that was told last, in milliseconds. Whoever leaves the card alone loses the task
    after two minutes, because nobody calls this.
    """
    now_ms = times.now_ms()
    may_decide = readers.now("", roles, "", "").has_role(*DECIDERS)
    if not may_decide or now_ms - (claimed_at_ms or 0) < RENEW_MS:
        return claimed_at_ms or 0
    commands.submit(session, "claim", {"approval_id": approval_id})
    return now_ms


def hash_to_show(shown_hash, new_hash, command_id, adopted_for):
    """Return the hash of what the person has before them after the card was read again.

    The first hash, and the one that follows from an own decision, are taken over; any other new
    one makes the card stale.
    """
    is_own = command_id != adopted_for and progress.is_done(command_id)
    return new_hash if new_hash and (not shown_hash or is_own) else shown_hash


def scanned(scans):
    """Return what a scanner read last."""
    found = plain.plain(scans) or [""]
    return ("%s" % found[-1]).strip()


def next_page(approval_id, user_id):
    """Return the page of the next task that nobody else has in hand, else the inbox."""
    reader = readers.now(user_id, "", "", "")
    items = (board.read("approvals")["payload"] or {"items": []})["items"]
    for task in items:
        is_free = inbox.holder_of(task, reader.now_ms) in (None, reader.user_id)
        if task["approval_id"] != approval_id and task["state"] != "held" and is_free:
            return "/card/" + task["approval_id"]
    return "/"


def release(session, approval_id, roles):
    """Leave the task to the others."""
    if readers.now("", roles, "", "").has_role(*DECIDERS):
        commands.submit(session, "release", {"approval_id": approval_id})


def post(session, approval_id, context_hash, badge, is_correction):
    """Book the event as counted, or confirm as the second person what the first has decided."""
    body = {"approval_id": approval_id, "context_hash": context_hash, "badge": badge or None}
    if not is_correction:
        return commands.submit(session, "approve", body)
    card = board.read("approval", {"approval_id": approval_id})["payload"] or {}
    first = card.get("first_approval") or {}
    body["correction"] = first.get("correction")
    body["reason"] = texts.say("card_as_first", "en", name=card.get("first_approved_by", ""))
    return commands.submit(session, "correct", body)


def _empty(text):
    """Return a card without a task: every property is there, so that no binding breaks."""
    nothing = {"is_shown": False, "text": "", "icon": "material/info", "tone": "Calm"}
    return {
        "is_there": False,
        "text": text,
        "banner": nothing,
        "context_hash": "",
        "event_id": "",
        "title": "",
        "cause": "",
        "cause_icon": "material/info",
        "cause_classes": "Countersign/Cause/Calm",
        "advice": "",
        "money": "",
        "asked": "",
        "due": "",
        "due_icon": "material/schedule",
        "due_tone": "Calm",
        "is_due": False,
        "standing": _standing("reading", "", "material/info"),
        "why": [],
        "confidence": "",
        "proposal": {"is_shown": False, "text": ""},
        "evidence": {"cases_title": "", "cases": [], "has_cases": False, "facts": []},
        "actions": {
            "is_offered": False,
            "is_stale": False,
            "may_decide": False,
            "may_correct": False,
            "is_correction": False,
            "is_proposal_likely": False,
            "post": "",
            "post_classes": ACTION_CLASSES + "Rounded",
            "correct_classes": ACTION_CLASSES + "Square",
        },
    }


def _standing(kind, text, icon, tone="Calm", is_allowed=False):
    return {"kind": kind, "text": text, "icon": icon, "tone": tone, "is_allowed": is_allowed}


def _with_badge(card, reader):
    if card["state"] != "awaiting_second":
        return reader.say("standing_badge_first")
    return "%s %s" % (_first_said(card, reader), reader.say("standing_badge"))


def _free(card, holder, reader):
    said = [reader.say("standing_free" if holder is None else "standing_mine")]
    if card["state"] == "held":
        held = reader.say(
            "standing_held", name=card.get("decided_by", ""), reason=card.get("reason", "")
        )
        said.insert(0, held)
    if card["state"] == "awaiting_second":
        return _standing("second", _first_said(card, reader), "material/group", "Done", True)
    if card["four_eyes"]:
        caused_by = card["event"]["data"].get("person_id")
        key = "standing_two_people" if caused_by else "standing_two"
        said.append(reader.say(key, name=caused_by) if caused_by else reader.say(key))
    kind = "free" if holder is None else "mine"
    return _standing(kind, " ".join(said), "material/person", is_allowed=True)


def _four_eyes(card, reader):
    """Return why this reader needs somebody else, or nothing."""
    if not card["four_eyes"]:
        return ""
    if card["event"]["data"].get("person_id") == reader.user_id:
        return reader.say("standing_own")
    if card["state"] != "awaiting_second" or card.get("first_approved_by") != reader.user_id:
        return ""
    return "%s %s" % (_first_said(card, reader), reader.say("standing_scan"))


def _first_said(card, reader):
    """Return what the first of two people decided."""
    name = card.get("first_approved_by", "")
    correction = (card.get("first_approval") or {}).get("correction")
    if not correction:
        return reader.say("standing_second", name=name)
    data = card["event"]["data"]
    changed = fields.changes(card["use_case"], data, correction, reader.locale)
    return reader.say("standing_second_changed", name=name, changes="; ".join(changed))


def _decided(card, reader):
    if card["state"] == "dismissed" or "decided_by" not in card:
        return reader.say("standing_dismissed")
    return reader.say(
        "standing_" + card["state"],
        name=card["decided_by"],
        time=reader.clock(card["decided_at"]),
        reason=_reason(card, reader),
    )


def _reason(card, reader):
    if "correction" not in card:
        return card.get("reason", "")
    data = card["event"]["data"]
    changed = fields.changes(card["use_case"], data, card["correction"], reader.locale)
    return "%s (%s)" % ("; ".join(changed), card.get("reason", ""))


def _in_words(card, told):
    """Return the task that speaks the reader's language, unless it is older than what is shown."""
    is_same = told is not None and told["context_hash"] == card["context_hash"]
    return told if is_same else card


def _due(card, reader, is_overdue):
    span = reader.span_to(card["due_at"])
    if is_overdue:
        return reader.say("card_overdue", span=span)
    return reader.say("card_due", time=reader.clock(card["due_at"]), span=span)


def _proposal(card, standing, reader):
    proposed = card["assessment"]["proposed_correction"]
    if not proposed or not standing["is_allowed"] or not _may_correct(card):
        return {"is_shown": False, "text": ""}
    found = fields.changes(card["use_case"], card["event"]["data"], proposed, reader.locale)
    return {"is_shown": bool(found), "text": "; ".join(found)}


def _actions(card, standing, reader):
    is_second = card["state"] == "awaiting_second"
    likely = card.get("likely_action")
    offered = (card.get("first_approval") or {}).get("action") if is_second else "approve"
    is_proposal_likely = likely == "correct" and not is_second
    return {
        "is_offered": card["state"] in UNDECIDED,
        "is_stale": standing["kind"] == "stale",
        "may_decide": standing["is_allowed"],
        "may_correct": standing["is_allowed"] and _may_correct(card),
        "is_correction": is_second and bool((card.get("first_approval") or {}).get("correction")),
        "is_proposal_likely": is_proposal_likely,
        "post": reader.say("card_confirm_second" if is_second else "card_post"),
        "post_classes": ACTION_CLASSES + ("Primary" if likely == offered else "Rounded"),
        "correct_classes": ACTION_CLASSES + ("Filled" if is_proposal_likely else "Square"),
    }


def _may_correct(card):
    """Tell whether a correction makes sense: an ERP that asks back wants yes or no."""
    return "posting_id" not in card and card["state"] != "awaiting_second"
