"""A document as the administration shows it: one shape for everything that is booked here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap.orders import FAMILIES, Family
from countersign.erp.sandbox.sap.store import Row, Store

Document = dict[str, Any]


def booked(store: Store) -> Iterator[Document]:
    """Walk through all documents, reversals included.

    Each has ``type``, ``number``, ``reference``, ``order``, ``text``, ``is_reversal``,
    ``reversed``, ``posted_on`` and ``lines`` (``movement``, ``material``, ``quantity``, ``unit``).
    """
    for family in FAMILIES:
        for row in store.find(family.confirmations):
            yield _confirmation(family, row)
    items = _items_by_document(store)
    for row in store.find("A_MaterialDocumentHeader"):
        key = (row["MaterialDocumentYear"], row["MaterialDocument"])
        yield _material_document(row, items.get(key, []))
    for kind, shown in _OTHERS.items():
        for row in store.find(kind):
            yield shown(row)


def _confirmation(family: Family, row: Row) -> Document:
    unit = row["ConfirmationUnit"]
    lines = [
        {"movement": name, "material": row["Material"], "quantity": row[field], "unit": unit}
        for name, field in (
            ("yield", "ConfirmationYieldQuantity"),
            ("scrap", "ConfirmationScrapQuantity"),
            ("rework", "ConfirmationReworkQuantity"),
        )
        if row.get(field, "0") != "0"
    ]
    return {
        "type": f"{family.name} confirmation",
        "number": f"{row['ConfirmationGroup']}/{row['ConfirmationCount']}",
        "reference": row["ExternalSystemConfirmation"] or "",
        "order": row["OrderID"],
        "operation": row["OrderOperation"],
        "text": row["ConfirmationText"],
        "is_reversal": row["IsReversal"],
        "reversed": row["IsReversed"],
        "posted_on": row["PostingDate"],
        "entered": f"{row['ConfirmationEntryDate']}T{row['ConfirmationEntryTime']}Z",
        "lines": lines,
    }


def _material_document(row: Row, items: list[Row]) -> Document:
    own = [item for item in items if not item["IsAutomaticallyCreated"]]
    return {
        "type": "material document",
        "number": f"{row['MaterialDocumentYear']}/{row['MaterialDocument']}",
        "reference": row["ReferenceDocument"],
        "order": next((item["ManufacturingOrder"] for item in own), ""),
        "operation": "",
        "text": row["MaterialDocumentHeaderText"],
        "is_reversal": any(item["ReversedMaterialDocument"] for item in own),
        "reversed": bool(own) and all(item["GoodsMovementIsCancelled"] for item in own),
        "posted_on": row["PostingDate"],
        "entered": f"{row['CreationDate']}T{row['CreationTime']}Z",
        "lines": [
            {
                "movement": item["GoodsMovementType"],
                "material": item["Material"],
                "quantity": item["QuantityInEntryUnit"],
                "unit": item["EntryUnit"],
            }
            for item in own
        ],
    }


def _items_by_document(store: Store) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for item in store.find("A_MaterialDocumentItem"):
        key = (item["MaterialDocumentYear"], item["MaterialDocument"])
        found.setdefault(key, []).append(item)
    return found


def _plain_document(
    type_: str,
    number: str,
    reference: str,
    *,
    order: str = "",
    text: str = "",
    posted_on: str = "",
    entered: str = "",
    lines: list[dict[str, str]] | None = None,
) -> Document:
    return {
        "type": type_,
        "number": number,
        "reference": reference,
        "order": order,
        "operation": "",
        "text": text,
        "is_reversal": False,
        "reversed": False,
        "posted_on": posted_on,
        "entered": entered,
        "lines": lines or [],
    }


def _journal_entry(row: Row) -> Document:
    lines = [
        {
            "movement": "debit" if Decimal(item["Amount"]) > 0 else "credit",
            "material": item["GLAccount"],
            "quantity": item["Amount"].lstrip("-"),
            "unit": item["Currency"],
        }
        for item in row["items"]
    ]
    return _plain_document(
        "journal entry",
        f"{row['AccountingDocument']}/{row['CompanyCode']}/{row['FiscalYear']}",
        row["ReferenceDocument"],
        text=row["DocumentHeaderText"],
        posted_on=row["PostingDate"],
        entered=row["entered"],
        lines=lines,
    )


def _requisition_item(row: Row) -> Document:
    line = {
        "movement": "requested",
        "material": row["Material"] or row["PurchaseRequisitionItemText"],
        "quantity": row["RequestedQuantity"],
        "unit": row["BaseUnit"],
    }
    return _plain_document(
        "purchase requisition",
        f"{row['PurchaseRequisition']}/{row['PurchaseRequisitionItem']}",
        row["PurReqnExternalReference"]
        or row["PurReqnItemExternalReference"]
        or row["RequirementTracking"],
        text=row["PurchaseRequisitionItemText"],
        entered=row["LastChangeDateTime"] or "",
        lines=[line],
    )


def _reservation_item(row: Row) -> Document:
    line = {
        "movement": "reserved",
        "material": row["Product"],
        "quantity": row["ResvnItmRequiredQtyInEntryUnit"],
        "unit": row["EntryUnit"],
    }
    number = f"{row['Reservation']}/{row['ReservationItem']}"
    text = row["ReservationItemText"]
    return _plain_document("reservation", number, text, text=text, lines=[line])


def _defect(row: Row) -> Document:
    line = {
        "movement": "defective",
        "material": row["Material"],
        "quantity": row["DefectiveQuantity"],
        "unit": row["DefectiveQuantityUnit"],
    }
    return _plain_document(
        "defect",
        row["DefectInternalID"],
        row["DefectText"],
        order=row["ManufacturingOrder"],
        text=row["DefectText"],
        entered=row["ChangedDateTime"],
        lines=[line],
    )


def _notification(row: Row) -> Document:
    return _plain_document(
        "maintenance notification",
        row["MaintenanceNotification"],
        row["NotificationText"],
        text=row["NotificationText"],
        entered=row["LastChangeDateTime"],
    )


def _quality_notification(row: Row) -> Document:
    head = row["header"]
    return _plain_document(
        "quality notification",
        row["number"],
        row["_reference"],
        order=head.get("PROD_ORDER", ""),
        text=head.get("SHORT_TEXT", ""),
        entered=row["entered"],
    )


def _decision(row: Row) -> Document:
    group, code = row["InspLotUsageDecisionCodeGroup"], row["InspectionLotUsageDecisionCode"]
    return _plain_document(
        "usage decision", row["InspectionLot"], "", text=f"{group} {code}", entered=""
    )


_OTHERS: dict[str, Callable[[Row], Document]] = {
    "_journal_entry": _journal_entry,
    "A_PurchaseRequisitionItem": _requisition_item,
    "A_ReservationDocumentItem": _reservation_item,
    "A_Defect": _defect,
    "MaintenanceNotification": _notification,
    "_quality_notification": _quality_notification,
    "A_InspLotUsageDecision": _decision,
}
"""How the other kinds of rows are shown."""
