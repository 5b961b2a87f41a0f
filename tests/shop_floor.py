"""A small shop floor for tests: one product, two operations, three components, and its events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from countersign.nouns.event import USE_CASE_OF_TYPE, Event, event_id_of
from countersign.nouns.order import Component, Material, Operation, OrderState, ProductionOrder
from countersign.nouns.progress import OrderProgress
from countersign.nouns.quantity import Quantity
from countersign.nouns.statistic import Statistic
from countersign.plant.context import Context

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SITE = "1000"
ORDER = "4711"
TYPES = {name: type_name for type_name, name in USE_CASE_OF_TYPE.items()}

MATERIALS = {
    material.material_id: material
    for material in (
        Material("PUMP", "C62", price=Decimal("120.50")),
        Material("STEEL", "KGM", price=Decimal("2.10")),
        Material("SCREW", "C62", price=Decimal("0.05"), conversions=(("BX", Decimal(25)),)),
        Material("PAINT", "LTR", price=Decimal("9.00"), lot_managed=True),
        Material("GLUE", "LTR", price=Decimal("4.00")),
    )
}


def make_order(
    pieces: str = "480", state: OrderState = "released", order_id: str = ORDER
) -> ProductionOrder:
    """Return an order for pumps: per piece 0.95 kg steel, 4 screws, 0.05 l paint."""
    count = Decimal(pieces)
    return ProductionOrder(
        order_id=order_id,
        site_id=SITE,
        material_id="PUMP",
        quantity=Quantity(count, "C62"),
        state=state,
        components=(
            Component("STEEL", Quantity(count * Decimal("0.95"), "KGM"), "0010"),
            Component("SCREW", Quantity(count * 4, "C62"), "0010"),
            Component("PAINT", Quantity(count * Decimal("0.05"), "LTR"), "0020"),
        ),
        operations=(
            Operation("0010", "WC1", Decimal(30), Decimal("1.2"), "K10"),
            Operation("0020", "WC2", Decimal(10), Decimal("0.3"), "K20"),
        ),
    )


def make_context(
    *,
    order: ProductionOrder | None = None,
    no_order: bool = False,
    materials: Mapping[str, Material] | None = None,
    statistics: Mapping[str, Statistic] | None = None,
    holds: frozenset[str] = frozenset(),
    progress: OrderProgress | None = None,
) -> Context:
    """Return a context; a released order and all materials unless told otherwise."""
    return Context(
        now=NOW,
        order=None if no_order else order or make_order(),
        materials=MATERIALS if materials is None else materials,
        progress=progress or OrderProgress(),
        statistics=statistics or {},
        quality_holds=holds,
    )


def amount(value: str, unit: str = "C62") -> dict[str, str]:
    """Return a quantity as it stands in an event."""
    return {"quantity_string": value, "unit_of_measure": unit}


def make_event(
    use_case: str, data: Mapping[str, Any], *, key: str = "event-0001", at: datetime = NOW
) -> Event:
    """Return an event of a use case; site, order and operation 0010 unless the data says else."""
    complete = {"site_id": SITE, "order_id": ORDER, "operation_id": "0010", **data}
    source = "/sites/1000/gateways/test"
    body = {
        "specversion": "1.0",
        "id": key,
        "source": source,
        "type": TYPES[use_case],
        "time": at.isoformat(),
        "data": complete,
    }
    return Event(
        event_id=event_id_of(source, key),
        source=source,
        key=key,
        type=TYPES[use_case],
        use_case=use_case,
        occurred_at=at,
        received_at=at,
        site_id=complete["site_id"],
        order_id=complete["order_id"],
        operation_id=complete["operation_id"],
        digest="",
        text="",
        body=body,
    )


def confirmation(pieces: str = "100", **data: Any) -> Event:
    """Return a confirmation of some pieces in two hours of machine time."""
    return make_event(
        "production_confirmation",
        {
            "confirmation": "partial",
            "yield_quantity": amount(pieces),
            "machine_time": amount("120", "MIN"),
            **data,
        },
    )


def consumption(*lines: dict[str, Any], produced: str | None = "480", **data: Any) -> Event:
    """Return a consumption of some lines for some pieces."""
    declared = {} if produced is None else {"produced_quantity": amount(produced)}
    return make_event("material_consumption", {"material_actual": list(lines), **declared, **data})


def line(material_id: str, value: str, unit: str, **more: str) -> dict[str, Any]:
    """Return one line of a consumption."""
    return {"material_id": material_id, "quantity": amount(value, unit), **more}


def scrap(pieces: str = "3", **data: Any) -> Event:
    """Return a scrap report of finished pumps at the second operation."""
    return make_event(
        "scrap_report",
        {
            "operation_id": "0020",
            "material_id": "PUMP",
            "quantity": amount(pieces),
            "scrap_reason_code": "DIM",
            **data,
        },
    )


def usual(values: list[float]) -> Statistic:
    """Return a statistic that has seen some values."""
    statistic = Statistic()
    for value in values:
        statistic = statistic.with_value(value)
    return statistic


def counted(**labels: int) -> Statistic:
    """Return a statistic that has seen some labels."""
    return Statistic(count=sum(labels.values()), labels=labels)
