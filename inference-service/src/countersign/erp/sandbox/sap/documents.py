"""A document as the administration shows it: one shape for everything that is booked here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


_OTHERS: dict[str, Callable[[Row], Document]] = {}
"""How the other kinds of rows are shown."""
