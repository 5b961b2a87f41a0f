"""Orders of some months through a plant whose machines have queues, with planned ends.

Planning knows standard times and a usual margin; it does not know how full the machines are.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from countersign.forecast.work_ahead import OpenWork
from countersign.nouns.order import Operation, ProductionOrder
from countersign.nouns.progress import OperationProgress, OrderProgress
from countersign.nouns.quantity import Quantity
from countersign.store.database import canonical_json
from countersign.store.tables import event, order_release

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
PIECE = "C62"
CENTERS = 6
USUAL_LOAD = 0.78
"""Share of its time for which the busiest work centre is needed."""
LOT_SPREAD = 0.6
MEAN_LOT_FACTOR = math.exp(LOT_SPREAD**2 / 2)
WAIT_MEDIAN_H, WAIT_SPREAD, LONGEST_WAIT_H = 1.4, 2.0, 150.0
"""Waits that have nothing to do with machines: for people, material, a decision."""
RECORDED_LATE = 0.04
Row = dict[str, Any]


@dataclass(slots=True)
class OrderMonths:
    """Rows of the store's tables, in the order of time; ``lead_hours`` are by order."""

    releases: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    def until(self, now: datetime) -> OrderMonths:
        """Return what the store held at a moment."""
        return OrderMonths(
            [
                row if row["ended_at"] and row["ended_at"] <= now else _still_open(row)
                for row in self.releases
                if row["released_at"] <= now
            ],
            [row for row in self.events if row["received_at"] <= now],
        )

    def write(self, connection: Connection) -> None:
        """Write the rows into an empty store."""
        for table, rows in ((order_release, self.releases), (event, self.events)):
            if rows:
                connection.execute(insert(table), rows)


def simulate_orders(seed: int, count: int = 1500) -> OrderMonths:
    """Simulate the orders of one plant: the same arguments give the same rows."""
    return _Shop(np.random.default_rng((seed, 42)), count).run()


@dataclass(slots=True)
class _Product:
    material_id: str
    operations: tuple[Operation, ...]
    lot: float
    speed: float


