"""Shop orders: what a posting must know of an order, and orders for the mirror of master data."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from countersign.erp.documents import FloorDocument
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import same_id, short_id
from countersign.erp.sap_dm.client import Client, Row
from countersign.nouns.order import Component, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity

KEPT_S = 300.0
MOST_KEPT = 2_000
RELEASED = frozenset({"RELEASED", "PARTIALLY_RELEASED"})
_STATES: dict[str, OrderState] = {
    "DISCARDED": "cancelled",
    "CLOSED": "closed",
    "COMPLETED": "completed",
}


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """An order in execution: its SFC, its steps by operation, its bill."""

    number: str
    plant: str
    material: str
    sfc: str
    steps: dict[str, Row]
    bom: Row
    components: tuple[Row, ...]

    def component(self, material_id: str) -> Row | None:
        """Return the line of the bill that a material is."""
        lines = (
            row for row in self.components if same_id(row["material"]["material"], material_id)
        )
        return next(lines, None)


class ShopOrders:
    """Reads orders with their routing and bill, and keeps them for some minutes."""

    def __init__(self, client: Client, profile: Profile, triage: Triage) -> None:
        self._client = client
        self._profile = profile
        self._triage = triage
        self._kept: OrderedDict[tuple[str, str], tuple[float, ShopOrder]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, document: FloorDocument) -> ShopOrder:
        """Return the order of a document.

        Raises:
            BusinessRejection: there is none, it is not released, or it has several SFCs.
        """
        plant = self._profile.codes.to_sap("plant", document.site_id)
        key = (plant, short_id(document.order_id))
        with self._lock:
            until, kept = self._kept.get(key, (0.0, None))
        if kept is not None and until > time.monotonic():
            return kept
        found = self._read(document, *key)
        with self._lock:
            self._kept[key] = (time.monotonic() + KEPT_S, found)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def orders(self) -> Iterator[ProductionOrder]:
        """Read all orders of the plants with their operations and components."""
        for site in self._profile.sites:
            plant = self._profile.codes.to_sap("plant", site)
            for row in self._client.rows("/order/v1/orders/list", {"plant": plant}):
                yield self._order(site, plant, row)

    def _read(self, document: FloorDocument, plant: str, number: str) -> ShopOrder:
        row = self._client.read("/order/v1/orders", {"plant": plant, "order": number})
        if row is None:
            raise self._triage.refusal("ORDER_MISSING", document)
        sfcs = row.get("sfcs") or []
        if not sfcs or row.get("releaseStatus") not in RELEASED:
            raise self._triage.refusal("DM_NOT_RELEASED", document)
        if len(sfcs) > 1:
            raise self._triage.refusal("DM_SEVERAL_SFCS", document, count=len(sfcs))
        return ShopOrder(
            number=number,
            plant=plant,
            material=row["material"]["material"],
            sfc=sfcs[0],
            steps={_operation_of(step): step for step in self._steps(plant, row)},
            bom={name: row["bom"][name] for name in ("bom", "version")},
            components=tuple(self._components(plant, row)),
        )

    def _steps(self, plant: str, order: Row) -> list[Row]:
        found = self._client.read("/routing/v1/routings", {"plant": plant, **order["routing"]})
        return list(found[0]["routingSteps"]) if found else []

    def _components(self, plant: str, order: Row) -> list[Row]:
        found = self._client.read("/bom/v1/boms", {"plant": plant, **order["bom"]})
        return list(found[0]["components"]) if found else []

    def _order(self, site: str, plant: str, row: Row) -> ProductionOrder:
        unit = self._unit(row["productionUnitOfMeasure"])
        planned = row.get("plannedCompletionDate")
        return ProductionOrder(
            order_id=short_id(row["order"]),
            site_id=site,
            material_id=short_id(row["material"]["material"]),
            quantity=Quantity(Decimal(str(row["productionQuantity"])), unit),
            state=_state(row),
            components=tuple(self._component(line) for line in self._components(plant, row)),
            operations=tuple(self._operation(step) for step in self._steps(plant, row)),
            planned_end_at=datetime.fromisoformat(planned) if planned else None,
        )

    def _component(self, line: Row) -> Component:
        return Component(
            material_id=short_id(line["material"]["material"]),
            quantity=Quantity(
                Decimal(str(line["totalQuantity"])), self._unit(line["unitOfMeasure"])
            ),
            operation_id=line["assemblyOperationActivity"]["operationActivity"],
        )

    def _operation(self, step: Row) -> Operation:
        center = step["workCenter"]["workCenter"]
        return Operation(
            operation_id=_operation_of(step),
            work_center_id=self._profile.codes.to_ours("work_center", center),
        )

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def _operation_of(step: Row) -> str:
    return str(step["routingOperation"]["operationActivity"]["operationActivity"])


def _state(row: Row) -> OrderState:
    state = _STATES.get(row.get("executionStatus", ""))
    return state or ("released" if row.get("releaseStatus") in RELEASED else "created")
