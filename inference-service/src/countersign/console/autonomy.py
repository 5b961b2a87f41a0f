"""Autonomy: what the machine may do by itself, what it has earned, and why."""

from __future__ import annotations

from flask import g, render_template

from countersign.console.pages import blueprint
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.store import confirmations, policies


@blueprint.get("/autonomy")
def autonomy() -> str:
    """Show phase, limits and earned trust per use case."""
    with g.services.database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
        earned = sorted(confirmations.read_autonomy(connection).items())
    classes: dict[str, list[confirmations.Autonomy]] = {}
    for (use_case, _), row in earned:
        classes.setdefault(use_case, []).append(row)
    return render_template(
        "console/autonomy.html", policy=read_policy(version, body), classes=classes
    )


@blueprint.get("/policy")
def policy_versions() -> str:
    """List the versions of the policy, newest first."""
    with g.services.database.read() as connection:
        versions = policies.read_all(connection)
    return render_template("console/policy.html", versions=versions)
