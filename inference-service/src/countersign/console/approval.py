"""The approval card: one task, why it came, what speaks for it, and the ways to decide it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from flask import Response, g, redirect, render_template, request, url_for
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response as AnyResponse

from countersign.console import fields, reasons
from countersign.console.causes import cause_of
from countersign.console.field_sets import EVENT_FIELDS
from countersign.console.fields import Field
from countersign.console.live_state import LiveState, live_state
from countersign.console.pages import blueprint
from countersign.console.standing import STALE_TEXT, Standing, standing_of
from countersign.console.unchanged import unless_unchanged
from countersign.decide.approvals import NEEDS_REASON, UNDECIDED, Action
from countersign.journey.review import Verdict
from countersign.nouns.progress import OperationProgress
from countersign.store import approvals, events, postings
from countersign.store.progress import from_json
from countersign.web.approvals import card, carry_out
from countersign.web.narratives import asked_locale
from countersign.web.presentation import approval_data
from countersign.web.problems import Problem

PANELS = ("correct", "hold", "reject")
DECISIONS = ("approve", *PANELS)
STALE = "approval-stale"
NEXT_CANDIDATES = 20
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a decision was not taken, with what is wrong in the form."""

    kind: str
    text: str
    errors: tuple[tuple[str, str], ...] = ()


@blueprint.get("/approvals/<approval_id>")
def approval(approval_id: str) -> str:
    """Show a task; ``do`` opens one of the panels, ``use=proposal`` fills in the proposal."""
    return _page(approval_id)


@blueprint.post("/approvals/<approval_id>/decide/<action>")
def decide(approval_id: str, action: str) -> AnyResponse | tuple[str, int]:
    """Carry out a decision and show what becomes of it, or say why not."""
    if action not in DECISIONS:
        raise Problem(404, "not-found", "No such action", f"{action} is not an action")
    data = card(approval_id)
    form = request.form
    reason, correction = reasons.reason_from(form), None
    if action == "correct":
        correction = _correction(data, form)
        if correction == data["event"]["data"]:
            text = "Nothing was changed: change a value, or post as counted."
            return _page(approval_id, Failure("unchanged", text)), 422
    if action in NEEDS_REASON and not reason:
        text = "Pick a reason, or write one."
        return _page(approval_id, Failure("reason-missing", text)), 422
    try:
        carry_out(_verdict(approval_id, cast(Action, action), reason, correction))
    except Problem as problem:
        errors = tuple((where.removeprefix("/correction"), text) for where, text in problem.errors)
        failure = Failure(problem.kind, problem.detail or problem.title, errors)
        return _page(approval_id, failure), problem.status
    return redirect(url_for("console.approval", approval_id=approval_id), 303)


@blueprint.post("/approvals/<approval_id>/claim")
def claim(approval_id: str) -> str:
    """Tell the others that this person is at it; asked by the page when it is opened and used."""
    data = card(approval_id)
    standing = _standing(data)
    if standing.may_decide:
        try:
            carry_out(_verdict(approval_id, "claim"))
        except Problem as problem:
            return _standing_part(data, Standing("theirs", problem.detail))
        standing = _standing(card(approval_id))
    return _standing_part(data, standing)


@blueprint.post("/approvals/<approval_id>/release")
def release(approval_id: str) -> AnyResponse:
    """Leave the task to others and go back to the inbox."""
    if _standing(card(approval_id)).kind == "mine":
        carry_out(_verdict(approval_id, "release"))
    return redirect(url_for("console.inbox"), 303)


@blueprint.get("/approvals/<approval_id>/standing")
def standing_now(approval_id: str) -> Response:
    """Return how the task stands now, against what the page has shown."""
    with g.services.database.read() as connection:
        row = approvals.read(connection, approval_id)
        if row is None:
            raise Problem(404, "not-found", "No such approval", approval_id)
        data = approval_data(connection, row)
        stored = events.read(connection, row.event_id)
        context_hash = g.services.reviewer.context_hash(connection, row)
    body = json.loads(stored.body) if stored is not None else {"data": {}}
    standing = standing_of(data, body["data"].get("person_id"), g.visitor, datetime.now(UTC))
    shown = request.args.get("shown", "")
    if standing.kind != "decided" and context_hash != shown:
        standing = Standing("stale", STALE_TEXT)
    task = {**data, "context_hash": shown}
    return unless_unchanged("console/_standing.html", task=task, standing=standing, is_refresh=True)


@blueprint.get("/approvals/<approval_id>/progress")
def progress(approval_id: str) -> Response:
    """Return what became of the decision, until it is settled."""
    with g.services.database.read() as connection:
        row = approvals.read(connection, approval_id)
        if row is None:
            raise Problem(404, "not-found", "No such approval", approval_id)
        data = approval_data(connection, row)
        states = _live_states(connection, row)
    is_last = all(state.is_settled for state in states)
    return unless_unchanged("console/_progress.html", is_last=is_last, task=data, states=states)


def _page(approval_id: str, failure: Failure | None = None) -> str:
    data = card(approval_id)
    with g.services.database.read() as connection:
        row = approvals.read(connection, approval_id)
        if row is None:
            raise Problem(404, "not-found", "No such approval", approval_id)
        states = _live_states(connection, row)
        following = _next_task(connection, approval_id)
    standing = _standing(data)
    if failure is not None and failure.kind == STALE:
        standing = Standing("stale", STALE_TEXT)
    return render_template(
        "console/approval.html",
        task=data,
        cause=cause_of(data["cause"], asked_locale()),
        is_overdue=row.due_at <= datetime.now(UTC),
        because=_because(data),
        operations=_operations(data),
        counts_itself=cause_of(data["cause"]).kind != "blocked",
        standing=standing,
        states=states,
        following=following,
        failure=failure,
        panel=_panel(failure),
        tiles=reasons.TILES,
        form_fields=_drawn(data, failure),
        proposal=_proposal(data),
        first=_first_approval(row, data),
        resolved=_resolved(data),
        corrected=_corrected(data),
    )


