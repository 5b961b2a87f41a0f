"""The goods movements of a confirmation: given ones, or backflush and automatic receipt.

What cannot be posted goes to the error pool (kind ``_cogi``), as in transaction COGI, and can be
posted from there later.
"""

from __future__ import annotations

from decimal import Decimal

from countersign.erp.sandbox.sap import material_document, movement, orders, stock
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import Message, Refusal, message
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.units import factor

_RENAMED = {
    "OrderID": "ManufacturingOrder",
    "OrderItem": "ManufacturingOrderItem",
}
"""Fields that confirmations call otherwise than material documents."""


def post(
    work: Work,
    family: Family,
    order: Row,
    operation: Row,
    confirmation: Row,
    given: list[Row] | None,
) -> None:
    """Post the goods movements of a confirmation in one material document."""
    if confirmation["APIConfHasNoGoodsMovements"]:
        return
    if given is None:
        wanted = expected(work, family, order, operation, confirmation)
    else:
        for item in given:
            _require_usable(work, order, item)
        wanted = given
    _post_or_pool(work, family, confirmation, wanted)


def expected(
    work: Work, family: Family, order: Row, operation: Row, confirmation: Row
) -> list[Row]:
    """List the standard movements: components to be backflushed, receipt of the yield."""
    rate = factor(confirmation["ConfirmationUnit"], operation["OperationUnit"], order["_units"])
    good = Decimal(confirmation["ConfirmationYieldQuantity"]) * (rate or 1)
    made = good + Decimal(confirmation["ConfirmationScrapQuantity"]) * (rate or 1)
    movements = [
        proposal(family, order, row, made)
        for row in orders.components_of(work, family, order["ManufacturingOrder"])
        if row["MatlCompIsMarkedForBackflush"]
        and row["ManufacturingOrderOperation"] == operation["ManufacturingOrderOperation"]
        and made
    ]
    if operation["_goods_receipt"] and good:
        movements.append(_receipt(work, family, order, operation, good))
    return movements


def proposal(family: Family, order: Row, component: Row, made: Decimal) -> Row:
    """Return the issue of a component for a quantity made, in proportion to the order's."""
    share = made / Decimal(order["TotalQuantity"])
    if component["QuantityIsFixed"]:
        share = Decimal(1)
    quantity = (Decimal(component["RequiredQuantity"]) * share).quantize(Decimal("0.001"))
    return {
        "OrderID": order["ManufacturingOrder"],
        "Reservation": component["Reservation"],
        "ReservationItem": component["ReservationItem"],
        "Material": component["Material"],
        "Plant": component["Plant"],
        "StorageLocation": component["StorageLocation"],
        "Batch": component["Batch"],
        "GoodsMovementType": "261",
        "EntryUnit": component["BaseUnit"],
        "QuantityInEntryUnit": plain(quantity),
    }


def undo(work: Work, family: Family, confirmation: Row, reversal: Row) -> None:
    """Undo the movements of a confirmation and take its failed ones from the pool."""
    key = (confirmation["ConfirmationGroup"], confirmation["ConfirmationCount"])
    for row in pooled(work, family, *key):
        work.system.store.delete("_cogi", row["number"])
    documents = {
        (row["MaterialDocumentYear"], row["MaterialDocument"])
        for row in of_confirmation(work, family, *key)
    }
    for year, number in sorted(documents):
        header = material_document.cancel(work, year, number, "", reversal["PostingDate"])
        items = material_document.items_of(
            work, header["MaterialDocumentYear"], header["MaterialDocument"]
        )
        for item in items:
            _link(work, family, reversal, item)


def of_confirmation(work: Work, family: Family, group: str, count: str) -> list[Row]:
    """List the movements posted for a confirmation."""
    return work.system.store.find(
        family.movements, ConfirmationGroup=group, ConfirmationCount=count
    )


def pooled(work: Work, family: Family, group: str, count: str) -> list[Row]:
    """List the failed movements of a confirmation."""
    return [
        row
        for row in work.system.store.find("_cogi", ConfirmationGroup=group, ConfirmationCount=count)
        if row["family"] == family.name
    ]


