"""Audit: the records of an event, an order or an ERP document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.store import audit_records
from countersign.web.auth import requires
from countersign.web.bodies import read_number
from countersign.web.presentation import audit_data

blueprint = Blueprint("audit", __name__)


@blueprint.get("/v1/audit")
@requires("events.read", "admin")
def list_audit() -> Response:
    """List audit records, oldest first, by event_id, order_id or document_id."""
    after, limit = read_number("after", 0), read_number("limit", 200, low=1, high=1000)
    with g.services.database.read() as connection:
        records = audit_records.find(
            connection,
            event_id=request.args.get("event_id"),
            order_id=request.args.get("order_id"),
            document_id=request.args.get("document_id"),
            after=after,
            limit=limit,
        )
        head_seq, head_hash = audit_records.read_head(connection)
    answer: dict[str, Any] = {
        "items": [audit_data(record) for record in records],
        "head": {"seq": head_seq, "hash": head_hash},
    }
    if len(records) == limit:
        answer["next_after"] = records[-1].seq
    return jsonify(answer)
