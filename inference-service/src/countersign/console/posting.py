"""One posting: its document, its attempts, and what the ERP team may do about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from countersign.audit.trail import Trail
from countersign.console import fields
from countersign.console.field_sets import fields_of_document
from countersign.console.live_state import live_state
from countersign.console.pages import blueprint
from countersign.console.postings import carry_out, reason_given
from countersign.contracts.validators import errors as contract_errors
from countersign.erp.documents import from_data
from countersign.journey.coding.coding_notes import check_again
from countersign.journey.telling.narrate import narrate, subject_of_posting
from countersign.nouns.posting import PostingState
from countersign.post import commands
from countersign.store import attempts, codings, postings
from countersign.store.postings import PostingRecord
from countersign.web.narratives import asked_locale
from countersign.web.problems import Problem

ACTIONS_OF_STATE: Mapping[PostingState, tuple[str, ...]] = {
    "queued": ("retry", "cancel"),
    "rejected": ("retry", "correct", "cancel"),
    "awaiting_approval": ("correct", "cancel"),
    "outcome_unknown": ("confirm-posted", "confirm-absent"),
    "accepted": ("confirm-posted",),
    "posted": ("reverse",),
}
"""What is offered in which state; the commands themselves check again."""
NEEDS_REASON = frozenset({"correct", "cancel", "reverse", "confirm-posted", "confirm-absent"})
MAX_DOCUMENT_ID_LENGTH = 80

Command = Callable[[Connection, Trail, str, str, str], PostingRecord]


@blueprint.get("/postings/<posting_id>")
def posting(posting_id: str) -> str:
    """Show a posting with its attempts."""
    return _page(posting_id)


@blueprint.post("/postings/<posting_id>/<action>")
def change_posting(posting_id: str, action: str) -> Response | tuple[str, int]:
    """Carry out a command about a posting."""
    reason, actor = reason_given(), f"{g.visitor.actor} via console"
    if action in NEEDS_REASON and not reason:
        return _page(posting_id, "Say why: a reason is needed."), 422
    if action == "correct":
        return _correct(posting_id, actor, reason)
    command = COMMANDS.get(action)
    if command is None:
        raise Problem(404, "not-found", "No such action", f"{action} is not an action")
    if action == "confirm-posted" and not _document_id():
        return _page(posting_id, "Write the number of the document as the ERP shows it."), 422
    if carry_out(lambda c, t: command(c, t, posting_id, actor, reason)) is not None:
        flash(DONE_TEXTS[action])
    return redirect(url_for("console.posting", posting_id=posting_id), 303)


def _correct(posting_id: str, actor: str, reason: str) -> Response | tuple[str, int]:
    original = json.loads(_read(posting_id).document)
    field_set = fields_of_document(original)
    changed = fields.read(field_set, original, request.form)
    if changed == original:
        return _page(posting_id, "Nothing was changed: change a value, or retry."), 422
    found = [(pointer, text) for pointer, _, text in contract_errors("document", changed)]
    if found:
        return _page(posting_id, "Some values cannot be right.", found), 422
    document = from_data(changed)

    def correct(connection: Connection, trail: Trail) -> PostingRecord:
        record = commands.correct(
            connection, trail, posting_id, document, actor=actor, reason=reason
        )
        today = datetime.now(g.services.settings.time_zone).date()
        check_again(g.services.code_suggester, connection, trail, record, today)
        return record

    if carry_out(correct) is not None:
        flash("Corrected; it is on its way again under the same key.")
    return redirect(url_for("console.posting", posting_id=posting_id), 303)


def _page(posting_id: str, failure: str = "", errors: list[tuple[str, str]] | None = None) -> str:
    record = _read(posting_id)
    document = json.loads(record.document)
    field_set = fields_of_document(document)
    current = fields.read(field_set, document, request.form) if errors else document
    with g.services.database.read() as connection:
        tries = attempts.of_posting(connection, posting_id)
        behind = postings.count_behind(connection, record)
        subject = subject_of_posting(connection, record, g.services.settings)
        told = subject and narrate(connection, subject, asked_locale(), g.services.settings)
        coding = codings.read(connection, posting_id)
    return render_template(
        "console/posting.html",
        live=live_state(record),
        record=record,
        attempts=tries,
        waits_behind=behind,
        told=told,
        notes=coding.notes if coding else (),
        failure=failure,
        actions=ACTIONS_OF_STATE.get(record.state, ()) if g.visitor.may_mend else (),
        document=document,
        form_fields=fields.draw(field_set, document, current, errors or ()),
    )


def _read(posting_id: str) -> PostingRecord:
    with g.services.database.read() as connection:
        record = postings.read(connection, posting_id)
    if record is None:
        raise Problem(404, "not-found", "No such posting", f"Nothing is stored as {posting_id}.")
    return record


def _document_id() -> str:
    return request.form.get("document_id", "").strip()[:MAX_DOCUMENT_ID_LENGTH]


def _retry(c: Connection, t: Trail, key: str, actor: str, reason: str) -> PostingRecord:
    return commands.retry(c, t, key, actor=actor, reason=reason)


def _cancel(c: Connection, t: Trail, key: str, actor: str, reason: str) -> PostingRecord:
    return commands.cancel(c, t, key, actor=actor, reason=reason)


def _reverse(c: Connection, t: Trail, key: str, actor: str, reason: str) -> PostingRecord:
    return commands.reverse(c, t, key, actor=actor, reason=reason)


def _confirm_posted(c: Connection, t: Trail, key: str, actor: str, reason: str) -> PostingRecord:
    return commands.confirm_posted(c, t, key, _document_id(), actor=actor, reason=reason)


def _confirm_absent(c: Connection, t: Trail, key: str, actor: str, reason: str) -> PostingRecord:
    return commands.confirm_absent(c, t, key, actor=actor, reason=reason)


COMMANDS: Mapping[str, Command] = {
    "retry": _retry,
    "cancel": _cancel,
    "reverse": _reverse,
    "confirm-posted": _confirm_posted,
    "confirm-absent": _confirm_absent,
}
DONE_TEXTS: Mapping[str, str] = {
    "retry": "It is on its way again.",
    "cancel": "Given up; the postings behind it go on.",
    "reverse": "The ERP is asked to undo it.",
    "confirm-posted": "Recorded as booked.",
    "confirm-absent": "Recorded as not booked; it is on its way again.",
}
