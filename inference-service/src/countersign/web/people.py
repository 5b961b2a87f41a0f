"""People: whose badge a scanner has read, so that they act in their own name."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from countersign.store import people
from countersign.web.auth import requires
from countersign.web.problems import Problem

blueprint = Blueprint("people", __name__)


@blueprint.get("/v1/people")
@requires("approve")
def show_person_of_badge() -> Response:
    """Show whose badge this is; the roles are checked again with every decision."""
    badge_id = request.args.get("badge_id", "").strip()
    if not badge_id:
        raise Problem(400, "bad-parameter", "A parameter makes no sense", "badge_id is missing")
    with g.services.database.read() as connection:
        person = people.read_by_badge(connection, badge_id)
    if person is None or not person.is_active:
        raise Problem(404, "not-found", "Nobody has this badge", "the badge is not known here")
    return jsonify(
        {"person_id": person.person_id, "name": person.name, "roles": sorted(person.roles)}
    )
