"""Confirmed output: the pieces of one confirmation, and whether the order leaves room for them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from countersign.assess.examination import Examination
from countersign.assess.history import Outlook
from countersign.assess.order_facts import captured, in_unit
from countersign.nouns.event import Event
from countersign.nouns.order import ProductionOrder
from countersign.nouns.progress import ZERO
from countersign.nouns.quantity import plain
from countersign.plant.context import Context
from countersign.plant.units import is_count

OVER_DELIVERY_TOLERANCE = Decimal("0.05")
"""How much more than ordered may be confirmed before a person looks."""
SCRAP_DEVIATIONS = 4.0
FEWEST_SCRAP = 3.0
"""Scrap of one or two pieces is never an outlier."""


class Output(NamedTuple):
    """The pieces of one confirmation in the order's unit."""

    good: Decimal
    scrap: Decimal
    rework: Decimal

    @property
    def total(self) -> Decimal:
        """Return all pieces that were worked on."""
        return self.good + self.scrap + self.rework


def read_output(
    event: Event, context: Context, order: ProductionOrder | None, found: Examination
) -> Output:
    """Read yield, scrap and rework in the order's unit; what does not convert counts as zero.

    Without an order there is no unit to convert to, and the figures are taken as they are.
    """
    data = event.data
    unit = order.quantity.unit if order else data["yield_quantity"]["unit_of_measure"]
    product = context.materials.get(order.material_id) if order else None
    values = []
    for name in ("yield_quantity", "scrap_quantity", "rework_quantity"):
        quantity = data.get(name)
        value = ZERO
        if quantity is not None:
            told = in_unit(quantity, unit, product, found, f"/data/{name}")
            value = ZERO if told is None else told
            if value and is_count(unit) and value % 1:
                where = f"/data/{name}/quantity_string"
                found.find("review", "fractional_pieces", where, value=plain(value), unit=unit)
        values.append(value)
    return Output(*values)


def check_order_quantity(
    event: Event, context: Context, order: ProductionOrder, output: Output, found: Examination
) -> None:
    """Check that the operation stays within the order, and does not follow its own end."""
    done = captured(context, event.operation_id)
    found.used.append(
        f"captured {event.operation_id} {done.yield_quantity} {done.scrap_quantity} "
        f"{done.rework_quantity} {done.is_final} {done.confirmations}"
    )
    unit = order.quantity.unit
    total = done.yield_quantity + output.good
    if output.good and total > order.quantity.value * (1 + OVER_DELIVERY_TOLERANCE):
        found.find(
            "review",
            "over_delivery",
            "/data/yield_quantity/quantity_string",
            operation=event.operation_id,
            total=plain(total),
            unit=unit,
            ordered=order.quantity,
        )
    if done.is_final:
        found.find(
            "review",
            "after_final",
            "/data/confirmation",
            operation=event.operation_id,
            done=plain(done.yield_quantity),
            unit=unit,
        )


def check_previous_operation(
    event: Event, context: Context, order: ProductionOrder, output: Output, found: Examination
) -> None:
    """Check that the operation before has passed on as many pieces as were worked on here."""
    before = previous_operation(order, event.operation_id)
    if before is None or not output.total:
        return
    passed = captured(context, before)
    found.used.append(f"captured {before} {passed.yield_quantity} {passed.confirmations}")
    done = captured(context, event.operation_id)
    total = done.yield_quantity + done.scrap_quantity + output.good + output.scrap
    if total <= passed.yield_quantity:
        return
    facts = {
        "total": plain(total),
        "unit": order.quantity.unit,
        "operation": event.operation_id,
        "before": before,
    }
    if passed.confirmations == 0:
        found.find("review", "operation_missing", "/data/operation_id", **facts)
        return
    where = "/data/yield_quantity/quantity_string"
    passed_on = plain(passed.yield_quantity)
    found.find("review", "more_than_before", where, passed=passed_on, **facts)


def check_scrap(output: Output, usual: Outlook, unit: str, found: Examination) -> float:
    """Hold the scrap against the usual share; return how many deviations it lies above."""
    total, scrap = float(output.total), float(output.scrap)
    usual_scrap = max(usual.mean, 0.0) * total
    deviations = (scrap - usual_scrap) / math.sqrt(usual_scrap + 1.0)
    if scrap >= FEWEST_SCRAP and deviations > SCRAP_DEVIATIONS:
        found.find(
            "review",
            "scrap_unusual.usual",
            "/data/scrap_quantity/quantity_string",
            scrap=plain(output.scrap),
            total=plain(output.total),
            unit=unit,
            usual=f"{usual_scrap:.1f}",
            bookings=usual.bookings,
        )
    return deviations


def previous_operation(order: ProductionOrder, operation_id: str) -> str | None:
    """Return the operation before this one; ``None`` for the first and for an unknown one."""
    before: str | None = None
    for operation in order.operations:
        if operation.operation_id == operation_id:
            return before
        before = operation.operation_id
    return None
