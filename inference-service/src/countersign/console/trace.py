"""The trace: the whole way of one event, from the tag to the ERP document, as a timeline."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from flask import g, render_template, request

from countersign.console import fields
from countersign.console.causes import cause_of
from countersign.console.field_sets import EVENT_FIELDS
from countersign.console.live_state import live_state
from countersign.console.pages import blueprint
from countersign.journey.telling.narrate import narrate, subject_of_event
from countersign.store import approvals, attempts, audit_records, events, postings
from countersign.web.narratives import asked_locale
from countersign.web.presentation import approval_data
from countersign.web.problems import Problem

MAX_EVENTS = 100


@blueprint.get("/events")
def latest_events() -> str:
    """List the latest events, of one order or of all."""
    order_id = request.args.get("order_id", "").strip()
    with g.services.database.read() as connection:
        rows = events.read_latest(connection, MAX_EVENTS, order_id or None)
    listed = [(row, json.loads(row.body)) for row in rows]
    return render_template("console/events.html", events=listed, order_id=order_id)


@blueprint.get("/events/<event_id>")
def trace(event_id: str) -> str:
    """Show everything that is known of an event."""
    locale = asked_locale()
    with g.services.database.read() as connection:
        row = events.read(connection, event_id)
        if row is None:
            raise Problem(404, "not-found", "No such event", f"Nothing is stored as {event_id}.")
        tasks = approvals.read_of_event(connection, event_id)
        records = postings.of_event(connection, event_id)
        content: dict[str, Any] = {
            "tasks": [approval_data(connection, task) for task in tasks],
            "postings": [
                (live_state(record), attempts.of_posting(connection, record.posting_id))
                for record in records
            ],
            "audit": audit_records.find(connection, event_id=event_id),
        }
        subject = subject_of_event(row, g.services.settings)
        told = subject and narrate(connection, subject, locale, g.services.settings)
    event = json.loads(row.body)
    field_set = EVENT_FIELDS[row.use_case]
    return render_template(
        "console/trace.html",
        row=row,
        event=event,
        facts=fields.draw(field_set, event["data"], event["data"]),
        corrections={
            task["approval_id"]: fields.changes(field_set, event["data"], task["correction"])
            for task in content["tasks"]
            if "correction" in task
        },
        assessment=json.loads(row.assessment),
        decision=json.loads(row.decision),
        cause_of=partial(cause_of, locale=locale),
        told=told,
        **content,
    )
