"""Policy and models: what the machine may do, what it has earned, and what it thinks with."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from flask import Blueprint, Response, g, jsonify
from sqlalchemy.exc import IntegrityError

from countersign.decide.policy import DEFAULT_POLICY, PolicyError
from countersign.journey import governance
from countersign.store import confirmations, policies
from countersign.web.auth import actor, requires
from countersign.web.bodies import invalid, read_message
from countersign.web.presentation import autonomy_data
from countersign.web.problems import Problem

blueprint = Blueprint("policy", __name__)


@blueprint.get("/v1/policy")
@requires("admin", "approve", "events.read")
def show_policy() -> Response:
    """Show the policy in force and what every class of decisions has earned."""
    with g.services.database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
        earned = confirmations.read_autonomy(connection)
    return jsonify(
        {
            "version": version,
            "policy": body,
            "autonomy": [autonomy_data(row) for row in earned.values()],
        }
    )


@blueprint.get("/v1/policy/versions")
@requires("admin", "approve", "events.read")
def list_policies() -> Response:
    """List every version of the policy, newest first, with who changed it and why."""
    with g.services.database.read() as connection:
        return jsonify({"items": policies.read_all(connection)})


@blueprint.put("/v1/policy")
@requires("admin")
def change_policy() -> Response:
    """Put a new version of the policy in force; ``based_on_version`` guards against overwriting."""
    message = read_message("policy-change")
    try:
        with g.services.database.write() as connection:
            version = governance.change_policy(
                connection,
                message["policy"],
                message["based_on_version"],
                actor(),
                message["reason"],
                datetime.now(UTC),
                without_proof=message.get("without_proof", False),
            )
    except governance.NotProved as error:
        raise Problem(
            409,
            "not-proved",
            "Not proved yet",
            f"{error}. See the parallel run; without_proof puts the policy in force all the same.",
        ) from error
    except (governance.PolicyChanged, IntegrityError) as error:
        raise Problem(
            409,
            "policy-conflict",
            "Somebody else changed the policy",
            "read it again, then send your change with its version as based_on_version",
        ) from error
    except PolicyError as error:
        raise invalid([(f"/policy{where}", text) for where, text in error.errors]) from error
    return jsonify({"version": version, "policy": message["policy"]})


@blueprint.get("/v1/models")
@requires("admin", "approve", "events.read")
def list_models() -> Response:
    """List the models in use with their cards."""
    shelf = g.services.shelf
    cards = [shelf.get(name).card for name in shelf.versions()]
    return Response(json.dumps({"items": cards}), mimetype="application/json")
