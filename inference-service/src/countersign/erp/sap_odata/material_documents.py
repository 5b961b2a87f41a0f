"""Material documents: goods issues, scrap and every other movement, posted, found and cancelled."""

from __future__ import annotations

from countersign.erp.documents import GoodsIssue, GoodsMovement, ScrapReport
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import reference_of
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import odata_date, short_id
from countersign.erp.sap.wording import MaterialDocument, MovementRow, Wording
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row, nested
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.orders import OrderBook
from countersign.erp.sap_odata.query import equal

StockDocument = GoodsIssue | ScrapReport | GoodsMovement

HEADERS = "A_MaterialDocumentHeader"
ITEMS = "A_MaterialDocumentItem"
TO_ITEMS = "to_MaterialDocumentItem"


class MaterialDocuments:
    """Posts material documents; ``ReferenceDocument`` holds what is searched."""

    def __init__(
        self, client: Client, wording: Wording, triage: Triage, order_book: OrderBook
    ) -> None:
        self._client = client
        self._wording = wording
        self._triage = triage
        self._order_book = order_book

    def post(self, document: StockDocument, key: str) -> PostResult:
        """Book all lines in one document, all or none."""
        body = body_of(self._worded(document, key))
        done = self._client.create(services.MATERIAL_DOCUMENT, HEADERS, body, document)
        return PostResult("posted", document_id=id_of(done.row), text=done.warnings)

    def find(self, key: str) -> PostResult | None:
        """Look for the document that stands under the key."""
        row = next((row for row in self._headers(key) if _stands(row)), None)
        return PostResult("posted", document_id=id_of(row)) if row else None

    def reverse(self, document: StockDocument, key: str, document_id: str) -> PostResult:
        """Cancel what stands under the key; what is cancelled already stays so."""
        originals = [row for row in self._headers(key) if not _is_reversal(row)]
        standing = next((row for row in originals if _stands(row)), None)
        if standing is not None:
            values = {
                "MaterialDocumentYear": standing["MaterialDocumentYear"],
                "MaterialDocument": standing["MaterialDocument"],
                "PostingDate": document.posting_date,
            }
            self._client.invoke(services.MATERIAL_DOCUMENT, "Cancel", values, document)
        for row in originals:
            reversal = self._reversal_of(row)
            if reversal:
                return PostResult("posted", document_id=reversal)
        raise self._triage.refusal("DOCUMENT_UNKNOWN", document, document=document_id)

    def _worded(self, document: StockDocument, key: str) -> MaterialDocument:
        if isinstance(document, GoodsMovement):
            return self._wording.goods_movement(document, key)
        components = self._order_book.components(document.order_id)
        if isinstance(document, ScrapReport):
            return self._wording.scrap_report(document, key, components)
        return self._wording.goods_issue(document, key, components)

    def _headers(self, key: str) -> list[Row]:
        query = {"$filter": equal("ReferenceDocument", reference_of(key)), "$expand": TO_ITEMS}
        return list(self._client.rows(services.MATERIAL_DOCUMENT, HEADERS, query))

    def _reversal_of(self, row: Row) -> str:
        query = {
            "$filter": (
                f"{equal('ReversedMaterialDocument', row['MaterialDocument'])} and "
                f"{equal('ReversedMaterialDocumentYear', row['MaterialDocumentYear'])}"
            )
        }
        for item in self._client.rows(services.MATERIAL_DOCUMENT, ITEMS, query):
            return id_of(item)
        return ""


def body_of(document: MaterialDocument) -> Row:
    """Write a material document in the words of OData; SAP gives its numbers itself."""
    return {
        "GoodsMovementCode": document.code,
        "PostingDate": odata_date(document.posting_date),
        "DocumentDate": odata_date(document.posting_date),
        "MaterialDocumentHeaderText": document.header_text,
        "ReferenceDocument": document.reference,
        TO_ITEMS: {"results": [_item(row) for row in document.rows]},
    }


def id_of(row: Row) -> str:
    """Return the number of a material document as people write it, with its year."""
    return f"{short_id(row['MaterialDocument'])}/{row['MaterialDocumentYear']}"


def _item(row: MovementRow) -> Row:
    body = {
        "Material": row.material,
        "Plant": row.plant,
        "StorageLocation": row.storage_location,
        "Batch": row.batch,
        "GoodsMovementType": row.movement_type,
        "GoodsMovementRefDocType": row.ref_doc_type,
        "ManufacturingOrder": row.order,
        "Reservation": row.reservation,
        "ReservationItem": row.reservation_item,
        "PurchaseOrder": row.purchase_order,
        "PurchaseOrderItem": row.purchase_order_item,
        "CostCenter": row.cost_center,
        "GLAccount": row.account,
        "GoodsMovementReasonCode": row.reason,
        "EntryUnit": row.unit,
        "QuantityInEntryUnit": row.quantity,
        "IssgOrRcvgMaterial": row.to_material,
        "IssgOrRcvgBatch": row.to_batch,
        "IssuingOrReceivingPlant": row.to_plant,
        "IssuingOrReceivingStorageLoc": row.to_storage_location,
        "UnloadingPointName": row.unloading_point,
        "MaterialDocumentItemText": row.text,
    }
    return {name: value for name, value in body.items() if value}


def _is_reversal(row: Row) -> bool:
    return any(item.get("ReversedMaterialDocument") for item in nested(row, TO_ITEMS))


def _stands(row: Row) -> bool:
    """Tell whether a document neither reverses another one nor was reversed."""
    items = nested(row, TO_ITEMS)
    return not _is_reversal(row) and not any(item.get("GoodsMovementIsCancelled") for item in items)
