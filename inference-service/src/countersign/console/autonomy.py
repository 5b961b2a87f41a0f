"""Autonomy: what the machine may do by itself, what it has earned, and why."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from countersign.console.pages import blueprint
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.journey import watch
from countersign.nouns.autonomy import Autonomy
from countersign.store import alarms, autonomy_changes, confirmations, policies
from countersign.web.autonomy import read_stake
from countersign.web.problems import Problem

SHOWN_CHANGES = 50


@blueprint.get("/autonomy")
def autonomy() -> str:
    """Show phase, limits and earned trust per use case."""
    with g.services.database.read() as connection:
        policy = read_policy(*(policies.read_current(connection) or (0, DEFAULT_POLICY)))
        earned = sorted(confirmations.read_autonomy(connection).items())
        stakes = {key: read_stake(connection, policy, row) for key, row in earned}
        standing = alarms.standing(connection)
        changes = autonomy_changes.latest(connection, SHOWN_CHANGES)
    classes: dict[str, list[Autonomy]] = {}
    for (use_case, _), row in earned:
        classes.setdefault(use_case, []).append(row)
    return render_template(
        "console/autonomy.html",
        policy=policy,
        classes=classes,
        stakes=stakes,
        alarms=standing,
        changes=changes,
        may_clear=g.visitor.may_govern,
    )


@blueprint.post("/alarms/<alarm_id>/clear")
def clear_alarm(alarm_id: str) -> Response:
    """End an alarm after looking into it."""
    if not g.visitor.may_govern:
        raise Problem(403, "forbidden", "Not allowed", "Your roles do not allow you to do this.")
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise Problem(422, "invalid-message", "Say why", "A reason is needed.")
    with g.services.database.write() as connection:
        ended = watch.clear(
            connection,
            alarm_id,
            actor=f"{g.visitor.actor} via console",
            reason=reason,
            now=datetime.now(UTC),
        )
    flash("The alarm is over; what was earned counts again." if ended else "It was over already.")
    return redirect(url_for("console.autonomy"), 303)


@blueprint.get("/policy")
def policy_versions() -> str:
    """List the versions of the policy, newest first."""
    with g.services.database.read() as connection:
        versions = policies.read_all(connection)
    return render_template("console/policy.html", versions=versions)
