"""Orders: read from SAP, remembered for a while where a posting needs them, and changed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import time as day_time
from typing import Literal

from countersign.erp.sap.limits import Limits
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import (
    read_decimal,
    read_odata_date,
    read_odata_time,
    read_stamp,
    short_id,
    stamp,
)
from countersign.erp.sap.wording import OrderComponent
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row, nested
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.query import any_of, entity, equal
from countersign.erp.sap_odata.services import Service
from countersign.nouns.order import Component, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity

KEPT_S = 300.0
MOST_KEPT = 5_000
ORDER_LENGTH = 12

Category = Literal["production", "process"]


@dataclass(frozen=True, slots=True)
class OrderForm:
    """How production and process orders differ where they are read."""

    service: Service
    entity_set: str
    components: str
    operations: str
    component_set: str


FORMS: dict[Category, OrderForm] = {
    "production": OrderForm(
        services.ORDER,
        "A_ProductionOrder_2",
        "to_ProductionOrderComponent",
        "to_ProductionOrderOperation",
        "A_ProductionOrderComponent_2",
    ),
    "process": OrderForm(
        services.PROCESS_ORDER,
        "A_ProcessOrder_2",
        "to_ProcessOrderComponent",
        "to_ProcessOrderOperation",
        "A_ProcessOrderComponent_2",
    ),
}

_STATES: tuple[tuple[str, OrderState], ...] = (
    ("OrderIsMarkedForDeletion", "cancelled"),
    ("OrderIsDeleted", "cancelled"),
    ("OrderIsClosed", "closed"),
    ("OrderIsTechnicallyCompleted", "completed"),
    ("OrderIsReleased", "released"),
    ("OrderIsPartiallyReleased", "released"),
)


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    category: Category
    components: tuple[OrderComponent, ...]


class OrderBook:
    """Knows of each order what postings need: its category and where its components lie.

    What it read it keeps for some minutes; reservations of an order hardly ever change.
    """

    def __init__(self, client: Client, profile: Profile, triage: Triage) -> None:
        self._client = client
        self._profile = profile
        self._triage = triage
        self._limits = Limits(triage)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def backflushes(self) -> bool:
        """Tell whether SAP moves goods of its own with a confirmation."""
        return self._profile.backflush

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return the categories of orders that this installation has."""
        if self._profile.orders == "both":
            return ("production", "process")
        return (self._profile.orders,)

    def category(self, order_id: str) -> Category:
        """Return whether an order is a production or a process order.

        Raises:
            BusinessRejection: both are in use, and SAP has no such order.
        """
        if len(self.categories) == 1:
            return self.categories[0]
        return self._known(order_id).category

    def components(self, order_id: str) -> tuple[OrderComponent, ...]:
        """Return the components of an order; none when SAP has no such order."""
        return self._known(order_id).components

    def product(self, order_id: str) -> str:
        """Return what an order makes; nothing when SAP has no such order."""
        number = self._limits.identifier(order_id, "order_id", ORDER_LENGTH)
        form = FORMS[self.category(order_id)]
        path = entity(form.entity_set, ManufacturingOrder=number)
        row = self._client.row(form.service, path, {"$select": "Material"})
        return short_id((row or {}).get("Material") or "")

    def forget(self, order_id: str) -> None:
        """Read an order anew when it is asked for next."""
        with self._lock:
            self._kept.pop(short_id(order_id), None)

    def _known(self, order_id: str) -> _Kept:
        number = self._limits.identifier(order_id, "order_id", ORDER_LENGTH)
        with self._lock:
            kept = self._kept.get(number)
        if kept is not None and kept.until > time.monotonic():
            return kept
        kept = self._looked_up(number)
        with self._lock:
            self._kept[number] = kept
            self._kept.move_to_end(number)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def _looked_up(self, number: str) -> _Kept:
        category = self._category_read(number)
        form = FORMS[category]
        query = {
            "$filter": equal("ManufacturingOrder", number),
            "$orderby": "Reservation,ReservationItem",
        }
        rows = self._client.rows(form.service, form.component_set, query)
        found = tuple(_order_component(row) for row in rows)
        return _Kept(time.monotonic() + KEPT_S, category, found)

    def _category_read(self, number: str) -> Category:
        if len(self.categories) == 1:
            return self.categories[0]
        for category in self.categories:
            form = FORMS[category]
            path = entity(form.entity_set, ManufacturingOrder=number)
            if self._client.row(form.service, path, {"$select": "ManufacturingOrder"}):
                return category
        raise self._triage.refusal("ORDER_MISSING", order=number)


