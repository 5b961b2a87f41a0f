"""The plant of the bench: released orders, trusted classes, and events as they come in life."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from countersign.assess.use_case import USE_CASES
from countersign.decide.policy import DEFAULT_POLICY
from countersign.intake.envelope import read_event
from countersign.journey.governance import change_policy
from countersign.nouns.autonomy import Autonomy
from countersign.nouns.event import Event
from countersign.nouns.order import Component, Material, Operation, ProductionOrder
from countersign.nouns.quantity import Quantity
from countersign.nouns.statistic import Statistic
from countersign.store import api_keys, confirmations, master_data, schema, statistics
from countersign.store.database import Database

SITE_ID = "1000"
USUAL = Statistic(count=40, mean=0.0, m2=0.02)
ORDERS = 500
PIECES = Decimal(100_000)
MATERIALS = (
    Material("VALVE", "C62", "Valve", Decimal("42.00")),
    Material("BODY", "C62", "Body", Decimal("12.50")),
    Material("SEAL", "C62", "Seal", Decimal("3.20")),
    Material("GREASE", "KGM", "Grease", Decimal("8.00")),
)


def order_id(number: int) -> str:
    """Return the number of an order."""
    return f"{100_000 + number % ORDERS}"


def prepare(database: Database) -> str:
    """Fill a database for the bench and return a key for events."""
    schema.upgrade(database)
    now = datetime.now(UTC)
    with database.write() as connection:
        orders = {order_id(number): _order(order_id(number)).to_data() for number in range(ORDERS)}
        master_data.put(connection, "order", orders)
        materials = {row.material_id: row.to_data() for row in MATERIALS}
        master_data.put(connection, "material", materials)
        statistics.save(connection, dict.fromkeys(_statistic_keys(), USUAL))
        change_policy(connection, _policy(), 0, "bench", "bench", now)
        for use_case in DEFAULT_POLICY["use_cases"]:
            confirmations.save_autonomy(connection, _trusted(use_case, now))
        return api_keys.create(connection, "bench", ["events.write"], now)


def prepare_at(url: str) -> str:
    """Fill the database at an address and return a key for events."""
    database = Database(url)
    try:
        return prepare(database)
    finally:
        database.close()


def event(number: int, run: str) -> dict[str, Any]:
    """Return an event: three of four are consumptions of three materials, else confirmations."""
    consumed = number % 4 != 0
    data = _consumption(number) if consumed else _confirmation(number)
    kind = "material-consumption" if consumed else "production-confirmation"
    return {
        "specversion": "1.0",
        "id": f"{run}-{number:09d}",
        "source": f"/sites/{SITE_ID}/gateways/bench",
        "type": f"countersign.{kind}.v1",
        "time": "2026-11-20T11:15:29.123Z",
        "subject": f"{data['order_id']}/{data['operation_id']}",
        "datacontenttype": "application/json",
        "data": data,
    }


def _consumption(number: int) -> dict[str, Any]:
    pieces = Decimal(10)
    return {
        "site_id": SITE_ID,
        "order_id": order_id(number),
        "operation_id": "0010",
        "equipment_id": "WC-ASSY-05",
        "person_id": "op-4711",
        "tag_path": "[default]Plant/WC-ASSY-05/ConsumeTrigger",
        "produced_quantity": _quantity(pieces, "C62"),
        "material_actual": [
            {"material_id": "BODY", "quantity": _quantity(pieces, "C62")},
            {"material_id": "SEAL", "quantity": _quantity(pieces * 2, "C62")},
            {"material_id": "GREASE", "quantity": _quantity(Decimal("0.151"), "KGM")},
        ],
    }


def _confirmation(number: int) -> dict[str, Any]:
    return {
        "site_id": SITE_ID,
        "order_id": order_id(number),
        "operation_id": "0010",
        "equipment_id": "WC-ASSY-05",
        "person_id": "op-4711",
        "tag_path": "[default]Plant/WC-ASSY-05/ConfirmTrigger",
        "confirmation": "partial",
        "material_id": "VALVE",
        "yield_quantity": _quantity(Decimal(10), "C62"),
        "scrap_quantity": _quantity(Decimal(0), "C62"),
        "actual_start_time": "2026-11-20T10:55:00.000Z",
        "actual_end_time": "2026-11-20T11:15:00.000Z",
        "machine_time": _quantity(Decimal(20), "MIN"),
    }


def _quantity(value: Decimal, unit: str) -> dict[str, str]:
    return Quantity(value, unit).to_data()


def _order(number: str) -> ProductionOrder:
    return ProductionOrder(
        order_id=number,
        site_id=SITE_ID,
        material_id="VALVE",
        quantity=Quantity(PIECES, "C62"),
        state="released",
        components=(
            Component("BODY", Quantity(PIECES, "C62"), "0010"),
            Component("SEAL", Quantity(PIECES * 2, "C62"), "0010"),
            Component("GREASE", Quantity(PIECES * Decimal("0.015"), "KGM"), "0010"),
        ),
        operations=(
            Operation("0010", "WC-ASSY-05", Decimal(15), Decimal(2), "CC-ASSY"),
            Operation("0020", "WC-PACK-02", Decimal(5), Decimal("0.2"), "CC-PACK"),
        ),
    )


def _statistic_keys() -> set[str]:
    """Return what must be usual for the bench's events to be known."""
    materials = {row.material_id: row for row in MATERIALS}
    keys: set[str] = set()
    for number in range(4):
        fact = read_event(event(number, "usual"), datetime.now(UTC))
        if not isinstance(fact, Event):
            raise AssertionError(fact)
        use_case = USE_CASES[fact.use_case]
        keys.update(use_case.statistic_keys(fact, _order(fact.order_id), materials))
    return keys


def _policy() -> dict[str, Any]:
    policy: dict[str, Any] = json.loads(json.dumps(DEFAULT_POLICY))
    for limits in policy["use_cases"].values():
        limits.update(phase="automate", amount_cap="1000000")
    return policy


def _trusted(use_case: str, now: datetime) -> Autonomy:
    return Autonomy(
        use_case=use_case,
        segment=SITE_ID,
        threshold=0.0,
        lower_bound=1.0,
        target=0.99,
        confirmed=1000,
        wrong=0,
        coverage=1.0,
        reason="given for the bench",
        computed_at=now,
    )
