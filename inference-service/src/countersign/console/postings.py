"""Postings: how many are in which state, what keeps them, and the ERPs that take them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from countersign.audit.trail import Trail, open_trail
from countersign.console.cause_groups import groups_of
from countersign.console.live_state import live_state
from countersign.console.pages import blueprint
from countersign.console.unchanged import unless_unchanged
from countersign.nouns.cause_queue import CAUSE_QUEUES, QUEUE_TITLES
from countersign.nouns.posting import OPEN_STATES, PostingState
from countersign.post import commands, triage
from countersign.post.commands import CommandRefused
from countersign.store import postings as rows
from countersign.web.bodies import read_number
from countersign.web.problems import Problem

STATES: tuple[str, ...] = get_args(PostingState)
STATES_SHOWN = ("queued", "sending", "rejected", "outcome_unknown")
"""Open states whose count is shown even when it is 0; others only when there are any."""
STATES_ENDED = tuple(state for state in STATES if state not in OPEN_STATES)
"""Not counted: there are millions of them, and nobody has to act."""
PAGE_ROWS = 50
MAX_REASON_LENGTH = 500

Result = TypeVar("Result")


@blueprint.get("/postings")
def postings() -> str:
    """Show postings by state, with the causes that keep them."""
    return render_template("console/postings.html", **_content())


@blueprint.get("/postings/overview")
def postings_overview() -> Response:
    """Return counts and causes alone, for the page that refreshes itself."""
    return unless_unchanged("console/_postings_overview.html", **_overview())


@blueprint.post("/postings/resubmit")
def resubmit() -> Response:
    """Send all postings again that were refused for one cause."""
    erp, fingerprint = request.form.get("erp", ""), request.form.get("fingerprint", "")

    def again(connection: Connection, trail: Trail) -> int:
        found = commands.resubmit(
            connection,
            trail,
            erp=erp,
            fingerprint=fingerprint,
            actor=f"{g.visitor.actor} via console",
            reason=reason_given(),
        )
        return len(found)

    count = carry_out(again)
    if count is not None:
        flash(f"{count} postings are on their way again, in their order.")
    return redirect(url_for("console.postings"), 303)


@blueprint.post("/postings/move-cause")
def move_cause() -> Response:
    """Put a cause into the queue of those who mend it."""
    queue = request.form.get("queue", "")
    if queue not in CAUSE_QUEUES:
        raise Problem(422, "invalid-message", "No such queue", f"{queue} is not a queue.")
    reason = reason_given()
    if not reason:
        flash("Say why the cause is moved.", "failure")
        return redirect(url_for("console.postings"), 303)
    moved = carry_out(
        lambda connection, trail: g.services.cause_sorter.move(
            connection,
            trail,
            erp=request.form.get("erp", ""),
            fingerprint=request.form.get("fingerprint", ""),
            queue=queue,
            actor=f"{g.visitor.actor} via console",
            reason=reason,
        )
    )
    if moved is not None:
        flash(f"Moved to {QUEUE_TITLES[moved.queue]}; the model that reads errors learns from it.")
    return redirect(url_for("console.postings"), 303)


@blueprint.post("/erps/<erp>/<action>")
def change_erp(erp: str, action: str) -> Response:
    """Pause an ERP, or let calls to it begin again."""
    if action not in ("pause", "resume"):
        raise Problem(404, "not-found", "No such action", f"{action} is not an action")
    actor, reason = f"{g.visitor.actor} via console", reason_given()
    if action == "pause" and not reason:
        flash("Say why the ERP is paused.", "failure")
        return redirect(url_for("console.postings"), 303)
    change = commands.pause if action == "pause" else commands.resume
    done = carry_out(lambda c, t: change(c, t, erp, actor=actor, reason=reason))
    if done is not None:
        flash(f"{erp} is paused." if action == "pause" else f"{erp} is called again.")
    return redirect(url_for("console.postings"), 303)


def carry_out(command: Callable[[Connection, Trail], Result]) -> Result | None:
    """Carry out a command of the ERP team in one transaction; a refusal is shown to the person.

    Raises a 403 problem for everybody else.
    """
    if not g.visitor.may_mend:
        raise Problem(403, "forbidden", "Not allowed", "This is for the ERP team (role erp).")
    try:
        with (
            g.services.database.write() as connection,
            open_trail(connection, datetime.now(UTC)) as trail,
        ):
            return command(connection, trail)
    except CommandRefused as refusal:
        flash(refusal.text, "failure")
        return None


def reason_given() -> str:
    """Return the reason that the form gives."""
    return request.form.get("reason", "").strip()[:MAX_REASON_LENGTH]


def _content() -> dict[str, Any]:
    state = request.args.get("state", "")
    filters = {
        name: request.args.get(name, "").strip() for name in ("erp", "order_id", "fingerprint")
    }
    with g.services.database.read() as connection:
        records = rows.find(
            connection,
            states=[state] if state in STATES else (),
            before=read_number("before", 0) or None,
            limit=PAGE_ROWS + 1,
            **{name: value or None for name, value in filters.items()},
        )
    shown = records[:PAGE_ROWS]
    return {
        "states": STATES,
        "state": state,
        "filters": filters,
        "postings": [live_state(record) for record in shown],
        "next_before": shown[-1].seq if len(records) > PAGE_ROWS else None,
        **_overview(),
    }


def _overview() -> dict[str, Any]:
    queue = request.args.get("queue", "")
    with g.services.database.read() as connection:
        counts = dict.fromkeys(STATES_SHOWN, 0)
        for (_, state), count in rows.count_open(connection).items():
            counts[state] = counts.get(state, 0) + count
        causes = g.services.cause_sorter.sort(connection, triage.clusters(connection))
    groups = groups_of(causes)
    return {
        "counts": counts,
        "ended": STATES_ENDED,
        "groups": groups,
        "queue": queue if any(group.name == queue for group in groups) else "",
        "queue_titles": QUEUE_TITLES,
    }
