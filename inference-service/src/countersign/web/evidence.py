"""Evidence: the little that a person needs to see beside an event, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row

from countersign.store import events, master_data, progress

SIMILAR_EVENTS = 3


def evidence(connection: Connection, stored: Row[Any]) -> dict[str, Any]:
    """Gather the last similar events, the order and what was captured for it so far."""
    found = master_data.read(connection, "order", [stored.order_id])
    order = found.get(stored.order_id)
    current = progress.read(connection, stored.order_id)
    return {
        "similar": _similar(connection, stored, order),
        "order": None if order is None else _order(order),
        "progress": None if current is None else json.loads(progress.to_json(current)),
    }


def _similar(
    connection: Connection, stored: Row[Any], order: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the last events of the same use case and material that were settled."""
    if order is None:
        return []
    rows = events.read_similar(
        connection, stored.use_case, order["material_id"], before=stored.seq, limit=SIMILAR_EVENTS
    )
    return [
        {
            "event_id": row.event_id,
            "order_id": row.order_id,
            "state": row.state,
            "occurred_at": row.occurred_at.isoformat(),
            "data": json.loads(row.body)["data"],
        }
        for row in rows
    ]


def _order(order: dict[str, Any]) -> dict[str, Any]:
    return {
        name: order[name] for name in ("order_id", "material_id", "quantity", "state", "components")
    }
