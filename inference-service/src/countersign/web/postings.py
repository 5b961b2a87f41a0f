"""Postings: documents on their way to the ERP, created, followed and mended by the ERP team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.erp.documents import from_data
from countersign.journey.coding.coded_lines import CODED_KINDS
from countersign.journey.coding.coding_notes import check_again, keep_notes, notes_on
from countersign.nouns.cause_queue import CAUSE_QUEUES
from countersign.nouns.coding import CodingFacts
from countersign.post import commands, triage
from countersign.store import postings, refusals
from countersign.store.postings import PostingRecord
from countersign.web.auth import SCOPE_OF_KIND, actor, forbidden, requires
from countersign.web.bodies import invalid, read_message, read_number
from countersign.web.idempotency import carry_out_once, request_key
from countersign.web.presentation import cause_data, posting_data
from countersign.web.problems import Problem

POSTING_SCOPES = tuple(sorted(set(SCOPE_OF_KIND.values())))
Action = Callable[[Connection, Trail, str, dict[str, Any], str], PostingRecord]

blueprint = Blueprint("postings", __name__)


@blueprint.get("/v1/postings")
@requires("postings.read", *POSTING_SCOPES)
def list_postings() -> Response:
    """List postings, newest first, by state, ERP, order or cause of failure."""
    limit = read_number("limit", 100, low=1, high=500)
    before = read_number("before", 0)
    with g.services.database.read() as connection:
        records = postings.find(
            connection,
            states=request.args.getlist("state"),
            erp=request.args.get("erp"),
            order_id=request.args.get("order_id"),
            fingerprint=request.args.get("fingerprint"),
            before=before or None,
            limit=limit,
        )
        items = [posting_data(connection, record) for record in records]
    answer: dict[str, Any] = {"items": items}
    if len(records) == limit:
        answer["next_before"] = records[-1].seq
    return jsonify(answer)


@blueprint.get("/v1/postings/causes")
@requires("postings.read", *POSTING_SCOPES)
def list_causes() -> Response:
    """List why postings are refused now, with how many each cause holds up, and who mends it."""
    queue = request.args.get("queue")
    if queue is not None and queue not in CAUSE_QUEUES:
        detail = f"queue must be one of {', '.join(CAUSE_QUEUES)}"
        raise Problem(400, "bad-parameter", "A parameter makes no sense", detail)
    with g.services.database.read() as connection:
        clusters = triage.clusters(connection, request.args.get("erp"))
        found = g.services.cause_sorter.sort(connection, clusters)
    return jsonify(
        {"items": [cause_data(row) for row in found if queue is None or row.told.queue == queue]}
    )


@blueprint.post("/v1/postings/causes/retry")
@requires(*POSTING_SCOPES)
def retry_cause() -> Response:
    """Send all postings again that were refused for one cause."""
    message = read_message("cause-retry")
    for kind in _kinds_refused(message["erp"], message["fingerprint"]):
        _require_scope(kind)
    who = _who(message)

    def retry(connection: Connection, trail: Trail) -> dict[str, Any]:
        changed = commands.resubmit(
            connection,
            trail,
            erp=message["erp"],
            fingerprint=message["fingerprint"],
            actor=who,
            reason=message["reason"],
        )
        return {"postings": len(changed)}

    return carry_out_once(message, 200, retry)


@blueprint.post("/v1/postings/causes/queue")
@requires(*POSTING_SCOPES)
def move_cause() -> Response:
    """Put a cause into the queue of those who mend it; later causes learn from that."""
    message = read_message("cause-queue")
    for kind in _kinds_refused(message["erp"], message["fingerprint"]):
        _require_scope(kind)
    who = _who(message)

    def move(connection: Connection, trail: Trail) -> dict[str, Any]:
        moved = g.services.cause_sorter.move(
            connection,
            trail,
            erp=message["erp"],
            fingerprint=message["fingerprint"],
            queue=message["queue"],
            actor=who,
            reason=message["reason"],
        )
        return {"queue": moved.queue}

    return carry_out_once(message, 200, move)


@blueprint.get("/v1/postings/<posting_id>")
@requires("postings.read", *POSTING_SCOPES)
def show_posting(posting_id: str) -> Response:
    """Show a posting with its attempts."""
    with g.services.database.read() as connection:
        record = postings.read(connection, posting_id)
        if record is None:
            raise _unknown(posting_id)
        return jsonify(posting_data(connection, record))


@blueprint.post("/v1/postings")
@requires(*POSTING_SCOPES)
def create_posting() -> Response:
    """Queue a document that belongs to no event; booked once under its Idempotency-Key."""
    message = read_message("posting-create")
    _require_scope(message["document"]["kind"])
    erp = message.get("erp", g.services.settings.default_erp)
    if erp not in g.services.settings.erps:
        known = ", ".join(g.services.settings.erps) or "none is set up"
        raise invalid([("/erp", f"is not set up here; known: {known}")])
    origin, who = f"{g.key.key_id}/{request_key()}", _who(message)
    document, facts = from_data(message["document"]), _known_facts(message)
    with g.services.database.read() as connection:
        notes = notes_on(g.services.code_suggester, connection, document, facts, _today())

    def create(connection: Connection, trail: Trail) -> dict[str, Any]:
        record = commands.create(
            connection,
            trail,
            erp=erp,
            document=document,
            origin=origin,
            actor=who,
            reason=message["reason"],
        )
        keep_notes(connection, trail, record, facts, notes)
        return posting_data(connection, record)

    return carry_out_once(message, 202, create)


def _retry(c: Connection, t: Trail, key: str, message: dict[str, Any], who: str) -> PostingRecord:
    return commands.retry(c, t, key, actor=who, reason=message["reason"])


def _correct(c: Connection, t: Trail, key: str, message: dict[str, Any], who: str) -> PostingRecord:
    document = from_data(message["document"])
    record = commands.correct(c, t, key, document, actor=who, reason=message["reason"])
    check_again(g.services.code_suggester, c, t, record, _today())
    return record


def _cancel(c: Connection, t: Trail, key: str, message: dict[str, Any], who: str) -> PostingRecord:
    return commands.cancel(c, t, key, actor=who, reason=message["reason"])


def _reverse(c: Connection, t: Trail, key: str, message: dict[str, Any], who: str) -> PostingRecord:
    return commands.reverse(c, t, key, actor=who, reason=message["reason"])


def _confirm_posted(
    c: Connection, t: Trail, key: str, message: dict[str, Any], who: str
) -> PostingRecord:
    document_id = message["document_id"]
    return commands.confirm_posted(c, t, key, document_id, actor=who, reason=message["reason"])


def _confirm_absent(
    c: Connection, t: Trail, key: str, message: dict[str, Any], who: str
) -> PostingRecord:
    return commands.confirm_absent(c, t, key, actor=who, reason=message["reason"])


def _approve_warnings(
    c: Connection, t: Trail, key: str, message: dict[str, Any], who: str
) -> PostingRecord:
    return commands.approve_warnings(c, t, key, actor=who, reason=message["reason"])


ACTIONS: dict[str, Action] = {
    "approve-warnings": _approve_warnings,
    "retry": _retry,
    "correct": _correct,
    "cancel": _cancel,
    "reverse": _reverse,
    "confirm-posted": _confirm_posted,
    "confirm-absent": _confirm_absent,
}


@blueprint.post("/v1/postings/<posting_id>/<action>")
@requires(*POSTING_SCOPES)
def change_posting(posting_id: str, action: str) -> Response:
    """Retry, correct, cancel or reverse a posting, or say what became of a lost one."""
    carry_out = ACTIONS.get(action)
    if carry_out is None:
        raise Problem(404, "not-found", "No such action", f"known: {', '.join(ACTIONS)}")
    message = read_message(f"posting-{action}")
    with g.services.database.read() as connection:
        record = postings.read(connection, posting_id)
    if record is None:
        raise _unknown(posting_id)
    _require_scope(record.kind)
    who = _who(message)

    def change(connection: Connection, trail: Trail) -> dict[str, Any]:
        return posting_data(connection, carry_out(connection, trail, posting_id, message, who))

    return carry_out_once(message, 200, change)


def _kinds_refused(erp: str, fingerprint: str) -> list[str]:
    with g.services.database.read() as connection:
        return refusals.kinds_refused(connection, erp, fingerprint)


def _require_scope(kind: str) -> None:
    needed = SCOPE_OF_KIND[kind]
    if not g.key.scopes & {"admin", needed}:
        raise forbidden(f"a {kind} needs a key with the scope {needed}")


def _known_facts(message: dict[str, Any]) -> CodingFacts:
    """Return what is known besides the document; raises a 422 problem where that is of no use."""
    if message.get("known") and message["document"]["kind"] not in CODED_KINDS:
        kinds = ", ".join(sorted(CODED_KINDS))
        raise invalid([("/known", f"is of use for documents that people code: {kinds}")])
    return CodingFacts.from_data(message.get("known", {}))


def _today() -> date:
    return datetime.now(g.services.settings.time_zone).date()


def _who(message: dict[str, Any]) -> str:
    person = message.get("acting_user")
    return f"person:{person} via {actor()}" if person else actor()


def _unknown(posting_id: str) -> Problem:
    return Problem(404, "not-found", "No such posting", f"nothing is stored as {posting_id}")
