"""Counting: physical inventory documents, created and counted in two calls.

A document that is created and not counted yet is finished, never created again. Posting the
differences stays with the people who are responsible for the stock.
"""

from __future__ import annotations

from collections.abc import Sequence

from countersign.erp.documents import InventoryCount, InventoryCountLine
from countersign.erp.errors import OutcomeUnknown, Transient
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import keyed_text, reference_of
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import odata_date, same_id, short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row
from countersign.erp.sap_odata.batch import Change
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.query import entity, equal

HEADERS = "A_PhysInventoryDocHeader"
ITEMS = "A_PhysInventoryDocItem"


class Counts:
    """Enters what was counted; the inventory number holds what is searched."""

    def __init__(self, client: Client, wording: Wording, triage: Triage) -> None:
        self._client = client
        self._wording = wording
        self._triage = triage

    def post(self, document: InventoryCount, key: str) -> PostResult:
        """Create the inventory document, unless an earlier try did, and count its lines."""
        header = self._header(key)
        if header is None:
            body = self.body(document, key)
            header = self._client.create(services.INVENTORY, HEADERS, body, document).row
        try:
            return self._count(document, header)
        except Transient as error:
            raise OutcomeUnknown(error.text, code=error.code, entity=error.entity) from error

    def find(self, document: InventoryCount, key: str) -> PostResult | None:
        """Look for the document, and count what is not counted yet."""
        header = self._header(key)
        return None if header is None else self._count(document, header)

    def body(self, document: InventoryCount, key: str) -> Row:
        """Write an inventory document in the words of OData."""
        day = odata_date(document.posting_date)
        return {
            "Plant": self._wording.plant(document.site_id),
            "StorageLocation": self._wording.storage_location(document.storage_location),
            "DocumentDate": day,
            "PhysInventoryPlannedCountDate": day,
            "PhysicalInventoryNumber": reference_of(key),
            "PhysicalInventoryDocumentDesc": keyed_text(key, document.text, 40),
            "to_PhysicalInventoryDocumentItem": {
                "results": [self._item(line) for line in document.lines]
            },
        }

    def _header(self, key: str) -> Row | None:
        query = {"$filter": equal("PhysicalInventoryNumber", reference_of(key))}
        return next(iter(self._client.rows(services.INVENTORY, HEADERS, query)), None)

    def _item(self, line: InventoryCountLine) -> Row:
        limits = self._wording.limits
        item = {
            "Material": limits.identifier(line.material_id, "material_id", 40),
            "Batch": limits.text(line.lot_id, "lot_id", 10),
        }
        return {name: value for name, value in item.items() if value}

    def _count(self, document: InventoryCount, header: Row) -> PostResult:
        year, number = header["FiscalYear"], header["PhysicalInventoryDocument"]
        query = {
            "$filter": f"{equal('FiscalYear', year)} and "
            f"{equal('PhysicalInventoryDocument', number)}",
            "$orderby": "PhysicalInventoryDocumentItem",
        }
        items = list(self._client.rows(services.INVENTORY, ITEMS, query))
        document_id = f"{short_id(number)}/{year}"
        for line in document.lines:
            if not any(_is_about(item, line) for item in items):
                raise self._triage.refusal(
                    "COUNT_WITHOUT_LINE", document=document_id, material=line.material_id
                )
        changes = self._changes(document.lines, items)
        if changes:
            self._client.change_all(services.INVENTORY, changes, document)
        return PostResult("posted", document_id=document_id)

    def _changes(self, lines: Sequence[InventoryCountLine], items: Sequence[Row]) -> list[Change]:
        changes = []
        for item in items:
            line = next((line for line in lines if _is_about(item, line)), None)
            if line is None or item.get("PhysicalInventoryItemIsCounted"):
                continue
            path = entity(
                ITEMS,
                FiscalYear=item["FiscalYear"],
                PhysicalInventoryDocument=item["PhysicalInventoryDocument"],
                PhysicalInventoryDocumentItem=item["PhysicalInventoryDocumentItem"],
            )
            etag = self._client.version(services.INVENTORY, path) or "*"
            changes.append(Change(path, self._counted(line), etag))
        return changes

    def _counted(self, line: InventoryCountLine) -> Row:
        unit = self._wording.unit(line.quantity.unit)
        if not line.quantity.value:
            return {"PhysicalInventoryItemIsZero": True, "UnitOfEntry": unit}
        quantity = self._wording.limits.quantity(line.quantity.value)
        return {"QuantityInUnitOfEntry": quantity, "UnitOfEntry": unit}


def _is_about(item: Row, line: InventoryCountLine) -> bool:
    return same_id(item["Material"], line.material_id) and (
        (item.get("Batch") or "") == (line.lot_id or "")
    )
