"""History: a plant simulated over months or for a shift, as events and, apart, their truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from countersign.learn.simulator.confirming import Confirmer
from countersign.learn.simulator.habits import Habits, draw_habits
from countersign.learn.simulator.issuing import Issuer
from countersign.learn.simulator.output import Shopfloor, Stretch
from countersign.learn.simulator.plant import PlantDescription, ProductPlan, draw_plant
from countersign.learn.simulator.recording import Journal
from countersign.learn.simulator.rejects import Inspection
from countersign.learn.simulator.scrapping import Scrapper
from countersign.learn.simulator.truth import DataObject, Recorded, Truth
from countersign.learn.simulator.usage import Stores
from countersign.nouns.order import Component, Material, ProductionOrder

STARTED_AT = datetime(2025, 1, 6, 6, tzinfo=UTC)
DAYS = 180


@dataclass(frozen=True, slots=True)
class History:
    """What a plant did: orders and materials as the ERP tells them, events as the floor does.

    Events stand in the order in which they were recorded; ``truth`` is by the events' ids.
    """

    plant: PlantDescription
    orders: tuple[ProductionOrder, ...]
    materials: Mapping[str, Material]
    events: tuple[DataObject, ...]
    truth: Mapping[str, Truth]


def simulate_plant(
    seed: int,
    orders: int | Sequence[ProductionOrder],
    *,
    plant: PlantDescription | None = None,
    habits: Habits | None = None,
    started_at: datetime = STARTED_AT,
    days: float = DAYS,
) -> History:
    """Simulate a plant: the same arguments give the same history.

    ``orders`` is how many to invent from the plant's products, or the orders of a real ERP, whose
    materials must then be in ``plant`` and which must have operations. What lasts (speeds, hidden
    errors of bills of materials) depends on seed and plant alone: simulate the months before a
    shift with the shift's seed, and it is the same plant. Orders start spread over ``days`` from
    ``started_at``; the last ones end later.
    """
    plant = plant or draw_plant(seed)
    habits = habits or draw_habits(seed)
    rng = np.random.default_rng((seed, 3))
    count = orders if isinstance(orders, int) else len(orders)
    starts = sorted(float(start) for start in rng.uniform(0.0, days, count))
    worked = _invent(plant, rng, starts, days) if isinstance(orders, int) else _checked(orders)
    floor = _Floor(plant, habits, rng, seed, started_at)
    recorded: list[Recorded] = []
    for order, start in zip(worked, starts, strict=True):
        recorded.extend(floor.run(order, started_at + timedelta(days=start)))
    recorded.sort(key=lambda record: (record.body["recordedtime"], record.body["id"]))
    return History(
        plant=plant,
        orders=worked,
        materials=plant.materials,
        events=tuple(record.body for record in recorded),
        truth={record.body["id"]: record.truth for record in recorded},
    )


class _Floor:
    """Everything of one plant that works an order off and writes it down."""

    def __init__(
        self,
        plant: PlantDescription,
        habits: Habits,
        rng: np.random.Generator,
        seed: int,
        started_at: datetime,
    ) -> None:
        self._habits = habits
        self._rng = rng
        journal = Journal(plant.site_id, habits, rng)
        place = plant.storage_location
        self._shopfloor = Shopfloor(plant, habits, rng, seed)
        self._confirmer = Confirmer(plant.materials, habits, journal, rng, seed)
        stores = Stores(habits, rng, seed, started_at)
        self._issuer = Issuer(plant.materials, place, habits, stores, journal, rng)
        inspection = Inspection(plant, habits, rng, seed)
        self._scrapper = Scrapper(inspection, place, started_at, journal, rng)

    def run(self, order: ProductionOrder, started_at: datetime) -> Iterator[Recorded]:
        """Yield what the floor writes down about one order."""
        components = _by_operation(order)
        for stretch in self._shopfloor.work(order, started_at):
            is_reported = self._is_reported(stretch)
            declared = 0 if is_reported else stretch.scrap
            yield from self._confirmer.confirm(stretch, declared)
            issued = self._issuer.issue(
                stretch, stretch.scrap, components.get(stretch.operation.operation_id, [])
            )
            if issued is not None:
                yield issued
            if is_reported:
                yield from self._scrapper.report(stretch)

    def _is_reported(self, stretch: Stretch) -> bool:
        """Rejects are reported at the last operation, where inspection is; else confirmed."""
        is_last = stretch.position == len(stretch.order.operations) - 1
        return is_last and stretch.scrap > 0


def _checked(orders: Sequence[ProductionOrder]) -> tuple[ProductionOrder, ...]:
    for order in orders:
        if not order.operations:
            raise ValueError(f"order {order.order_id} has no operations to simulate")
    return tuple(orders)


def _by_operation(order: ProductionOrder) -> dict[str, list[Component]]:
    """Return the components by the operation that takes them; the first takes what names none."""
    known = {operation.operation_id for operation in order.operations}
    first = order.operations[0].operation_id
    grouped: dict[str, list[Component]] = {}
    for component in order.components:
        where = component.operation_id if component.operation_id in known else first
        grouped.setdefault(where, []).append(component)
    return grouped


def _invent(
    plant: PlantDescription, rng: np.random.Generator, starts: Sequence[float], days: float
) -> tuple[ProductionOrder, ...]:
    """Invent orders; from some day on, some products have a new bill of materials."""
    changed = {
        product.material_id: (float(rng.uniform(0.3, 0.8)) * days, float(rng.uniform(0.9, 1.1)))
        for product in plant.products
        if rng.random() < 0.3
    }
    first = int(rng.integers(100_000, 900_000))
    orders = []
    for number, start in enumerate(starts):
        product = plant.products[int(rng.integers(0, len(plant.products)))]
        since, factor = changed.get(product.material_id, (days, 1.0))
        if start >= since:
            product = _new_version(product, factor)
        pieces = max(2, min(round(product.typical_lot * float(rng.lognormal(0.0, 0.9))), 2_000))
        orders.append(product.order(str(first + number), plant.site_id, pieces, plant.materials))
    return tuple(orders)


def _new_version(product: ProductPlan, factor: float) -> ProductPlan:
    """Return the product with other quantities of what is weighed or measured."""
    return replace(
        product,
        components=tuple(
            plan
            if plan.per_piece == plan.per_piece.to_integral_value()
            else replace(plan, per_piece=_scaled(plan.per_piece, factor))
            for plan in product.components
        ),
    )


def _scaled(value: Decimal, factor: float) -> Decimal:
    return max((value * Decimal(factor)).quantize(Decimal("0.001")), Decimal("0.001"))
