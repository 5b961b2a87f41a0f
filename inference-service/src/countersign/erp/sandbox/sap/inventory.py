"""Physical inventory: a document to count by, the count, and the difference that is posted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap import material_document, movement, stock
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

HEADER = "A_PhysInventoryDocHeader"
ITEM = "A_PhysInventoryDocItem"
FIRST_NUMBER = 100_000_001
_STOCK_TYPES = {"1": stock.UNRESTRICTED, "2": stock.IN_INSPECTION, "4": stock.BLOCKED}


def create(work: Work, header: Row, children: dict[str, list[Row]]) -> Row:
    """Save a document with what is to be counted; it may block postings meanwhile.

    Raises:
        Refusal: a material or place does not exist.
    """
    items = children.get("to_PhysicalInventoryDocumentItem", [])
    if not items:
        raise refusal("M7/018", "at least one item")
    header |= {
        "FiscalYear": header["FiscalYear"] or work.today[:4],
        "PhysicalInventoryDocument": work.system.store.next_number("inventory", FIRST_NUMBER),
        "DocumentDate": header["DocumentDate"] or work.today,
        "CreatedByUser": work.user,
        "LastChangeDateTime": work.instant,
    }
    work.system.put(HEADER, header)
    for position, item in enumerate(items, start=1):
        _save_item(work, header, item, str(position))
    return header


def count(work: Work, row: Row, changes: Row) -> None:
    """Enter what was counted of an item.

    Raises:
        Refusal: its difference is posted, or the unit is none of the material's.
    """
    if row["PhysInvtryDifferenceIsPosted"]:
        raise refusal("M7/702", row["PhysicalInventoryDocumentItem"])
    row |= changes
    material = stock.material_in_plant(work, row["Material"], row["Plant"])
    row["UnitOfEntry"] = row["UnitOfEntry"] or material["BaseUnit"]
    counted = Decimal(row["QuantityInUnitOfEntry"])
    if counted < 0:
        raise refusal("ET/100", target="QuantityInUnitOfEntry")
    row |= {
        "Quantity": plain(stock.in_base_unit(material, counted, row["UnitOfEntry"])),
        "PhysicalInventoryItemIsCounted": True,
        "PhysicalInventoryItemIsZero": not counted,
        "CountedByUser": work.user,
        "PhysicalInventoryLastCountDate": work.today,
        "LastChangeDateTime": work.instant,
    }
    work.system.put(ITEM, row)


def post_item(work: Work, given: dict[str, Any]) -> tuple[str, Row]:
    """Post the difference of one item."""
    row = _item(work, given, given["PhysicalInventoryDocumentItem"])
    reason = given.get("ReasonForPhysInvtryDifference", "")
    row["ReasonForPhysInvtryDifference"] = reason
    _post(work, given, [row])
    return ITEM, row


def post_all(work: Work, given: dict[str, Any]) -> tuple[str, Row]:
    """Post the differences of all items counted."""
    header = _header(work, given)
    rows = [row for row in _items(work, given) if not row["PhysInvtryDifferenceIsPosted"]]
    _post(work, given, rows)
    header |= {
        "PhysInvtryAdjustmentPostingSts": "X",
        "PostingDate": given["PostingDate"] or work.today,
        "LastChangeDateTime": work.instant,
    }
    work.system.put(HEADER, header)
    return HEADER, header


def _save_item(work: Work, header: Row, item: Row, position: str) -> None:
    item["Plant"] = item["Plant"] or header["Plant"]
    item["StorageLocation"] = item["StorageLocation"] or header["StorageLocation"]
    material = stock.material_in_plant(work, item["Material"], item["Plant"])
    stock.require_batch(work, material, item["Batch"], may_be_new=False)
    item["PhysicalInventoryStockType"] = item["PhysicalInventoryStockType"] or "1"
    found = stock.stock_row(work, item["Material"], *_place(item))
    item |= {
        "FiscalYear": header["FiscalYear"],
        "PhysicalInventoryDocument": header["PhysicalInventoryDocument"],
        "PhysicalInventoryDocumentItem": position,
        "MaterialBaseUnit": material["BaseUnit"],
        "BookQtyBfrCountInMatlBaseUnit": found["MatlWrhsStkQtyInMatlBaseUnit"],
        "LastChangeDateTime": work.instant,
    }
    work.system.put(ITEM, item)
    if header["PostingIsBlockedForPhysInvtry"]:
        key = (item["Material"], item["Plant"], item["StorageLocation"])
        work.system.store.put("_counting", key, {"document": header["PhysicalInventoryDocument"]})


def _post(work: Work, given: dict[str, Any], rows: list[Row]) -> None:
    """Post differences as one material document, 701 what was found, 702 what was missing."""
    header = work.system.new_row(
        material_document.HEADER, PostingDate=given["PostingDate"] or work.today
    )
    material_document.require_day(work, header)
    booked: list[Row] = []
    for row in rows:
        if not row["PhysicalInventoryItemIsCounted"]:
            raise refusal("M7/701", row["PhysicalInventoryDocumentItem"])
        if row["PhysInvtryDifferenceIsPosted"]:
            raise refusal("M7/702", row["PhysicalInventoryDocumentItem"])
        difference = Decimal(row["Quantity"]) - Decimal(row["BookQtyBfrCountInMatlBaseUnit"])
        if difference:
            material = stock.material_in_plant(work, row["Material"], row["Plant"])
            stock.change(work, material, _place(row), difference)
            booked.append(_movement(work, row, difference))
        work.system.store.delete("_counting", row["Material"], row["Plant"], row["StorageLocation"])
    if booked:
        material_document.write(work, header, booked)
    for row in rows:
        row |= {
            "PhysInvtryDifferenceIsPosted": True,
            "AdjustmentPostingMadeByUser": work.user,
            "PostingDate": header["PostingDate"],
            "LastChangeDateTime": work.instant,
        }
        if booked:
            row["MaterialDocument"] = header["MaterialDocument"]
            row["MaterialDocumentYear"] = header["MaterialDocumentYear"]
        work.system.put(ITEM, row)


def _movement(work: Work, row: Row, difference: Decimal) -> Row:
    quantity = plain(abs(difference))
    return work.system.new_row(
        movement.ITEM,
        Material=row["Material"],
        Plant=row["Plant"],
        StorageLocation=row["StorageLocation"],
        Batch=row["Batch"],
        GoodsMovementType="701" if difference > 0 else "702",
        GoodsMovementReasonCode=row["ReasonForPhysInvtryDifference"],
        InventoryStockType=_STOCK_TYPES[row["PhysicalInventoryStockType"]],
        EntryUnit=row["MaterialBaseUnit"],
        QuantityInEntryUnit=quantity,
        MaterialBaseUnit=row["MaterialBaseUnit"],
        QuantityInBaseUnit=quantity,
        InvtryMgmtReferenceDocument=row["PhysicalInventoryDocument"],
    )


def _place(row: Row) -> tuple[str, str, str, str]:
    stock_type = _STOCK_TYPES.get(row["PhysicalInventoryStockType"])
    if stock_type is None:
        entry = row["PhysicalInventoryStockType"]
        raise refusal("M7/001", "T064S", entry, target="PhysicalInventoryStockType")
    return row["Plant"], row["StorageLocation"], row["Batch"], stock_type


def _header(work: Work, given: dict[str, Any]) -> Row:
    key = (given["FiscalYear"], given["PhysicalInventoryDocument"])
    row = work.system.store.get(HEADER, *key)
    if row is None:
        raise refusal("M7/700", key[1], key[0], target="PhysicalInventoryDocument")
    return row


def _items(work: Work, given: dict[str, Any]) -> list[Row]:
    wanted = (given["FiscalYear"], given["PhysicalInventoryDocument"])
    return [
        row
        for row in work.system.store.find(ITEM, PhysicalInventoryDocument=wanted[1])
        if row["FiscalYear"] == wanted[0]
    ]


def _item(work: Work, given: dict[str, Any], number: str) -> Row:
    for row in _items(work, given):
        if row["PhysicalInventoryDocumentItem"] == number:
            return row
    document = given["PhysicalInventoryDocument"]
    raise refusal("M7/700", document, number, target="PhysicalInventoryDocumentItem")
