"""Facts that every use case checks: the order, its operation, the times, holds and blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from countersign.assess.examination import Examination
from countersign.nouns.assessment import Severity
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.progress import OperationProgress
from countersign.nouns.quantity import QuantityData, plain
from countersign.plant import units
from countersign.plant.context import Context

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the clock of the floor may be ahead of ours."""
NOTHING_CAPTURED = OperationProgress()


def check_order(event: Event, context: Context, found: Examination) -> ProductionOrder | None:
    """Check that the order exists, may be booked on, and has the operation; return it."""
    order = context.order
    if event.occurred_at > context.now + CLOCK_TOLERANCE:
        found.find(
            "review",
            "time_in_future",
            "/time",
            time=event.occurred_at.isoformat(),
        )
    if order is None:
        found.used.append(f"order {event.order_id} unknown")
        found.find("hold", "order_unknown", "/data/order_id", order=event.order_id)
        return None
    quantity = order.quantity
    found.used.append(
        f"order {order.order_id} {order.state} {order.material_id} {quantity.value} {quantity.unit}"
    )
    found.facts["order_quantity"] = str(quantity)
    _check_state(order, found)
    _check_place(event, order, found)
    if f"order/{order.order_id}" in context.quality_holds:
        found.find("hold", "quality_hold.order", "/data/order_id", held=order.order_id)
    return order


def _check_place(event: Event, order: ProductionOrder, found: Examination) -> None:
    if order.site_id and order.site_id != event.site_id:
        found.find(
            "review",
            "site_differs",
            "/data/site_id",
            order=order.order_id,
            site=order.site_id,
            other_site=event.site_id,
        )
    if order.operations and order.operation(event.operation_id) is None:
        known = ", ".join(operation.operation_id for operation in order.operations)
        found.find(
            "review",
            "operation_unknown",
            "/data/operation_id",
            order=order.order_id,
            operation=event.operation_id,
            known=known,
        )


def _check_state(order: ProductionOrder, found: Examination) -> None:
    if order.state == "released":
        return
    severity: Severity = "review" if order.state == "completed" else "hold"
    found.find(severity, f"order_{order.state}", "/data/order_id", order=order.order_id)


def check_lot(material: Material, lot_id: str | None, found: Examination, pointer: str) -> None:
    """Check that a material that is kept in lots comes with one."""
    if material.lot_managed and lot_id is None:
        found.find(
            "review",
            "lot_missing",
            f"{pointer}/material_lot_id",
            material=material.material_id,
        )


def check_material(
    material_id: str, lot_id: str | None, context: Context, found: Examination, pointer: str
) -> Material | None:
    """Check that a material is known and free to use, and its lot not on hold; return it.

    ``pointer`` leads to the object that carries ``material_id`` and ``material_lot_id``.
    """
    material = context.materials.get(material_id)
    if material is None:
        found.used.append(f"material {material_id} unknown")
        found.find("hold", "material_unknown", f"{pointer}/material_id", material=material_id)
        return None
    found.used.append(f"material {material_id} {material.unit} {material.price}")
    if material.blocked:
        found.find("hold", "material_blocked", f"{pointer}/material_id", material=material_id)
    if context.quality_holds:
        for kind, held in (("material", material_id), ("lot", lot_id)):
            if f"{kind}/{held}" in context.quality_holds:
                found.find("hold", f"quality_hold.{kind}", pointer, held=held)
    return material


def in_unit(
    quantity: QuantityData,
    unit: str,
    material: Material | None,
    found: Examination,
    pointer: str,
) -> Decimal | None:
    """Tell a quantity of the event in the unit of the ERP; a unit that does not fit is a hold."""
    value = Decimal(quantity["quantity_string"])
    given = quantity["unit_of_measure"]
    if given == unit:
        return value
    try:
        up, down = units.factor(given, unit, material)
        found.used.append(f"factor {given} {unit} {up} {down}")
        return value * up / down
    except units.UnitError as error:
        where = f"{pointer}/unit_of_measure"
        found.find("hold", "unit_not_convertible.quantity", where, error=error)
        return None


def money(value: Decimal | None, material: Material | None) -> Decimal | None:
    """Return what a quantity in base units is worth; ``None`` when value or price is missing."""
    if value is None or material is None or material.price is None:
        return None
    return value * material.price


def captured(context: Context, operation_id: str) -> OperationProgress:
    """Return what was captured for an operation, without making an entry for it."""
    return context.progress.operations.get(operation_id, NOTHING_CAPTURED)


def capture_delay_hours(event: Event) -> float:
    """Return how long after the fact it was recorded, by the clocks of the floor."""
    recorded = event.body.get("recordedtime")
    if recorded is None:
        return 0.0
    return (datetime.fromisoformat(recorded) - event.occurred_at).total_seconds() / 3600.0


def round_digits(text: str) -> float:
    """Return how many zeros a typed number ends with; people round, scales do not."""
    digits = plain(Decimal(text)).replace(".", "")
    return float(len(digits) - len(digits.rstrip("0")))
