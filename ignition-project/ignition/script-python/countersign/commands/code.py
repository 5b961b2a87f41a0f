"""Commands: what a person at a screen wants done; the screen never waits for the network.

A screen submits a command and gets its id at once. The gateway checks the roles, carries the
command out on a thread of its own (see commandrunner) and notes how far it is; the screen polls
that by the id.
"""

from __future__ import absolute_import, unicode_literals

import json
import uuid

import countersign.plain as plain
import countersign.shared as shared

try:
    from java.lang import Throwable
except ImportError:
    Throwable = OSError

TABLE = "countersign.commands"
HANDLER = "countersign-command"

QUEUED = "queued"
SENT = "sent"
DONE = "done"
REFUSED = "refused"
UNREACHABLE = "unreachable"

DECIDERS = ("operator", "supervisor", "controller")
REPORTERS = ("operator", "supervisor")
ROLES = {
    "claim": DECIDERS,
    "release": DECIDERS,
    "approve": DECIDERS,
    "correct": DECIDERS,
    "reject": DECIDERS,
    "hold": DECIDERS,
    "undo": DECIDERS,
    "scrap_report": REPORTERS,
    "consumption_report": REPORTERS,
    "confirmation_report": REPORTERS,
    "retry": ("erp",),
    "retry_cause": ("erp",),
    "reverse": ("erp", "controller"),
}
"""Who may submit each command; whether that person may decide the case is the service's word."""


def submit(session, command, body):
    """Hand a command over to the gateway and return its id.

    ``session`` is the Perspective session: user and roles are read from it. ``body`` is the body
    of the service's route with ``approval_id`` or ``posting_id``, if it has one; with ``badge``
    the person of that badge decides (a report has none). A form gives ``entry_id``, made when it
    is opened: submitted twice, it is one command. What goes wrong is the state of the command.
    """
    body = plain.plain(body or {})
    command_id = "%s" % (body.pop("entry_id", None) or uuid.uuid4().hex)
    request = {
        "command_id": command_id,
        "command": command,
        "user": plain.plain(plain.member(session, "props.auth.user.userName")),
        "roles": _roles_of(session),
        "body": body,
    }
    try:
        shared.ask_gateway(HANDLER, {"request": json.dumps(request)})
    except (Exception, Throwable) as problem:
        text = "the gateway did not take the command: %s" % problem
        shared.table(TABLE)[command_id] = state_of(REFUSED, text, code="gateway")
    return command_id


def state(command_id):
    """Return how far a command is: ``state``, ``text``, ``code`` and the service's ``result``.

    ``state`` is queued, sent, done, refused or unreachable; ``code`` is a short name of the cause
    for a translated text, such as ``role_missing`` or ``approval-stale``.
    """
    known = shared.table(TABLE).get(command_id)
    if known is not None:
        return dict(known)
    text = "nothing is known of this command any more: see whether it was done"
    return state_of(UNREACHABLE, text, code="forgotten")


def state_of(name, text="", result=None, code=None):
    """Return a state as screens get it."""
    return {"state": name, "text": text, "result": result, "code": code}


def _roles_of(session):
    roles = plain.plain(plain.member(session, "props.auth.user.roles")) or []
    if not isinstance(roles, list):
        roles = [role.strip() for role in roles.split(",")]
    return roles
