"""Events: taken in, and their whole trace read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify

from countersign.intake.envelope import read_event
from countersign.intake.group_commit import Overloaded
from countersign.journey.receive import Arrival
from countersign.nouns.event import Event
from countersign.nouns.receipt import Receipt
from countersign.store import approvals, audit_records, events, outcomes, postings
from countersign.web.auth import actor, requires
from countersign.web.bodies import invalid, read_json, read_number
from countersign.web.counters import EVENTS, INTAKE_SECONDS
from countersign.web.presentation import approval_data, audit_data, posting_data
from countersign.web.problems import Problem

MAX_EVENTS = 1000
RETRY_AFTER_S = 2
MAX_OUTCOMES = 1000

blueprint = Blueprint("events", __name__)


@blueprint.post("/v1/events")
@INTAKE_SECONDS.time()
@requires("events.write")
def take_events() -> Response:
    """Take one event or an array of up to 1,000; answers when they are stored."""
    body = read_json()
    values = body if isinstance(body, list) else [body]
    if len(values) > MAX_EVENTS:
        raise Problem(413, "too-many-events", "Too many events", f"at most {MAX_EVENTS} at once")
    now = datetime.now(UTC)
    who = actor()
    arrivals = [Arrival(read_event(value, now), who) for value in values]
    _look_at_pictures(arrivals)
    try:
        receipts = g.services.intake.submit(arrivals) if arrivals else []
    except Overloaded as overload:
        raise Problem(
            503,
            "overloaded",
            "Too much is waiting",
            "nothing was stored; send the same events again later",
            headers={"Retry-After": str(RETRY_AFTER_S)},
        ) from overload
    for receipt in receipts:
        EVENTS.labels(receipt.status, receipt.outcome).inc()
    if isinstance(body, list):
        return _json({"results": [_result(receipt) for receipt in receipts]}, 200)
    problem = _problem(receipts[0])
    if problem is not None:
        raise problem
    return _json(receipts[0].to_data(), 202 if receipts[0].status == "accepted" else 200)


@blueprint.get("/v1/events/<event_id>")
@requires("events.read", "events.write", "approve")
def show_event(event_id: str) -> Response:
    """Show everything that is known of an event, from the tag to the ERP document."""
    with g.services.database.read() as connection:
        row = events.read(connection, event_id)
        if row is None:
            raise Problem(404, "not-found", "No such event", f"nothing is stored as {event_id}")
        tasks = approvals.read_of_event(connection, event_id)
        documents = postings.of_event(connection, event_id)
        trace = {
            "event_id": event_id,
            "state": row.state,
            "received_at": row.received_at.isoformat(),
            "digest": row.digest,
            "event": json.loads(row.body),
            "assessment": json.loads(row.assessment),
            "decision": json.loads(row.decision),
            "approvals": [approval_data(connection, task) for task in tasks],
            "postings": [posting_data(connection, record) for record in documents],
            "audit": [
                audit_data(record) for record in audit_records.find(connection, event_id=event_id)
            ],
        }
    return jsonify(trace)


@blueprint.get("/v1/outcomes")
@requires("events.read", "events.write")
def list_outcomes() -> Response:
    """List what became of events behind a cursor; the gateway polls this."""
    after, limit = read_number("after", 0), read_number("limit", 100, low=1, high=MAX_OUTCOMES)
    with g.services.database.read() as connection:
        found = outcomes.read_after(connection, after, limit)
    last = found[-1].outcome_id if found else after
    return jsonify({"items": [row.to_data() for row in found], "next_after": last})


def _look_at_pictures(arrivals: Sequence[Arrival]) -> None:
    """Have the pictures read by this request's thread: others need not wait for its encoder."""
    named = [
        arrival.fact.data["picture"]
        for arrival in arrivals
        if isinstance(arrival.fact, Event) and "picture" in arrival.fact.data
    ]
    if g.services.pictures is not None and named:
        g.services.pictures.read(named)


def _result(receipt: Receipt) -> dict[str, Any]:
    problem = _problem(receipt)
    if problem is None:
        return receipt.to_data()
    return receipt.to_data() | {"problem": problem.to_data()}


def _problem(receipt: Receipt) -> Problem | None:
    if receipt.status == "refused":
        return invalid(list(receipt.errors))
    if receipt.status == "conflict":
        return Problem(
            409,
            "event-conflict",
            "The id was used before with another body",
            "an event never changes: send a changed fact under a new id",
            digest=receipt.digest,
            first_digest=receipt.first_digest,
            event_id=receipt.event_id,
        )
    return None


def _json(value: Any, status: int) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