class _Shop:
    """A job shop: each work centre works off its queue, one order after the other."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self._rng = rng
        self._count = count
        self._products = [self._product(number) for number in range(12)]
        self._queues: dict[str, deque[str]] = defaultdict(deque)
        self._busy: set[str] = set()
        self._orders: dict[str, ProductionOrder] = {}
        self._speeds: dict[str, float] = {}
        self._done: dict[str, OrderProgress] = {}
        self._steps: dict[str, int] = {}
        self._agenda: list[tuple[float, int, str, str]] = []
        self._numbers = itertools.count()
        self._found = OrderMonths()

    def run(self) -> OrderMonths:
        """Release orders in waves and work them off."""
        at = 0.0
        load = 1.0
        spacing = self._hours_at_busiest() / USUAL_LOAD
        for number in range(self._count):
            if number % 60 == 0:
                load = float(self._rng.uniform(0.7, 1.25))
            at += float(self._rng.exponential(spacing / load))
            self._plan(at, "release", str(200_000 + number))
        while self._agenda:
            at, _, what, name = heapq.heappop(self._agenda)
            if what == "release":
                self._release(at, name)
            elif what == "arrive":
                self._enqueue(at, name)
            else:
                self._finish(at, what, name)
        self._found.events.sort(key=lambda row: (row["received_at"], row["event_id"]))
        for seq, row in enumerate(self._found.events, start=1):
            row["seq"] = seq
        return self._found

    def _hours_at_busiest(self) -> float:
        """Return what an order needs on average of the work centre that most is needed of."""
        needed: dict[str, float] = defaultdict(float)
        for product in self._products:
            pieces = int(product.lot * MEAN_LOT_FACTOR)
            for operation in product.operations:
                hours = _minutes(operation, pieces) * product.speed / 60.0
                needed[operation.work_center_id] += hours / len(self._products)
        return max(needed.values())

    def _plan(self, at: float, what: str, name: str) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), what, name))

    def _release(self, at: float, name: str) -> None:
        rng = self._rng
        product = self._products[int(rng.integers(0, len(self._products)))]
        pieces = max(2, round(product.lot * float(rng.lognormal(0.0, LOT_SPREAD))))
        order = ProductionOrder(
            order_id=name,
            site_id="1000",
            material_id=product.material_id,
            quantity=Quantity(Decimal(pieces), PIECE),
            state="released",
            operations=product.operations,
        )
        work = sum(_minutes(operation, pieces) for operation in order.operations) / 60.0
        lead = work * float(rng.uniform(1.1, 1.6)) + 22.0 * len(order.operations)
        lead *= float(rng.lognormal(0.0, 0.35))
        order = replace(order, planned_end_at=_time(at + lead))
        self._orders[name], self._speeds[name] = order, product.speed
        ahead = OpenWork(self._orders.values(), self._done).before(order)
        self._found.releases.append(
            {
                "order_id": name,
                "released_at": _time(at),
                "is_backlog": False,
                "body": canonical_json(order.to_data()),
                "open_orders": ahead.open_orders,
                "queued_hours": ahead.queued_hours,
                "busiest_hours": ahead.busiest_hours,
                "ended_at": None,
                "end_state": None,
            }
        )
        self._steps[name] = 0
        self._done[name] = OrderProgress()
        self._enqueue(at, name)

    def _enqueue(self, at: float, name: str) -> None:
        center = self._operation(name).work_center_id
        queue = self._queues[center]
        if self._rng.random() < 0.12:  # somebody asks for it
            queue.appendleft(name)
        else:
            queue.append(name)
        self._begin(at, center)

    def _begin(self, at: float, center: str) -> None:
        if center in self._busy or not self._queues[center]:
            return
        name = self._queues[center].popleft()
        self._busy.add(center)
        pieces = int(self._orders[name].quantity.value)
        minutes = _minutes(self._operation(name), pieces) * self._speeds[name]
        minutes *= float(self._rng.lognormal(0.0, 0.25))
        if self._rng.random() < 0.05:
            minutes += float(self._rng.lognormal(math.log(300.0), 0.8))
        self._plan(at + minutes / 60.0, center, name)

    def _finish(self, at: float, center: str, name: str) -> None:
        self._busy.discard(center)
        order, operation = self._orders[name], self._operation(name)
        self._confirm(at, order, operation)
        self._done[name].operations[operation.operation_id] = OperationProgress(
            order.quantity.value, is_final=True, confirmations=1
        )
        self._steps[name] += 1
        if self._steps[name] < len(order.operations):
            wait = float(self._rng.lognormal(math.log(WAIT_MEDIAN_H), WAIT_SPREAD))
            self._plan(at + min(wait, LONGEST_WAIT_H), "arrive", name)
        else:
            self._end(at, name)
        self._begin(at, center)

    def _confirm(self, at: float, order: ProductionOrder, operation: Operation) -> None:
        rng = self._rng
        delay = float(rng.exponential(10.0)) if rng.random() < RECORDED_LATE else 0.1
        number = f"{order.order_id}-{operation.operation_id}"
        self._found.events.append(
            {
                "event_id": number,
                "source": "/simulated",
                "event_key": number,
                "type": "countersign.production-confirmation.v1",
                "use_case": "production_confirmation",
                "site_id": order.site_id,
                "order_id": order.order_id,
                "operation_id": operation.operation_id,
                "material_id": order.material_id,
                "occurred_at": _time(at),
                "received_at": _time(at + delay),
                "digest": "",
                "state": "posted",
                "body": canonical_json({"data": _data(order, operation)}),
            }
        )

    def _end(self, at: float, name: str) -> None:
        """Forget the order; the ERP shows it as completed a little later."""
        del self._orders[name], self._done[name]
        release = next(row for row in reversed(self._found.releases) if row["order_id"] == name)
        release |= {"ended_at": _time(at + 12.0), "end_state": "completed"}

    def _operation(self, name: str) -> Operation:
        return self._orders[name].operations[self._steps[name]]

    def _product(self, number: int) -> _Product:
        rng = self._rng
        lot = float(rng.lognormal(math.log(40.0), 0.7))
        operations = tuple(
            Operation(
                operation_id=f"{10 * (step + 1):04d}",
                work_center_id=f"WC{int(rng.integers(1, CENTERS + 1))}",
                setup_minutes=Decimal(int(rng.integers(10, 60))),
                machine_minutes_per_piece=Decimal(f"{rng.lognormal(math.log(220 / lot), 0.4):.3f}"),
            )
            for step in range(int(rng.integers(1, 5)))
        )
        return _Product(f"P{number}", operations, lot, float(rng.lognormal(0.0, 0.15)))


def _data(order: ProductionOrder, operation: Operation) -> Row:
    return {
        "site_id": order.site_id,
        "order_id": order.order_id,
        "operation_id": operation.operation_id,
        "yield_quantity": order.quantity.to_data(),
        "confirmation": "final",
    }


def _minutes(operation: Operation, pieces: int) -> float:
    return float(operation.setup_minutes + operation.machine_minutes_per_piece * pieces)


def _time(hours: float) -> datetime:
    return BEGIN + timedelta(seconds=round(hours * 3600))


def _still_open(row: Row) -> Row:
    return row | {"ended_at": None, "end_state": None}
