"""The demo plant: what the simulator needs to know of the plant that stands in the ERP."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from countersign.learn.simulator.habits import shift_habits
from countersign.learn.simulator.history import History, simulate_plant
from countersign.learn.simulator.plant import (
    ComponentPlan,
    PlantDescription,
    ProductPlan,
)
from countersign.nouns.order import Material, Operation, ProductionOrder
from countersign.nouns.quantity import plain
from demo_shift.erps import SITE
from environment.tryton import PLANT, Order

UNITS = {"u": "C62", "kg": "KGM"}
PERSONS = ("anna", "bram", "carla", "dirk", "emma", "farid")
SCRAP_REASONS = ("DIM", "SURF", "LEAK", "CRACK", "SETUP", "TOOL")
SETUP_MINUTES = Decimal(15)
MINUTES_PER_PIECE = Decimal("2.4")
ORDER_SIZES = (40, 60, 25, 80, 50, 30)
MOST_SHIFTS_TRIED = 200
PAST_DAYS = 180
PAST_ORDERS = 420


def read_description() -> dict[str, Any]:
    """Read the plant as the ERP is seeded with it."""
    description: dict[str, Any] = json.loads(Path(PLANT).read_text(encoding="utf-8"))
    return description


def work_centers() -> list[str]:
    """Return the machines, each a folder of tags."""
    return [row["name"] for row in read_description()["work_centers"]]


def cost_centers() -> list[str]:
    """Return the cost centres, one for each kind of machine."""
    return [_cost_center(row["category"]) for row in read_description()["work_centers"]]


def describe() -> PlantDescription:
    """Describe the plant to the simulator: products, materials, operations, people."""
    description = read_description()
    center_of = {row["category"]: row["name"] for row in description["work_centers"]}
    boms = {row["material"]: row for row in description["boms"]}
    products = tuple(
        _product(boms[row["material"]], row["operations"], center_of)
        for row in description["routings"]
    )
    return PlantDescription(
        site_id=SITE,
        products=products,
        materials={row["code"]: _material(row) for row in description["materials"]},
        persons=PERSONS,
        machines={name: (name,) for name in center_of.values()},
        scrap_reasons=SCRAP_REASONS,
    )


def planned_orders(count: int) -> list[Order]:
    """Plan the shift's orders, product by product in turn."""
    products = [row["material"] for row in read_description()["routings"]]
    return [
        Order(
            number=f"PO-{100001 + number}",
            material=products[number % len(products)],
            quantity=str(ORDER_SIZES[number % len(ORDER_SIZES)]),
        )
        for number in range(count)
    ]


def shift(orders: Iterable[ProductionOrder], seed: int, decimals: int) -> History:
    """Simulate the shift that works off the orders as the ERP knows them.

    Shifts differ in length: the first one from ``seed`` on is taken that has about ten events
    per order, so that the demo always shows as much and takes as long. The scales show as many
    ``decimals`` as the ERP keeps.
    """
    released = [_with_times(order) for order in sorted(orders, key=lambda row: row.order_id)]
    wanted = range(10 * len(released), 10 * len(released) + 8)
    started_at = datetime.now(UTC) - timedelta(hours=8)
    for tried in range(seed, seed + MOST_SHIFTS_TRIED):
        history = simulate_plant(
            tried,
            released,
            plant=describe(),
            habits=shift_habits(),
            started_at=started_at,
            days=0.2,
        )
        if len(history.events) in wanted:
            break
    lots = {row["code"]: row["lot"] for row in read_description()["materials"] if "lot" in row}
    return replace(
        history,
        events=tuple(
            {**event, "data": _measured(_with_lots(event["data"], lots), decimals)}
            for event in history.events
        ),
        truth={
            key: replace(
                truth,
                correct=truth.correct and _measured(_with_lots(truth.correct, lots), decimals),
            )
            for key, truth in history.truth.items()
        },
    )


def past(seed: int) -> History:
    """Simulate the months before: what people booked then is what the service learns from."""
    return simulate_plant(
        seed,
        PAST_ORDERS,
        plant=describe(),
        habits=shift_habits(),
        started_at=datetime.now(UTC) - timedelta(days=PAST_DAYS + 1),
        days=PAST_DAYS,
    )


def _with_times(order: ProductionOrder) -> ProductionOrder:
    """Return the order with the plant's times, which the ERP does not tell."""
    operations = tuple(
        replace(
            operation,
            setup_minutes=SETUP_MINUTES,
            machine_minutes_per_piece=MINUTES_PER_PIECE,
        )
        for operation in order.operations
    )
    return replace(order, operations=operations)


def _with_lots(data: dict[str, Any], lots: dict[str, str]) -> dict[str, Any]:
    """Return the data with the lots that really lie in the ERP's stock."""
    if "material_actual" not in data:
        return data
    lines = [
        {**line, "material_lot_id": lots[line["material_id"]]}
        if "material_lot_id" in line
        else line
        for line in data["material_actual"]
    ]
    return {**data, "material_actual": lines}


def _measured(data: Any, decimals: int) -> Any:
    """Return the data with quantities of so many decimals at most."""
    if isinstance(data, list):
        return [_measured(value, decimals) for value in data]
    if not isinstance(data, dict):
        return data
    measured = {name: _measured(value, decimals) for name, value in data.items()}
    if "quantity_string" in measured:
        value = round(Decimal(measured["quantity_string"]), decimals)
        measured["quantity_string"] = plain(value)
    return measured


def _product(
    bom: dict[str, Any], operations: list[dict[str, Any]], center_of: dict[str, str]
) -> ProductPlan:
    steps = tuple(
        Operation(
            operation_id=row["operation_id"],
            work_center_id=center_of[row["category"]],
            setup_minutes=SETUP_MINUTES,
            machine_minutes_per_piece=MINUTES_PER_PIECE,
            cost_center=_cost_center(row["category"]),
        )
        for row in operations
    )
    return ProductPlan(
        material_id=bom["material"],
        operations=steps,
        components=tuple(
            ComponentPlan(row["material"], Decimal(row["quantity"]), steps[0].operation_id)
            for row in bom["inputs"]
        ),
        typical_lot=50,
    )


def _cost_center(category: str) -> str:
    """Return a name of at most ten characters, as many as SAP has room for."""
    return f"CC-{category.upper()}"[:10]


def _material(row: dict[str, Any]) -> Material:
    return Material(
        material_id=row["code"],
        unit=UNITS[row["unit"]],
        description=row["name"],
        price=Decimal(row["cost"]),
        lot_managed="lot" in row,
    )
