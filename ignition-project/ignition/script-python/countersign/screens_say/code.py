"""Saying why on the card: holding a task, not booking an event, reversing what was booked."""

from __future__ import absolute_import, unicode_literals

import countersign.commands as commands
import countersign.reasons as reasons
import countersign.texts as texts

ICONS = {"hold": "material/pause", "reject": "material/close", "reverse": "material/undo"}


def content(action, reason, note, locale):
    """Return the words of the form and what is still missing."""
    if action not in ICONS:
        action = "hold"
    missing = reasons.missing(reason, note, locale)
    return {
        "title": texts.say("card_%s_title" % action, locale),
        "action": texts.say("card_%s_now" % action, locale),
        "icon": ICONS[action],
        "missing": missing,
        "may_submit": not missing,
    }


def submit(session, action, approval_id, posting_id, context_hash, reason, note, badge):
    """Hold, reject or reverse with the reason and return the id of the command."""
    body = {"reason": reasons.reason(reason, note), "badge": badge or None}
    if action == "reverse":
        body["posting_id"] = posting_id
        body.pop("badge")
    else:
        body.update({"approval_id": approval_id, "context_hash": context_hash})
    return commands.submit(session, action, body)
