"""Autonomy: what the machine may do by itself, what it has earned, and the money in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, jsonify
from sqlalchemy import Connection

from countersign.decide.parallel_run import CENT, at_risk
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.store import confirmations, policies
from countersign.store.confirmations import Autonomy, Outcome
from countersign.web.auth import requires
from countersign.web.presentation import autonomy_data

blueprint = Blueprint("autonomy", __name__)


@blueprint.get("/v1/autonomy")
@requires("admin", "approve", "events.read")
def show_autonomy() -> Response:
    """Show phase, limits and what every class has earned, with the money behind it."""
    with g.services.database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
        policy = read_policy(version, body)
        earned = confirmations.read_autonomy(connection)
        items = [
            _use_case(
                connection, policy, name, [row for row in earned.values() if row.use_case == name]
            )
            for name in policy.use_cases
        ]
    return jsonify(
        {
            "policy_version": version,
            "currency": g.services.settings.currency,
            "spot_check_share": policy.spot_check_share,
            "items": items,
        }
    )


def _use_case(
    connection: Connection, policy: Policy, name: str, classes: Sequence[Autonomy]
) -> dict[str, Any]:
    limits = policy.use_cases[name]
    return {
        "use_case": name,
        "phase": limits.phase,
        "target_accuracy": limits.target_accuracy,
        "amount_cap": str(limits.amount_cap),
        "four_eyes_above": str(limits.four_eyes_above),
        "classes": [
            autonomy_data(row)
            | _money(
                row,
                confirmations.read_last_amounts(
                    connection, name, row.segment, policy.confirmed_window
                ),
            )
            for row in sorted(classes, key=lambda row: row.segment)
        ],
    }


def _money(row: Autonomy, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Add up the money of the outcomes that the class's trust rests on.

    While nothing is earned that is the money of all of them.
    """
    sure = [
        outcome
        for outcome in outcomes
        if row.threshold is None or outcome.confidence >= row.threshold
    ]
    covered = sum((outcome.amount for outcome in sure), Decimal(0))
    wrong = sum((outcome.amount for outcome in sure if not outcome.correct), Decimal(0))
    return {
        "amount_covered": str(covered.quantize(CENT)),
        "amount_wrong": str(wrong.quantize(CENT)),
        "amount_at_risk": str(at_risk(covered, row.lower_bound)),
    }
