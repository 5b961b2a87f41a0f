"""Stock of tasks: what lies in the ERP of the materials that people are asked about right now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from countersign.erp.port import ErpPort, StockLevel
from countersign.nouns.quantity import plain
from countersign.store import approvals, events, master_data
from countersign.store.database import Database

MOST_TASKS = 200
"""The most urgent tasks whose materials are looked up in one round."""


class TaskStock:
    """Keeps the stock fresh that cards show as evidence; owned by one thread."""

    def __init__(self, database: Database, port: ErpPort) -> None:
        self._database = database
        self._port = port

    def refresh(self) -> int:
        """Copy the stock of materials in open tasks; return how many changed. Raises ``ErpError``.

        The ERP is read between two transactions.
        """
        with self._database.read() as connection:
            tasks = approvals.find(connection, limit=MOST_TASKS)
            bodies = events.read_bodies(connection, [task.event_id for task in tasks])
        wanted = {name for body in bodies for name in materials_of(json.loads(body)["data"])}
        if not wanted:
            return 0
        items = stock_items(sorted(wanted), self._port.stock(sorted(wanted)))
        with self._database.write() as connection:
            return master_data.put(connection, "stock", items)


def materials_of(data: Mapping[str, Any]) -> list[str]:
    """Return the materials that an event takes from stock, in its order."""
    lines = data.get("material_actual", [data] if "quantity" in data else [])
    return [line["material_id"] for line in lines]


def stock_items(material_ids: Iterable[str], levels: Iterable[StockLevel]) -> dict[str, Any]:
    """Return what is stored per material; one without any stock has an empty list of levels."""
    places: dict[str, dict[tuple[str, str], Any]] = {name: {} for name in material_ids}
    for level in levels:
        held = places.setdefault(level.material_id, {})
        place = (level.storage_location, level.unit)
        held[place] = held.get(place, 0) + level.quantity
    return {
        name: {
            "levels": [
                {
                    "storage_location": location,
                    "quantity": {"quantity_string": plain(held[key]), "unit_of_measure": unit},
                }
                for key in sorted(held)
                for location, unit in [key]
            ]
        }
        for name, held in places.items()
    }
