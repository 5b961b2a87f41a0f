"""A proposal: the activities and goods movements that SAP expects for a quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap import confirmed_movements, orders
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work


def activities(work: Work, family: Family, given: dict[str, Any]) -> dict[str, Any]:
    """Propose the times of an operation for a quantity."""
    _, operation = _operation(work, family, given)
    minutes = (Decimal(operation["_standard_minutes"]) * _made(given)).quantize(Decimal("0.001"))
    proposal: dict[str, Any] = {
        "OrderID": given["OrderID"],
        "OrderOperation": given["OrderOperation"],
        "ConfirmationYieldQuantity": given["ConfirmationYieldQuantity"],
        "ConfirmationScrapQuantity": given["ConfirmationScrapQuantity"],
        "ConfirmationUnit": operation["OperationUnit"],
    }
    for n in range(1, 7):
        proposal[f"OpConfirmedWorkQuantity{n}"] = plain(minutes) if n == 1 else "0"
        proposal[f"OpWorkQuantityUnit{n}"] = "MIN" if n == 1 and minutes else ""
    return proposal


def movements(work: Work, family: Family, given: dict[str, Any]) -> list[Row]:
    """Propose the issues of an operation's components for a quantity."""
    order, operation = _operation(work, family, given)
    made = _made(given)
    return [
        work.system.new_row(
            family.movements, **confirmed_movements.proposal(family, order, component, made)
        )
        for component in orders.components_of(work, family, given["OrderID"])
        if component["ManufacturingOrderOperation"] == operation["ManufacturingOrderOperation"]
    ]


def _operation(work: Work, family: Family, given: dict[str, Any]) -> tuple[Row, Row]:
    order = orders.order_of(work, family, given["OrderID"])
    for row in orders.operations_of(work, family, given["OrderID"]):
        if row["ManufacturingOrderOperation"] == given["OrderOperation"]:
            return order, row
    raise refusal("RU/011", given["OrderID"], given["OrderOperation"], target="OrderOperation")


def _made(given: dict[str, Any]) -> Decimal:
    return Decimal(given["ConfirmationYieldQuantity"]) + Decimal(given["ConfirmationScrapQuantity"])
