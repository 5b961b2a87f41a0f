"""Work ahead: the machine time that open orders still need, by work centre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from countersign.nouns.order import ProductionOrder
from countersign.nouns.progress import OperationProgress, OrderProgress

MINUTES_PER_HOUR = 60
NOTHING_DONE = OperationProgress()
Hours = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class WorkAhead:
    """What lies before an order at the work centres that it needs, without its own work."""

    open_orders: int
    queued_hours: float
    busiest_hours: float


class OpenWork:
    """The work of all open orders of a plant, summed once and asked for each new order."""

    def __init__(
        self, orders: Iterable[ProductionOrder], done: Mapping[str, OrderProgress]
    ) -> None:
        self._left: dict[str, Hours] = {}
        self._sites: dict[str, str] = {}
        self._at: dict[tuple[str, str], float] = defaultdict(float)
        for order in orders:
            left = hours_left(order, done.get(order.order_id))
            self._left[order.order_id] = left
            self._sites[order.order_id] = order.site_id
            for center, hours in left.items():
                self._at[order.site_id, center] += hours

    def before(self, order: ProductionOrder) -> WorkAhead:
        """Return what the others still need at the work centres of an order."""
        own = self._left.get(order.order_id, {})
        centers = {operation.work_center_id for operation in order.operations}
        queues = [
            max(self._at.get((order.site_id, center), 0.0) - own.get(center, 0.0), 0.0)
            for center in sorted(centers)
        ]
        others = sum(
            1
            for order_id, site_id in self._sites.items()
            if site_id == order.site_id and order_id != order.order_id
        )
        return WorkAhead(others, round(sum(queues), 6), round(max(queues, default=0.0), 6))


def hours_left(order: ProductionOrder, done: OrderProgress | None) -> Hours:
    """Return the machine hours that an order still needs, by work centre, at standard times."""
    left: dict[str, float] = defaultdict(float)
    for operation in order.operations:
        progress = NOTHING_DONE
        if done is not None:
            progress = done.operations.get(operation.operation_id, NOTHING_DONE)
        if progress.is_final:
            continue
        made = progress.yield_quantity + progress.scrap_quantity
        minutes = operation.machine_minutes_per_piece * max(order.quantity.value - made, Decimal(0))
        if not progress.confirmations:
            minutes += operation.setup_minutes
        left[operation.work_center_id] += float(minutes) / MINUTES_PER_HOUR
    return dict(left)