def post_pooled(work: Work, row: Row) -> bool:
    """Try a failed movement again, as a clerk does in COGI; tell whether it is posted now."""
    family = next(family for family in orders.FAMILIES if family.name == row["family"])
    key = (row["ConfirmationGroup"], row["ConfirmationCount"])
    confirmation = work.system.store.get(family.confirmations, *key)
    assert confirmation is not None
    work.system.store.delete("_cogi", row["number"])
    _post_or_pool(work, family, confirmation, [row["movement"]])
    return not any(other["movement"] == row["movement"] for other in pooled(work, family, *key))


def _require_usable(work: Work, order: Row, item: Row) -> None:
    """Refuse a given movement that could never be posted: type, material, unit or order wrong."""
    item.setdefault("OrderID", order["ManufacturingOrder"])
    row = _as_item(work, item)
    movement.movement_type(row["GoodsMovementType"], row["GoodsMovementRefDocType"])
    if row["Reservation"]:
        _, component = movement.component_of_reservation(
            work, row["Reservation"], row["ReservationItem"]
        )
        row["Material"] = row["Material"] or component["Material"]
        row["Plant"] = row["Plant"] or component["Plant"]
    row["Plant"] = row["Plant"] or order["ProductionPlant"]
    material = stock.material_in_plant(work, row["Material"], row["Plant"])
    quantity = Decimal(row["QuantityInEntryUnit"])
    stock.in_base_unit(material, quantity, row["EntryUnit"] or material["BaseUnit"])


def _receipt(work: Work, family: Family, order: Row, operation: Row, good: Decimal) -> Row:
    line = orders.item_of(work, family, order["ManufacturingOrder"])
    return {
        "OrderID": order["ManufacturingOrder"],
        "OrderItem": "1",
        "Material": order["Material"],
        "Plant": order["ProductionPlant"],
        "StorageLocation": line["StorageLocation"],
        "Batch": line["Batch"],
        "GoodsMovementType": "101",
        "GoodsMovementRefDocType": "F",
        "EntryUnit": operation["OperationUnit"],
        "QuantityInEntryUnit": plain(good),
    }


def _post_or_pool(work: Work, family: Family, confirmation: Row, wanted: list[Row]) -> None:
    booked: list[Row] = []
    for given in wanted:
        try:
            if work.fail_movements:
                raise Refusal([message("M3/023", given["Material"], "BATCHUSER")])
            with work.system.store.transaction():
                booked.append(movement.book(work, _as_item(work, given)))
        except Refusal as refused:
            _pool(work, family, confirmation, given, refused.messages[0])
    if not booked:
        return
    header = work.system.new_row(
        material_document.HEADER,
        PostingDate=confirmation["PostingDate"],
        DocumentDate=confirmation["PostingDate"],
        GoodsMovementCode="02" if booked[0]["GoodsMovementType"] == "101" else "03",
    )
    material_document.write(work, header, booked)
    for item in booked:
        _link(work, family, confirmation, item)


def _pool(work: Work, family: Family, confirmation: Row, given: Row, reason: Message) -> None:
    number = work.system.store.next_number("cogi", 1)
    row = {
        "number": number,
        "family": family.name,
        "OrderID": confirmation["OrderID"],
        "ConfirmationGroup": confirmation["ConfirmationGroup"],
        "ConfirmationCount": confirmation["ConfirmationCount"],
        "code": reason.code,
        "text": reason.text,
        "movement": given,
    }
    work.system.store.put("_cogi", (number,), row)


def _link(work: Work, family: Family, confirmation: Row, item: Row) -> None:
    row = work.system.new_row(family.movements)
    row |= {name: item[name] for name in row if name in item and item[name] is not None}
    row |= {
        "ConfirmationGroup": confirmation["ConfirmationGroup"],
        "ConfirmationCount": confirmation["ConfirmationCount"],
        "OrderType": confirmation["OrderType"],
        "OrderID": item["ManufacturingOrder"],
        "OrderItem": item["ManufacturingOrderItem"],
        "ManufacturingOrderCategory": family.category,
    }
    work.system.put(family.movements, row)


def _as_item(work: Work, given: Row) -> Row:
    row = work.system.new_row(movement.ITEM)
    for name, value in given.items():
        if _RENAMED.get(name, name) in row or name.startswith("EntryUnit"):
            row[_RENAMED.get(name, name)] = value
    for name in ("MaterialDocument", "MaterialDocumentYear", "MaterialDocumentItem"):
        row[name] = ""
    return row