def _because(data: Mapping[str, Any]) -> list[str]:
    """Return what was expected and what moved the model, each said once."""
    assessment = data["assessment"]
    expected = [expectation["text"] for expectation in assessment["expectations"]]
    found: list[str] = []
    for text in [*expected[:MOST_REASONS], *assessment["reasons"][:MOST_REASONS]]:
        gist = text.rstrip(".").rpartition(": ")[2]
        is_said = any(gist in said for said in [*data["why"], *found])
        if not is_said:
            found.append(text)
    return found


def _operations(data: Mapping[str, Any]) -> list[tuple[str, OperationProgress]]:
    """Return what was captured so far for each operation of the order that produced something."""
    if data["evidence"]["progress"] is None:
        return []
    progress = from_json(json.dumps(data["evidence"]["progress"]))
    return [
        (operation_id, done)
        for operation_id, done in sorted(progress.operations.items())
        if done.confirmations
    ]


def _panel(failure: Failure | None) -> str:
    if failure is not None:
        action = request.path.rsplit("/", 1)[-1]
        return action if action in PANELS else ""
    asked = request.args.get("do", "")
    return asked if asked in PANELS else ""


def _verdict(
    approval_id: str, action: Action, reason: str = "", correction: Mapping[str, Any] | None = None
) -> Verdict:
    return Verdict(
        approval_id=approval_id,
        action=action,
        approver=g.visitor.approver,
        actor=f"{g.visitor.actor} via console",
        context_hash=request.form.get("context_hash"),
        reason=reason or None,
        correction=correction,
    )


def _standing(data: Mapping[str, Any]) -> Standing:
    caused_by = data["event"]["data"].get("person_id")
    return standing_of(data, caused_by, g.visitor, datetime.now(UTC))


def _standing_part(data: Mapping[str, Any], standing: Standing) -> str:
    shown = {**data, "context_hash": request.form.get("context_hash", data["context_hash"])}
    return render_template("console/_standing.html", task=shown, standing=standing, is_refresh=True)


def _correction(data: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """Return the corrected facts: the form's, or what the first of two people wrote."""
    original = data["event"]["data"]
    if form.get("same_as_first"):
        with g.services.database.read() as connection:
            row = approvals.read(connection, data["approval_id"])
        first = json.loads(row.first_approval) if row and row.first_approval else {}
        return cast(dict[str, Any], first.get("correction") or original)
    return fields.read(EVENT_FIELDS[data["use_case"]], original, form)


def _drawn(data: Mapping[str, Any], failure: Failure | None) -> list[Field]:
    field_set, original = EVENT_FIELDS[data["use_case"]], data["event"]["data"]
    current, errors = original, ()
    if failure is not None and request.path.endswith("/correct"):
        current = fields.read(field_set, original, request.form)
        return fields.draw(field_set, original, current, failure.errors)
    if request.args.get("use") == "proposal" and data["assessment"]["proposed_correction"]:
        current = data["assessment"]["proposed_correction"]
    return fields.draw(field_set, original, current, errors)


def _proposal(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    proposed = data["assessment"]["proposed_correction"]
    if not proposed:
        return []
    return fields.changes(EVENT_FIELDS[data["use_case"]], data["event"]["data"], proposed)


def _corrected(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    if "correction" not in data:
        return []
    field_set = EVENT_FIELDS[data["use_case"]]
    return fields.changes(field_set, data["event"]["data"], data["correction"])


def _resolved(data: Mapping[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    """Return what people changed in each similar case that they corrected."""
    field_set = EVENT_FIELDS[data["use_case"]]
    return {
        case["event_id"]: fields.changes(field_set, case["data"], case["resolution"]["correction"])
        for case in data["evidence"]["similar"]
        if "correction" in case.get("resolution", {})
    }


def _first_approval(row: Row[Any], data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the first of two people decided: action and changes."""
    if row.state != "awaiting_second" or not row.first_approval:
        return None
    first = json.loads(row.first_approval)
    changed: list[tuple[str, str, str]] = []
    if first["correction"]:
        field_set = EVENT_FIELDS[data["use_case"]]
        changed = fields.changes(field_set, data["event"]["data"], first["correction"])
    return {"action": first["action"], "by": row.first_approved_by, "changes": changed}


def _live_states(connection: Connection, row: Row[Any]) -> list[LiveState]:
    """Return the postings that a decided task led to, or the one that the ERP asked about."""
    if row.posting_id:
        record = postings.read(connection, row.posting_id)
        return [] if record is None else [live_state(record)]
    if row.state in UNDECIDED:
        return []
    return [live_state(record) for record in postings.of_event(connection, row.event_id)]


def _next_task(connection: Connection, approval_id: str) -> Row[Any] | None:
    """Return the next task that nobody has in hand."""
    now = datetime.now(UTC)
    for row in approvals.find(connection, states=("open", "claimed"), limit=NEXT_CANDIDATES):
        is_held = row.claimed_until is not None and row.claimed_until > now
        is_others = is_held and row.claimed_by != g.visitor.person_id
        if row.approval_id != approval_id and not is_others:
            return row
    return None