class OrderReading:
    """Reads orders for the mirror of master data."""

    def __init__(self, client: Client, profile: Profile, order_book: OrderBook) -> None:
        self._client = client
        self._profile = profile
        self._order_book = order_book

    def orders(self, changed_since: datetime | None) -> Iterator[ProductionOrder]:
        """Read orders with components and operations, changed since a moment or all."""
        for category in self._order_book.categories:
            form = FORMS[category]
            query = {
                "$expand": f"{form.components},{form.operations}",
                "$orderby": "ManufacturingOrder",
            }
            wanted = self._wanted(changed_since)
            if wanted:
                query["$filter"] = " and ".join(wanted)
            for row in self._client.rows(form.service, form.entity_set, query):
                yield self._order(row, form)

    def _wanted(self, changed_since: datetime | None) -> list[str]:
        wanted = []
        if changed_since is not None:
            wanted.append(f"LastChangeDateTime ge '{stamp(changed_since)}'")
        if self._profile.sites:
            codes = self._profile.codes
            wanted.append(
                any_of(
                    "ProductionPlant", [codes.to_sap("plant", site) for site in self._profile.sites]
                )
            )
        return wanted

    def _order(self, row: Row, form: OrderForm) -> ProductionOrder:
        unit = self._unit(row["ProductionUnit"])
        return ProductionOrder(
            order_id=short_id(row["ManufacturingOrder"]),
            site_id=self._profile.codes.to_ours("plant", row["ProductionPlant"]),
            material_id=short_id(row["Material"]),
            quantity=Quantity(read_decimal(row["TotalQuantity"]), unit),
            state=_state(row),
            components=tuple(self._component(part) for part in nested(row, form.components)),
            operations=tuple(self._operation(part) for part in nested(row, form.operations)),
            changed_at=read_stamp(row.get("LastChangeDateTime")),
            planned_end_at=self._planned_end(row),
        )

    def _component(self, row: Row) -> Component:
        return Component(
            material_id=short_id(row["Material"]),
            quantity=Quantity(read_decimal(row["RequiredQuantity"]), self._unit(row["BaseUnit"])),
            operation_id=row.get("ManufacturingOrderOperation") or "",
            backflushed=bool(row.get("MatlCompIsMarkedForBackflush")),
        )

    def _operation(self, row: Row) -> Operation:
        return Operation(
            operation_id=row["ManufacturingOrderOperation"],
            work_center_id=self._profile.codes.to_ours("work_center", row.get("WorkCenter") or ""),
        )

    def _planned_end(self, row: Row) -> datetime | None:
        day = read_odata_date(row.get("MfgOrderPlannedEndDate"))
        if day is None:
            return None
        moment = read_odata_time(row.get("MfgOrderPlannedEndTime")) or day_time()
        return datetime.combine(day, moment, self._profile.time_zone)

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def _state(row: Row) -> OrderState:
    return next((state for flag, state in _STATES if row.get(flag)), "created")


def _order_component(row: Row) -> OrderComponent:
    return OrderComponent(
        material_id=row["Material"],
        operation_id=row.get("ManufacturingOrderOperation") or "",
        plant=row.get("Plant") or "",
        storage_location=row.get("StorageLocation") or "",
        lot_id=row.get("Batch") or "",
        reservation=short_id(row["Reservation"]),
        reservation_item=short_id(row["ReservationItem"]),
        backflushed=bool(row.get("MatlCompIsMarkedForBackflush")),
    )
