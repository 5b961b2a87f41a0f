"""Suggestions: what a report would probably say, while a person is still writing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.web.auth import requires
from countersign.web.bodies import check_parameters

FACTS = (
    "site_id",
    "order_id",
    "operation_id",
    "material_id",
    "equipment_id",
    "defect_code",
    "picture",
    "material_lot_id",
)

blueprint = Blueprint("suggestions", __name__)


@blueprint.get("/v1/suggestions/scrap-reasons")
@requires("events.read", "events.write")
def suggest_scrap_reasons() -> Response:
    """Rank the reasons of a scrap report that is being written; the likeliest first."""
    data = _report()
    with g.services.database.read() as connection:
        suggestion = g.services.suggester.scrap_reasons(connection, data)
    return jsonify(
        {
            "items": [
                {"scrap_reason_code": ranked.label, "probability": round(ranked.probability, 4)}
                for ranked in suggestion.reasons
            ],
            "model_version": suggestion.model_version,
        }
    )


def _report() -> dict[str, Any]:
    """Return the report as far as it is known; raises a 400 problem that names what is wrong.

    A quantity that is not known yet counts as one.
    """
    data: dict[str, Any] = {name: request.args[name] for name in FACTS if request.args.get(name)}
    data["quantity"] = {
        "quantity_string": request.args.get("quantity_string", "1"),
        "unit_of_measure": request.args.get("unit_of_measure", "C62"),
    }
    check_parameters("scrap-report", data)
    return data
