"""What Digital Manufacturing shows: orders, bills, routings, materials, inventory of this plant.

Its data come from the same rows as S/4HANA's. An order has one SFC as soon as it is released.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap import orders, stock
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

VERSION = "ERP001"
ROUTING_TYPE, BOM_TYPE = "SHOPORDER_SPECIFIC_RECIPE", "SHOP_ORDER"
_EXECUTION = (
    ("OrderIsMarkedForDeletion", "DISCARDED"),
    ("OrderIsClosed", "CLOSED"),
    ("OrderIsTechnicallyCompleted", "COMPLETED"),
    ("OrderIsPartiallyConfirmed", "ACTIVE"),
)


def order_of(work: Work, plant: str, number: str) -> tuple[Family, Row]:
    """Return an order of a plant.

    Raises:
        Refusal: there is none.
    """
    found = orders.find_order(work, number)
    if found is None or found[1]["ProductionPlant"] != plant:
        raise Refusal([Message("order.notFound", f"Order {number} does not exist")], 404)
    return found


def sfc_of(order: Row) -> str:
    """Return the SFC of an order."""
    return f"{order['ProductionPlant']}-{order['ManufacturingOrder']}-1"


def order_view(order: Row) -> dict[str, Any]:
    """Return an order with its SFCs."""
    number, released = order["ManufacturingOrder"], bool(order["OrderIsReleased"])
    execution = next((word for flag, word in _EXECUTION if order[flag]), "NOT_IN_EXECUTION")
    return {
        "plant": order["ProductionPlant"],
        "order": number,
        "status": "RELEASABLE",
        "releaseStatus": "RELEASED" if released else "RELEASABLE",
        "executionStatus": execution,
        "orderType": "PRODUCTION",
        "material": {"material": order["Material"], "version": VERSION},
        "bom": {"bom": number, "version": VERSION, "type": BOM_TYPE},
        "routing": {"routing": number, "version": VERSION, "type": ROUTING_TYPE},
        "productionQuantity": _number(order["TotalQuantity"]),
        "productionUnitOfMeasure": order["ProductionUnit"],
        "plannedCompletionDate": f"{order['MfgOrderPlannedEndDate']}T22:00:00.000Z",
        "sfcs": [sfc_of(order)] if released else [],
    }


def order_list(work: Work, query: dict[str, str]) -> dict[str, Any]:
    """Return a page of the orders of a plant."""
    rows = [
        row
        for family in orders.FAMILIES
        for row in work.system.store.find(family.orders)
        if row["ProductionPlant"] == query.get("plant")
    ]
    return _page([order_view(row) for row in rows], query)


def routing_view(work: Work, family: Family, order: Row) -> list[dict[str, Any]]:
    """Return the routing of an order: its operations, each a step."""
    steps = [
        {
            "stepId": f"{int(row['OrderIntBillOfOperationsItem']) * 10:03d}",
            "workCenter": {"workCenter": row["WorkCenter"]},
            "routingOperation": {
                "operationActivity": {"operationActivity": row["ManufacturingOrderOperation"]}
            },
        }
        for row in orders.operations_of(work, family, order["ManufacturingOrder"])
    ]
    own = {"plant": order["ProductionPlant"], **order_view(order)["routing"]}
    return [{**own, "routingSteps": steps}]


def bom_view(work: Work, family: Family, order: Row) -> list[dict[str, Any]]:
    """Return the bill of an order."""
    components = [
        {
            "material": {"material": row["Material"], "version": VERSION},
            "sequence": int(row["ReservationItem"]) * 10,
            "totalQuantity": _number(row["RequiredQuantity"]),
            "unitOfMeasure": row["BaseUnit"],
            "componentType": "NORMAL",
            "assemblyOperationActivity": {"operationActivity": row["ManufacturingOrderOperation"]},
        }
        for row in orders.components_of(work, family, order["ManufacturingOrder"])
    ]
    own = {"plant": order["ProductionPlant"], **order_view(order)["bom"]}
    return [{**own, "components": components}]


def material_list(work: Work, query: dict[str, str]) -> dict[str, Any]:
    """Return a page of the materials of a plant."""
    rows = [
        {
            "plant": query["plant"],
            "material": row["Product"],
            "version": VERSION,
            "description": row["_text"],
            "unitOfMeasure": row["BaseUnit"],
            "isBatchManaged": row["IsBatchManagementRequired"],
        }
        for row in work.system.store.find("A_Product")
        if query.get("plant") in row["_plants"]
    ]
    return _page(rows, query)


def inventory_list(work: Work, query: dict[str, str]) -> dict[str, Any]:
    """Return a page of the inventory of a plant, of one material or batch if asked."""
    rows = []
    for row in work.system.store.find(stock.STOCK):
        asked = (
            (row["Plant"], query.get("plant")),
            (row["Material"], query.get("material", row["Material"])),
            (row["Batch"], query.get("batchNumber", row["Batch"])),
            (row["InventoryStockType"], stock.UNRESTRICTED),
        )
        if all(one == other for one, other in asked):
            rows.append(_inventory(row))
    return _page(rows, query)


def place_of_inventory(work: Work, inventory_id: str) -> Row:
    """Return the stock that an inventory id stands for.

    Raises:
        Refusal: there is none.
    """
    for row in work.system.store.find(stock.STOCK):
        if _inventory(row)["inventoryId"] == inventory_id:
            return row
    raise Refusal([Message("inventory.notFound", f"Inventory {inventory_id} does not exist")], 404)


def _inventory(row: Row) -> dict[str, Any]:
    place = (row["Plant"], row["StorageLocation"], row["Material"], row["Batch"])
    return {
        "inventoryId": "/".join(place),
        "plant": row["Plant"],
        "material": {"material": row["Material"], "version": VERSION},
        "batchNumber": row["Batch"],
        "storageLocation": row["StorageLocation"],
        "quantityOnHand": {
            "value": _number(row["MatlWrhsStkQtyInMatlBaseUnit"]),
            "unitOfMeasure": {"uom": row["MaterialBaseUnit"]},
        },
    }


def _number(text: str) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _page(rows: list[dict[str, Any]], query: dict[str, str]) -> dict[str, Any]:
    size, page = int(query.get("size", "20")), int(query.get("page", "0"))
    part = rows[page * size : (page + 1) * size]
    last = (page + 1) * size >= len(rows)
    return {"content": part, "totalElements": len(rows), "last": last, "number": page}
