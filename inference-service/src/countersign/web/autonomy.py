"""Autonomy: what the machine may do by itself, what it has earned, and what took it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Connection

from countersign.decide.autonomy import window_of
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.decide.stake import CENT, Stake, stake_of
from countersign.journey import watch
from countersign.nouns.autonomy import Autonomy
from countersign.store import alarms, autonomy_changes, confirmations, policies
from countersign.web.auth import acting_person, actor, requires
from countersign.web.bodies import read_message, read_number
from countersign.web.presentation import autonomy_data
from countersign.web.problems import Problem

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


@blueprint.get("/v1/autonomy/history")
@requires("admin", "approve", "events.read")
def list_autonomy_changes() -> Response:
    """List when autonomy was given and taken, and why, newest first."""
    limit = read_number("limit", 100, low=1, high=500)
    with g.services.database.read() as connection:
        rows = autonomy_changes.latest(connection, limit, request.args.get("use_case"))
    return jsonify({"items": [asdict(row) | {"at": row.at.isoformat()} for row in rows]})


@blueprint.get("/v1/alarms")
@requires("admin", "approve", "events.read")
def list_alarms() -> Response:
    """List what the watch over events and models found, newest first."""
    return _alarms(read_number("limit", 100, low=1, high=500))


@blueprint.post("/v1/alarms/<alarm_id>/clear")
@requires("admin")
def clear_alarm(alarm_id: str) -> Response:
    """End an alarm after looking into it; what was earned counts again."""
    message = read_message("alarm-clear")
    person_id = message.get("acting_user")
    who = actor() if person_id is None else f"person:{acting_person(person_id).person_id}"
    with g.services.database.write() as connection:
        reason, now = message["reason"], datetime.now(UTC)
        if not watch.clear(connection, alarm_id, actor=who, reason=reason, now=now):
            detail = "There is no such alarm, or it is over."
            raise Problem(404, "not-found", "No such alarm", detail)
    return _alarms(100)


def _alarms(limit: int) -> Response:
    with g.services.database.read() as connection:
        rows = alarms.latest(connection, limit)
    return jsonify({"items": [_alarm(row) for row in rows]})


def _alarm(row: alarms.Alarm) -> dict[str, Any]:
    data = asdict(row) | {
        "raised_at": row.raised_at.isoformat(),
        "cleared_at": row.cleared_at and row.cleared_at.isoformat(),
    }
    return {name: value for name, value in data.items() if value is not None}


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
            autonomy_data(row) | _money(read_stake(connection, policy, row))
            for row in sorted(classes, key=lambda row: row.segment)
        ],
    }


def read_stake(connection: Connection, policy: Policy, earned: Autonomy) -> Stake:
    """Read the money behind what a class has earned."""
    count = window_of(earned.target, policy.confirmed_window)
    return stake_of(
        earned,
        confirmations.read_last_amounts(connection, earned.use_case, earned.segment, count),
    )


def _money(stake: Stake) -> dict[str, Any]:
    return {
        "amount_covered": str(stake.covered.quantize(CENT)),
        "amount_wrong": str(stake.wrong.quantize(CENT)),
        "amount_at_risk": str(stake.at_risk),
        "accuracy_by_value": stake.accuracy_by_value,
    }
