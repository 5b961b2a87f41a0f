"""Vision: the same approvals in a Vision client; docs/ignition/vision.md says how to show them.

A client has none of the gateway's tables, so it asks by message. That waits for the gateway: call
``refresh`` from a client timer with a thread of its own and let the windows bind to the client tags
that it writes.
"""

from __future__ import absolute_import, unicode_literals

import json

import countersign.commands as commands
import countersign.notice as notice
import countersign.plain as plain
import countersign.reader as readers
import countersign.screens_card as screens_card
import countersign.screens_inbox as screens_inbox
import countersign.shared as shared
import countersign.versions as versions

BOARD_HANDLER = "countersign-board"
STATE_HANDLER = "countersign-command-state"
FOLDER = "[client]Countersign/"
"""Where the client tags lie; the instructions say which there are."""

HASHLESS = ("claim", "release")
PREFIX = "countersign-"
HEADERS = ("approval_id", "cause", "task", "money", "due", "mark")


def refresh(locale, currency):
    """Write the open tasks to the client tags, and the card that the tag ApprovalId names."""
    _write(_inbox(locale, currency))
    approval_id, shown_hash = _read("ApprovalId", "ContextHash")
    if approval_id:
        _write(_card(approval_id, shown_hash, locale, currency))


def tasks_of(answer, reader):
    """Return the tasks of an answer as rows for a table, in the order of the inbox."""
    rows = []
    for group in screens_inbox.group_by_cause(notice.items(answer), reader):
        for entry in group["entries"]:
            rows.append(
                [
                    entry["page"].rpartition("/")[2],
                    group["title"],
                    entry["title"],
                    entry["money"],
                    entry["due"],
                    entry["mark"]["text"],
                ]
            )
    return rows


def card(approval_id, shown_hash, locale, currency):
    """Return a card as screens_card makes it; ``shown_hash`` is what the person has seen so far."""
    return screens_card.card_of(
        read("approval", {"approval_id": approval_id}),
        read("status"),
        _reader(locale, currency),
        shown_hash or "",
        told=screens_card.told(read, approval_id, locale),
    )


def decide(command, approval_id, context_hash, reason=None, correction=None):
    """Command claim, release, approve, correct, reject or hold as the person who is logged in.

    Returns the id to ask ``state`` for. ``context_hash`` is that of the card as it was shown; a
    claim and a release need none.
    """
    body = {"approval_id": approval_id, "reason": reason, "correction": correction}
    if command not in HASHLESS:
        body["context_hash"] = context_hash
    given = {name: value for name, value in body.items() if value not in (None, "")}
    return commands.submit(_session(), command, given)


def state(command_id):
    """Return how far a command is, as commands.state does."""
    return plain.plain(shared.ask_gateway(STATE_HANDLER, {"command_id": command_id}))


def read(name, params=None):
    """Return what the gateway's board shows, as board.read does."""
    asked = {"name": name, "params": json.dumps(params or {})}
    return plain.plain(shared.ask_gateway(BOARD_HANDLER, asked))


def _inbox(locale, currency):
    answer, reader = read("approvals"), _reader(locale, currency)
    rows = tasks_of(answer, reader)
    return {
        "Tasks": system.dataset.toDataSet(list(HEADERS), rows),
        "Count": len(rows),
        "Notice": notice.of([answer], reader.now_ms, locale)["text"],
    }


def _card(approval_id, shown_hash, locale, currency):
    """Return the card as JSON text, and the first time what the person has then seen."""
    found = card(approval_id, shown_hash, locale, currency)
    values = {"Card": json.dumps(found)}
    if not shown_hash and found["is_there"]:
        values["ContextHash"] = found["context_hash"]
    return values


def _read(*names):
    return [each.value for each in system.tag.readBlocking([FOLDER + name for name in names])]


def _write(values):
    names = sorted(values)
    system.tag.writeBlocking([FOLDER + name for name in names], [values[name] for name in names])


def _session():
    """Return who is logged in, in the shape of a Perspective session."""
    name, roles = versions.client_user()
    return {"props": {"auth": {"user": {"userName": name, "roles": roles}}}}


def _reader(locale, currency):
    """Return the person who is logged in; roles are named as the gateway's default has them."""
    name, held = versions.client_user()
    roles = [role[len(PREFIX) :] for role in held if role.startswith(PREFIX)]
    return readers.now(name, " ".join(roles), locale, currency)
