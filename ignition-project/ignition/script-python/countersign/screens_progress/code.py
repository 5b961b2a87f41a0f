"""What becomes of a decision: taken, sent to the service, then where its postings are."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.commands as commands
import countersign.reader as readers
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

STEP_OF_STATE = {
    "queued": 0,
    "cancelled": 0,
    "sending": 1,
    "accepted": 1,
    "rejected": 1,
    "outcome_unknown": 1,
    "awaiting_approval": 1,
    "posted": 2,
    "reversing": 2,
    "reversed": 2,
}
STEPS = ("live_queued_step", "live_sent_step", "live_posted_step")
TONES = {"rejected": "Trouble", "outcome_unknown": "Doubt", "awaiting_approval": "Doubt"}
ICONS = {
    "posted": "material/check_circle",
    "reversed": "material/undo",
    "rejected": "material/error",
    "outcome_unknown": "material/help",
    "awaiting_approval": "material/help",
    "cancelled": "material/cancel",
}
REVERSERS = ("erp", "controller")
DECIDED = ("approved", "corrected", "rejected", "dismissed")
UNDOABLE = ("approved", "corrected")
STILL_OPEN = ("open", "claimed", "awaiting_second")


def content(command_id, approval_id, user_id, roles, locale):
    """Return what to show below the standing: the command first, then the postings."""
    reader = readers.now(user_id, roles, locale, "")
    state = commands.state(command_id) if command_id else None
    card = board.read("approval", {"approval_id": approval_id})["payload"]
    is_undoable = card is not None and card["state"] in UNDOABLE and "posting_id" not in card
    postings = []
    if card is not None and (card["state"] in DECIDED or "posting_id" in card):
        trace = board.read("event", {"event_id": card["event_id"]})["payload"]
        postings = [] if trace is None else trace["postings"]
    return progress_of(state, postings, reader, is_undoable)


def progress_of(state, postings, reader, is_undoable=False):
    """Return the live state for a command (or None) and the postings of the event.

    ``is_undoable`` says that the decision may be taken back while nothing is sent.
    """
    if state is not None and state["state"] != commands.DONE:
        return _command(state, reader)
    if postings:
        shown = _posting(_slowest(postings), reader)
        shown["may_undo"] = is_undoable and all(_is_unsent(each) for each in postings)
        return shown
    if state is not None and (state["result"] or {}).get("state") not in STILL_OPEN + ("held",):
        return _progress("Calm", "material/hourglass_empty", reader.say("live_asking"), 0, reader)
    return _progress("Calm", "material/info", "", -1, reader, is_shown=False)


def undo(session, approval_id):
    """Take the decision back and return the id of the command."""
    return commands.submit(session, "undo", {"approval_id": approval_id})


def acknowledged(locale):
    """Return what is said in the moment of the tap, before anybody was asked."""
    reader = readers.now("", "", locale, "")
    return reader.say("live_taken", time=_clock(reader))


def keeps_actions(command_id):
    """Tell whether the actions stay offered.

    They do as long as nothing was decided: no command, one that was refused, a first approval
    that waits for the second person, or a decision that was taken back.
    """
    if not command_id:
        return True
    state = commands.state(command_id)
    if state["state"] == commands.DONE:
        return (state["result"] or {}).get("state") in STILL_OPEN
    return state["state"] == commands.REFUSED


def is_done(command_id):
    """Tell whether the service has carried a command out."""
    return bool(command_id) and commands.state(command_id)["state"] == commands.DONE


def refusal(state, locale):
    """Return why the service has refused a command, in the reader's words where there are any."""
    code = ("%s" % (state.get("code") or "")).replace("approval-", "").replace("-", "_")
    key = "refused_" + {"differs_from_first": "differs"}.get(code, code)
    return texts.say(key, locale) if texts.has(key) else state["text"]


def _command(state, reader):
    name = state["state"]
    if name == commands.REFUSED:
        text = reader.say("live_refused", text=refusal(state, reader.locale))
        return _progress("Trouble", "material/error", text, -1, reader)
    if name == commands.UNREACHABLE:
        is_over = state.get("code") != "trying_again"
        text = reader.say("live_given_up" if is_over else "live_trying")
        return _progress("Trouble" if is_over else "Doubt", "material/cloud_off", text, 0, reader)
    text = reader.say("live_asking")
    return _progress("Calm", "material/hourglass_empty", text, 0, reader)


def _posting(posting, reader):
    state = posting["state"]
    progress = _progress(
        TONES.get(state, "Doubt" if "error" in posting and state == "queued" else "Calm"),
        ICONS.get(state, "material/hourglass_empty"),
        _said(posting, reader),
        STEP_OF_STATE[state],
        reader,
        document=posting.get("document_id", ""),
    )
    progress["posting_id"] = posting["posting_id"]
    progress["may_reverse"] = state == "posted" and reader.has_role(*REVERSERS)
    return progress


def _said(posting, reader):
    state, erp = posting["state"], posting["erp"]
    error = posting.get("error", {}).get("text", "")
    if state == "queued" and error:
        at = reader.clock(posting["next_at"])
        return reader.say("live_again", erp=erp, text=error, time=at)
    if _is_unsent(posting) and not _is_due(posting, reader):
        seconds = (times.milliseconds(posting["next_at"]) - reader.now_ms + 999) // 1000
        return reader.say("live_undo", erp=erp, seconds=seconds)
    if state == "rejected":
        return reader.say("live_rejected", erp=erp, text=error)
    if state == "outcome_unknown":
        return reader.say("live_unknown", erp=erp)
    if state == "awaiting_approval":
        return reader.say("live_asks", erp=erp, text=error)
    if state == "posted":
        return reader.say("live_posted", erp=erp, document=posting.get("document_id", ""))
    if state == "cancelled":
        return reader.say("live_cancelled")
    return reader.say("live_" + state, erp=erp)


def _is_unsent(posting):
    return posting["state"] == "queued" and not posting["attempts"]


def _is_due(posting, reader):
    return not posting.get("next_at") or reader.is_past(posting["next_at"])


def _slowest(postings):
    """Return the posting that is furthest from booked: what needs somebody goes first."""
    return min(
        postings, key=lambda each: (each["state"] not in TONES, STEP_OF_STATE[each["state"]])
    )


def _progress(tone, icon, text, step, reader, is_shown=True, document=""):
    steps = [reader.say(key) for key in STEPS]
    if step == len(STEPS) - 1 and document:
        steps[step] = "%s %s" % (steps[step], document)
    return {
        "is_shown": is_shown,
        "tone": tone,
        "icon": icon,
        "text": text,
        "has_steps": step >= 0,
        "steps": [_step(number, said, step) for number, said in enumerate(steps)],
        "posting_id": "",
        "may_reverse": False,
        "may_undo": False,
    }


def _step(number, text, reached):
    is_reached = number <= reached
    return {
        "text": text,
        "icon": "material/check_circle" if is_reached else "material/radio_button_unchecked",
        "classes": "Countersign/Strong" if is_reached else "Countersign/Muted",
    }


def _clock(reader):
    parts = wording.local_time(reader.now_ms)
    return "%02d:%02d:%02d" % parts[3:6]
