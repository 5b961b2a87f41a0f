"""Master data in memory: orders and materials, fresh to the last change that was committed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from countersign.nouns.order import Material, ProductionOrder
from countersign.store import master_data as rows

MAX_ITEMS = 50_000


class MasterData:
    """A cache of master data; not shared between threads: the writer of a process owns it."""

    def __init__(self) -> None:
        self._version = -1
        self._orders: dict[str, ProductionOrder | None] = {}
        self._materials: dict[str, Material | None] = {}
        self._closed_periods: list[tuple[date, date]] = []
        self._quality_holds: frozenset[str] = frozenset()

    @property
    def quality_holds(self) -> frozenset[str]:
        """Return what quality has blocked: ``order/…``, ``lot/…`` or ``material/…``."""
        return self._quality_holds

    def refresh(self, connection: Connection, version: int) -> None:
        """Forget what changed up to ``version``, the change counter of master data."""
        if version == self._version:
            return
        changed = rows.read_changed(connection, self._version)
        kinds = {kind for kind, _ in changed}
        for kind, item_id in changed:
            if kind == "order":
                self._orders.pop(item_id, None)
            elif kind == "material":
                self._materials.pop(item_id, None)
        if self._version < 0 or kinds & {"period", "quality_hold"}:
            self._load_small(connection)
        self._version = version

    def orders(
        self, connection: Connection, order_ids: Iterable[str]
    ) -> dict[str, ProductionOrder | None]:
        """Return orders by id; ``None`` for one that the ERP does not know."""
        return self._lookup(connection, "order", self._orders, order_ids, ProductionOrder.from_data)

    def materials(
        self, connection: Connection, material_ids: Iterable[str]
    ) -> dict[str, Material | None]:
        """Return materials by id; ``None`` for one that the ERP does not know."""
        return self._lookup(
            connection, "material", self._materials, material_ids, Material.from_data
        )

    def is_closed(self, day: date) -> bool:
        """Tell whether the ERP has closed the posting period of a day."""
        return any(first <= day <= last for first, last in self._closed_periods)

    def _lookup(
        self,
        connection: Connection,
        kind: rows.Kind,
        cache: dict[str, Any],
        item_ids: Iterable[str],
        read: Any,
    ) -> dict[str, Any]:
        wanted = set(item_ids)
        missing = [item_id for item_id in wanted if item_id not in cache]
        if missing:
            if len(cache) > MAX_ITEMS:
                cache.clear()
                missing = list(wanted)
            found = rows.read(connection, kind, missing)
            for item_id in missing:
                cache[item_id] = read(found[item_id]) if item_id in found else None
        return {item_id: cache[item_id] for item_id in wanted}

    def _load_small(self, connection: Connection) -> None:
        self._closed_periods = [
            (date.fromisoformat(item["starts_on"]), date.fromisoformat(item["ends_on"]))
            for item in rows.read_kind(connection, "period").values()
            if not item["is_open"]
        ]
        holds = rows.read_kind(connection, "quality_hold")
        self._quality_holds = frozenset(key for key, item in holds.items() if item["is_active"])
