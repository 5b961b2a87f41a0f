"""Evidence: the little that a person needs to see beside an event, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row

from countersign.journey.task_stock import materials_of
from countersign.store import events, master_data, progress

SIMILAR_EVENTS = 3


def evidence(connection: Connection, stored: Row[Any]) -> dict[str, Any]:
    """Gather similar events, the order, what was captured for it so far, and stock."""
    found = master_data.read(connection, "order", [stored.order_id])
    order = found.get(stored.order_id)
    current = progress.read(connection, stored.order_id)
    return {
        "similar": _similar(connection, stored, order),
        "order": None if order is None else _order(order),
        "progress": None if current is None else json.loads(progress.to_json(current)),
        "stock": _stock(connection, json.loads(stored.body)["data"]),
    }


def _stock(connection: Connection, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the ERP has of the event's materials, a row per place.

    A material that was not looked up yet is left out; one without stock has no quantity.
    """
    material_ids = list(dict.fromkeys(materials_of(data)))
    known = master_data.read(connection, "stock", material_ids)
    rows = []
    for material_id in material_ids:
        for level in known.get(material_id, {"levels": []})["levels"]:
            rows.append({"material_id": material_id, **level})
        if material_id in known and not known[material_id]["levels"]:
            rows.append({"material_id": material_id, "storage_location": "", "quantity": None})
    return rows


def _similar(
    connection: Connection, stored: Row[Any], order: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return past cases of the same use case and material.

    First those that came to a person for the same cause, with how they were resolved; where
    there are few, the last ones that were booked.
    """
    if order is None:
        return []
    cause = json.loads(stored.decision)["cause"]
    material_id = order["material_id"]
    alike = events.read_resolved_alike(
        connection, stored.use_case, material_id, cause, before=stored.seq, limit=SIMILAR_EVENTS
    )
    cases = [_case(row) | {"resolution": _resolution(row)} for row in alike]
    known = {row.event_id for row in alike}
    booked = events.read_similar(
        connection, stored.use_case, material_id, before=stored.seq, limit=SIMILAR_EVENTS
    )
    cases += [_case(row) for row in booked if row.event_id not in known]
    return cases[:SIMILAR_EVENTS]


def _case(row: Row[Any]) -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "order_id": row.order_id,
        "state": row.state,
        "occurred_at": row.occurred_at.isoformat(),
        "data": json.loads(row.body)["data"],
    }


def _resolution(row: Row[Any]) -> dict[str, Any]:
    """Return what a person made of a case that came for the same cause."""
    resolution = {
        "state": row.task_state,
        "decided_by": row.decided_by,
        "decided_at": row.decided_at.isoformat(),
        "reason": row.reason,
        "correction": json.loads(row.correction) if row.correction else None,
    }
    return {name: value for name, value in resolution.items() if value is not None}


def _order(order: dict[str, Any]) -> dict[str, Any]:
    return {
        name: order[name] for name in ("order_id", "material_id", "quantity", "state", "components")
    }
