"""A material document: a header and its goods movements, booked together or not at all."""

from __future__ import annotations

from typing import Any

from countersign.erp.sandbox.sap import movement
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.movement import ITEM, MovementType
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work, require_open_period

HEADER = "A_MaterialDocumentHeader"
SERIAL = "A_SerialNumberMaterialDocument"
FIRST_NUMBER = 4_900_000_001
REVERSAL_CODE = "06"


def post(work: Work, header: Row, items: list[Row]) -> Row:
    """Book a document; ``items`` are whole item rows, with serial numbers in ``_serials``.

    Raises:
        Refusal: an item breaks a rule; nothing is booked then.
    """
    if not items:
        raise refusal("M7/018", "at least one item")
    require_day(work, header)
    for item in items:
        rule = movement.movement_type(item["GoodsMovementType"], item["GoodsMovementRefDocType"])
        if header["GoodsMovementCode"] != rule.code:
            entry = f"{header['GoodsMovementCode'] or '-'} {rule.type}"
            raise refusal("M7/001", "T158G", entry, target="GoodsMovementCode")
    return write(work, header, [movement.book(work, item) for item in items])


def require_day(work: Work, header: Row) -> None:
    """Settle the posting date and document date of a header.

    Raises:
        Refusal: the posting date is missing or its period closed.
    """
    if not header["PostingDate"]:
        raise refusal("M7/018", "Posting Date", target="PostingDate")
    header["DocumentDate"] = header["DocumentDate"] or header["PostingDate"]
    require_open_period(work, header["PostingDate"])


def write(work: Work, header: Row, items: list[Row]) -> Row:
    """Number a document whose items are booked, and write it."""
    year = header["PostingDate"][:4]
    number = work.system.store.next_number("material_document", FIRST_NUMBER)
    header |= {
        "MaterialDocumentYear": year,
        "MaterialDocument": number,
        "InventoryTransactionType": "WE" if header["GoodsMovementCode"] in ("01", "02") else "WA",
        "CreationDate": work.today,
        "CreationTime": work.clock,
        "CreatedByUser": work.user,
    }
    work.system.put(HEADER, header)
    line = 0
    for item in items:
        line += 1
        _write_item(work, header, item, line)
        rule = movement.movement_type(item["GoodsMovementType"], item["GoodsMovementRefDocType"])
        if rule.from_stock and rule.to_stock:
            line += 1
            _write_item(work, header, _receiving_line(item), line)
    return header


def cancel(work: Work, year: str, number: str, item: str, posting_date: str | None) -> Row:
    """Undo a document or one item of it by a document of its own.

    Raises:
        Refusal: it does not exist, is undone already, or cannot be undone now.
    """
    original = work.system.store.get(HEADER, year, number)
    if original is None:
        raise refusal("M7/054", number, year, target="MaterialDocument")
    rows = [
        row
        for row in items_of(work, year, number)
        if not row["IsAutomaticallyCreated"] and item in ("", row["MaterialDocumentItem"])
    ]
    if not rows:
        raise refusal("M7/054", number, f"{year} {item}", target="MaterialDocumentItem")
    for row in rows:
        if row["GoodsMovementIsCancelled"] or row["ReversedMaterialDocument"]:
            entry = row["MaterialDocumentItem"]
            raise refusal("M7/055", number, year, entry, target="MaterialDocument")
    header = work.system.new_row(
        HEADER,
        PostingDate=posting_date or work.today,
        GoodsMovementCode=REVERSAL_CODE,
    )
    require_day(work, header)
    reversals = [movement.book(work, _reversal(row)) for row in rows]
    written = write(work, header, reversals)
    for row in rows:
        row["GoodsMovementIsCancelled"] = True
        work.system.put(ITEM, row)
    return written


def items_of(work: Work, year: str, number: str) -> list[Row]:
    """List the items of a document."""
    rows = work.system.store.find(ITEM, MaterialDocument=number)
    return [row for row in rows if row["MaterialDocumentYear"] == year]


def _write_item(work: Work, header: Row, item: Row, line: int) -> None:
    serials: list[dict[str, Any]] = item.pop("_serials", [])
    keys = {
        "MaterialDocumentYear": header["MaterialDocumentYear"],
        "MaterialDocument": header["MaterialDocument"],
        "MaterialDocumentItem": str(line),
    }
    item |= keys
    item |= {
        "MaterialDocumentLine": f"{line:06d}",
        "FiscalYear": header["MaterialDocumentYear"],
        "FiscalYearPeriod": f"{header['PostingDate'][:4]}{int(header['PostingDate'][5:7]):03d}",
        "FiscalYearVariant": "K4",
        "CompanyCodeCurrency": "EUR",
    }
    item["InventoryStockType"] = item["InventoryStockType"] or _stock_type(item)
    work.system.put(ITEM, item)
    for serial in serials:
        row = {"Material": item["Material"], "SerialNumber": serial["SerialNumber"], **keys}
        work.system.put(SERIAL, row)


def _stock_type(item: Row) -> str:
    rule = _rule(item)
    return rule.from_stock or rule.to_stock


def _rule(item: Row) -> MovementType:
    return movement.movement_type(item["GoodsMovementType"], item["GoodsMovementRefDocType"])


def _receiving_line(item: Row) -> Row:
    """Return the second line that SAP adds to a transfer for the receiving side."""
    return {
        **item,
        "Plant": item["IssuingOrReceivingPlant"] or item["Plant"],
        "StorageLocation": item["IssuingOrReceivingStorageLoc"] or item["StorageLocation"],
        "Material": item["IssgOrRcvgMaterial"] or item["Material"],
        "Batch": item["IssgOrRcvgBatch"] or item["Batch"],
        "InventoryStockType": _rule(item).to_stock,
        "IsAutomaticallyCreated": "X",
        "MaterialDocumentParentLine": item["MaterialDocumentLine"],
    }


def _reversal(row: Row) -> Row:
    return {
        **row,
        "GoodsMovementType": movement.reversal_type(_rule(row)).type,
        "ReversedMaterialDocumentYear": row["MaterialDocumentYear"],
        "ReversedMaterialDocument": row["MaterialDocument"],
        "ReversedMaterialDocumentItem": row["MaterialDocumentItem"],
        "InventoryStockType": "",
        "MaterialDocumentItemText": "",
    }
