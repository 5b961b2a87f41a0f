"""Mirroring: the ERP's orders, materials and periods, copied to where events are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from countersign.audit.trail import open_trail
from countersign.erp.port import ErpPort
from countersign.nouns.order import ProductionOrder
from countersign.store import master_data
from countersign.store.database import Database, canonical_json, digest_of

OVERLAP = timedelta(minutes=5)
"""Orders are read again this far back: an ERP may date a change before it commits it."""

MATERIALS_EVERY = timedelta(minutes=10)


class Mirror:
    """Keeps the copy of one ERP's master data fresh; owned by one thread."""

    def __init__(self, database: Database, port: ErpPort) -> None:
        self._database = database
        self._port = port
        self._changed_since: datetime | None = None
        self._materials_at: datetime | None = None

    def refresh(self, now: datetime) -> int:
        """Copy what has changed and return how many items did; raises ``ErpError``.

        Orders are read since the last change seen, periods always, materials when orders have
        changed (they may name new ones) and every ten minutes. The ERP is read before the
        transaction begins.
        """
        orders = list(self._port.orders(self._changed_since))
        periods = list(self._port.periods())
        with self._database.write() as connection:
            changed = master_data.put(
                connection, "order", {order.order_id: order.to_data() for order in orders}
            )
            changed += master_data.put(
                connection,
                "period",
                {
                    period.starts_on.isoformat(): {
                        "starts_on": period.starts_on.isoformat(),
                        "ends_on": period.ends_on.isoformat(),
                        "is_open": period.is_open,
                    }
                    for period in periods
                },
            )
        if changed or self._materials_at is None or now - self._materials_at >= MATERIALS_EVERY:
            changed += self._refresh_materials()
            self._materials_at = now
        seen = [order.changed_at for order in orders if order.changed_at is not None]
        if seen:
            self._changed_since = max(seen) - OVERLAP
        return changed

    def _refresh_materials(self) -> int:
        materials = {item.material_id: item.to_data() for item in self._port.materials()}
        with self._database.write() as connection:
            return master_data.put(connection, "material", materials)


def take_pushed_orders(
    database: Database, messages: Sequence[Mapping[str, Any]], actor: str, now: datetime
) -> int:
    """Copy orders that an ERP has pushed and return how many were new or changed.

    The messages have passed their contract. A state that is older than the known one is passed
    over: pushes may overtake each other.
    """
    pushed = {message["order_id"]: _order_of(message) for message in messages}
    with database.write() as connection:
        known = master_data.read(connection, "order", list(pushed))
        newer = {
            order_id: order.to_data()
            for order_id, order in pushed.items()
            if not _is_older(order, known.get(order_id))
        }
        changed = master_data.put(connection, "order", newer)
        if changed:
            digest = digest_of(canonical_json([newer[order_id] for order_id in sorted(newer)]))
            with open_trail(connection, now) as trail:
                trail.add("orders_pushed", actor, {"changed": changed, "digest": digest})
    return changed


def _order_of(message: Mapping[str, Any]) -> ProductionOrder:
    operation = {"setup_minutes": "0", "machine_minutes_per_piece": "0", "cost_center": ""}
    component = {"operation_id": "", "backflushed": False}
    return ProductionOrder.from_data(
        {
            "changed_at": None,
            "planned_end_at": None,
            **message,
            "operations": [operation | row for row in message["operations"]],
            "components": [component | row for row in message.get("components", ())],
        }
    )


def _is_older(order: ProductionOrder, known: Mapping[str, Any] | None) -> bool:
    if known is None or order.changed_at is None or known["changed_at"] is None:
        return False
    return order.changed_at < datetime.fromisoformat(known["changed_at"])
