"""Approvals: the tasks of people, listed, shown and decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Row

from countersign.decide.approvals import Action, Refused
from countersign.decide.likely import likely_action
from countersign.journey.review import BadCorrection, NotFound, Verdict
from countersign.store import approvals, events
from countersign.web.auth import acting_person, requires
from countersign.web.bodies import invalid, read_message, read_number
from countersign.web.evidence import evidence
from countersign.web.narratives import asked_locale
from countersign.web.presentation import approval_data, in_locale
from countersign.web.problems import Problem

STATUS_OF_REFUSAL = {
    "role_missing": 403,
    "own_event": 403,
    "same_person": 403,
    "reason_missing": 422,
}
PACE_WINDOW = timedelta(hours=1)
HASTY_MS = 2000
"""Who approves sooner than this after opening a card cannot have read it."""

STATES = ("open", "claimed", "awaiting_second", "held", "approved", "corrected", "rejected")

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/v1/approvals")
@requires("approve", "events.read")
def list_approvals() -> Response:
    """List tasks, the earliest deadline first; undecided ones unless a state is given."""
    limit = read_number("limit", 100, low=1, high=500)
    states = request.args.getlist("state") or list(approvals.UNDECIDED)
    with g.services.database.read() as connection:
        rows = approvals.find(
            connection,
            states=states,
            use_case=request.args.get("use_case"),
            order_id=request.args.get("order_id"),
            site_id=request.args.get("site_id"),
            cause=request.args.get("cause"),
            after=_cursor(request.args.get("after")),
            limit=limit,
        )
        listed = [_with_hash(connection, row) for row in rows]
    answer: dict[str, Any] = {"items": listed}
    if len(rows) == limit:
        answer["next_after"] = f"{rows[-1].due_at.isoformat()}~{rows[-1].approval_id}"
    return jsonify(answer)


@blueprint.get("/v1/approvals/<approval_id>")
@requires("approve", "events.read")
def show_approval(approval_id: str) -> Response:
    """Show a task with its event, the assessment and the evidence for a decision.

    What rules and model say is told in the language that is asked for.
    """
    return jsonify(in_locale(card(approval_id), asked_locale()))


@blueprint.post("/v1/approvals/<approval_id>/undo")
@requires("approve")
def undo_decision(approval_id: str) -> Response:
    """Take a decision back whose documents were not sent yet."""
    person = acting_person(read_message("approval-undo").get("acting_user"))
    actor = f"person:{person.person_id} via key:{g.key.name}"
    _refusals(lambda: g.services.reviewer.undo(approval_id, person, actor))
    return jsonify(card(approval_id))


@blueprint.post("/v1/approvals/<approval_id>/<action>")
@requires("approve")
def decide_approval(approval_id: str, action: str) -> Response:
    """Claim, release, approve, correct, reject or hold a task for a named person."""
    if action not in ("claim", "release", "approve", "correct", "reject", "hold"):
        raise Problem(404, "not-found", "No such action", f"{action} is not an action")
    message = read_message(f"approval-{action}")
    person = acting_person(message.get("acting_user"))
    verdict = Verdict(
        approval_id=approval_id,
        action=_action(action),
        approver=person,
        actor=f"person:{person.person_id} via key:{g.key.name}",
        context_hash=message.get("context_hash"),
        reason=message.get("reason"),
        correction=message.get("correction"),
    )
    carry_out(verdict)
    return jsonify(card(approval_id))


@blueprint.get("/v1/approvals/pace")
@requires("approve", "events.read")
def show_pace() -> Response:
    """Show how many tasks each person has decided lately, and how many sooner than one can read."""
    now = datetime.now(UTC)
    with g.services.database.read() as connection:
        rows = approvals.read_pace(connection, now - PACE_WINDOW, HASTY_MS)
    return jsonify(
        {
            "since": (now - PACE_WINDOW).isoformat(),
            "hasty_ms": HASTY_MS,
            "items": [asdict(row) for row in rows],
        }
    )


def carry_out(verdict: Verdict) -> None:
    """Carry out what a person decided; raises the problem that says why not."""
    _refusals(lambda: g.services.reviewer.act(verdict))


def _refusals(act: Callable[[], object]) -> None:
    try:
        act()
    except NotFound as error:
        raise Problem(404, "not-found", "No such approval", str(error)) from error
    except BadCorrection as error:
        raise invalid(error.errors) from error
    except Refused as refusal:
        status = STATUS_OF_REFUSAL.get(refusal.code, 409)
        kind = f"approval-{refusal.code.replace('_', '-')}"
        raise Problem(status, kind, "This cannot be decided so", refusal.text) from refusal


def card(approval_id: str) -> dict[str, Any]:
    """Return everything that stands on an approval card; raises a 404 problem."""
    with g.services.database.read() as connection:
        row = approvals.read(connection, approval_id)
        stored = events.read(connection, row.event_id) if row is not None else None
        if row is None or stored is None:
            raise Problem(404, "not-found", "No such approval", approval_id)
        assessment = json.loads(stored.assessment)
        return (
            _with_hash(connection, row)
            | _likely(row, assessment)
            | {
                "why": json.loads(stored.decision)["reasons"],
                "confidence": assessment["confidence"],
                "event": json.loads(stored.body),
                "assessment": assessment,
                "evidence": evidence(connection, stored),
            }
        )


def _likely(row: Row[Any], assessment: dict[str, Any]) -> dict[str, str]:
    """Return the action that is probably right; no model knows what an ERP should be answered."""
    action = None if row.posting_id else likely_action(assessment)
    return {} if action is None else {"likely_action": action}


def _with_hash(connection: Any, row: Any) -> dict[str, Any]:
    data = approval_data(connection, row)
    data["context_hash"] = g.services.reviewer.context_hash(connection, row)
    return data


def _cursor(text: str | None) -> tuple[datetime, str] | None:
    if text is None:
        return None
    due_text, separator, approval_id = text.partition("~")
    try:
        due_at = datetime.fromisoformat(due_text)
    except ValueError:
        separator = ""
    if not separator or due_at.tzinfo is None:
        raise Problem(400, "bad-parameter", "A parameter makes no sense", "after: use next_after")
    return due_at, approval_id


def _action(text: str) -> Action:
    actions: dict[str, Action] = {
        "claim": "claim",
        "release": "release",
        "approve": "approve",
        "correct": "correct",
        "reject": "reject",
        "hold": "hold",
    }
    return actions[text]
