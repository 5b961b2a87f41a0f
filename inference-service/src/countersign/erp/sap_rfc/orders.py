"""Orders: what postings need of them, and orders for the mirror of master data."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import time as day_time

from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import short_id
from countersign.erp.sap.wording import OrderComponent
from countersign.erp.sap_rfc.fields import day
from countersign.erp.sap_rfc.tables import (
    Condition,
    Record,
    Tables,
    order_key,
    read_day,
    read_moment,
    read_number,
)
from countersign.nouns.order import Component, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity

KEPT_S = 300.0
MOST_KEPT = 2000
PRODUCTION = "10"
WORK_CENTER = "A"
_HEADS = "AUFNR WERKS LOEKZ PHAS0 PHAS1 PHAS2 PHAS3 ERDAT AEDAT AEZEIT"
_COMPONENTS = "RSNUM RSPOS VORNR MATNR WERKS LGORT CHARG BDMNG MEINS RGEKZ"
_STATES: tuple[tuple[str, OrderState], ...] = (
    ("LOEKZ", "cancelled"),
    ("PHAS3", "closed"),
    ("PHAS2", "completed"),
    ("PHAS1", "released"),
)


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    components: tuple[OrderComponent, ...]


class OrderBook:
    """Knows where the components of each order lie; what it read it keeps for some minutes."""

    def __init__(self, tables: Tables, profile: Profile) -> None:
        self._tables = tables
        self._profile = profile
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def backflushes(self) -> bool:
        """Tell whether SAP moves goods of its own with a confirmation."""
        return self._profile.backflush

    def components(self, order_id: str) -> tuple[OrderComponent, ...]:
        """Return the components of an order; none when SAP has no such order."""
        number = short_id(order_id)
        with self._lock:
            kept = self._kept.get(number)
        if kept is not None and kept.until > time.monotonic():
            return kept.components
        rows = component_rows(self._tables, number)
        found = tuple(_order_component(row) for row in rows)
        with self._lock:
            self._kept[number] = _Kept(time.monotonic() + KEPT_S, found)
            self._kept.move_to_end(number)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def product(self, order_id: str) -> str:
        """Return what an order makes; nothing when SAP has no such order."""
        rows = self._tables.rows("AFKO", "PLNBEZ", Condition("AUFNR", order_key(order_id)))
        return next((short_id(row["PLNBEZ"]) for row in rows), "")

    def forget(self, order_id: str) -> None:
        """Read an order anew when it is asked for next."""
        with self._lock:
            self._kept.pop(short_id(order_id), None)


class OrderReading:
    """Reads production orders with components and operations."""

    def __init__(self, tables: Tables, profile: Profile) -> None:
        self._tables = tables
        self._profile = profile

    def orders(self, changed_since: datetime | None) -> Iterator[ProductionOrder]:
        """Read orders changed since a moment, or all; SAP's times are those of the plant."""
        plants = [self._profile.codes.to_sap("plant", site) for site in self._profile.sites]
        work_centers: dict[str, str] = {}
        for row in self._heads(changed_since).values():
            if plants and row["WERKS"] not in plants:
                continue
            changed_at = self._changed_at(row)
            if changed_since is None or changed_at is None or changed_at >= changed_since:
                yield self._order(row, changed_at, work_centers)

    def _heads(self, changed_since: datetime | None) -> dict[str, Record]:
        """Return heads by number; an order that was never changed has only its day of creation."""
        wanted = [Condition("AUTYP", PRODUCTION)]
        if changed_since is None:
            rows = list(self._tables.rows("AUFK", _HEADS, *wanted))
        else:
            since = day(changed_since.astimezone(self._profile.time_zone).date())
            rows = [
                row
                for field in ("AEDAT", "ERDAT")
                for row in self._tables.rows("AUFK", _HEADS, *wanted, Condition(field, since, ">="))
            ]
        return {row["AUFNR"]: row for row in rows}

    def _changed_at(self, row: Record) -> datetime | None:
        return read_moment(row["AEDAT"], row["AEZEIT"], self._profile.time_zone)

    def _order(
        self, row: Record, changed_at: datetime | None, work_centers: dict[str, str]
    ) -> ProductionOrder:
        number = Condition("AUFNR", order_key(row["AUFNR"]))
        (plan,) = self._tables.rows("AFKO", "AUFNR PLNBEZ GAMNG GMEIN GLTRP AUFPL", number)
        end = read_day(plan["GLTRP"])
        zone = self._profile.time_zone
        routing = Condition("AUFPL", plan["AUFPL"])
        steps = self._tables.rows("AFVC", "VORNR ARBID", routing)
        return ProductionOrder(
            order_id=short_id(row["AUFNR"]),
            site_id=self._profile.codes.to_ours("plant", row["WERKS"]),
            material_id=short_id(plan["PLNBEZ"]),
            quantity=Quantity(read_number(plan["GAMNG"]), self._unit(plan["GMEIN"])),
            state=next((state for flag, state in _STATES if row[flag]), "created"),
            components=tuple(
                self._component(part) for part in component_rows(self._tables, row["AUFNR"])
            ),
            operations=tuple(
                Operation(step["VORNR"], self._work_center(step["ARBID"], work_centers))
                for step in steps
            ),
            changed_at=changed_at,
            planned_end_at=datetime.combine(end, day_time(), zone) if end else None,
        )

    def _component(self, row: Record) -> Component:
        return Component(
            material_id=short_id(row["MATNR"]),
            quantity=Quantity(read_number(row["BDMNG"]), self._unit(row["MEINS"])),
            operation_id=row["VORNR"],
            backflushed=bool(row["RGEKZ"]),
        )

    def _work_center(self, internal_id: str, known: dict[str, str]) -> str:
        if internal_id.strip("0") and internal_id not in known:
            wanted = Condition("OBJTY", WORK_CENTER), Condition("OBJID", internal_id)
            names = [row["ARBPL"] for row in self._tables.rows("CRHD", "ARBPL", *wanted)]
            known[internal_id] = names[0] if names else ""
        return self._profile.codes.to_ours("work_center", known.get(internal_id, ""))

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def component_rows(tables: Tables, order_id: str) -> Iterator[Record]:
    """Read the reservations of an order."""
    return tables.rows("RESB", _COMPONENTS, Condition("AUFNR", order_key(order_id)))


def _order_component(row: Record) -> OrderComponent:
    return OrderComponent(
        material_id=short_id(row["MATNR"]),
        operation_id=row["VORNR"],
        plant=row["WERKS"],
        storage_location=row["LGORT"],
        lot_id=row["CHARG"],
        reservation=short_id(row["RSNUM"]),
        reservation_item=short_id(row["RSPOS"]),
        backflushed=bool(row["RGEKZ"]),
    )
