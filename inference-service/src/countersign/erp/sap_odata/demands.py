"""Demands: purchase requisitions and reservations, created and found again."""

from __future__ import annotations

from countersign.erp.documents import DemandLine, PurchaseRequisition, Reservation
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import keyed_text
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import cut, odata_date, one_line, short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.query import equal

FOR_ORDER, FOR_COST_CENTER = "F", "K"
ISSUE_TO_ORDER, ISSUE_TO_COST_CENTER = "261", "201"


class Requisitions:
    """Creates purchase requisitions; the external reference of their items is searched."""

    def __init__(self, client: Client, wording: Wording, profile: Profile) -> None:
        self._client = client
        self._wording = wording
        self._profile = profile

    def post(self, document: PurchaseRequisition, key: str) -> PostResult:
        """Create a requisition with all its items."""
        done = self._client.create(
            services.REQUISITION, services.REQUISITION.probe, self.body(document, key), document
        )
        return PostResult(
            "posted", document_id=short_id(done.row["PurchaseRequisition"]), text=done.warnings
        )

    def find(self, document: PurchaseRequisition, key: str) -> PostResult | None:
        """Look for an item that carries the key."""
        query = {"$filter": equal("PurReqnExternalReference", key)}
        rows = self._client.rows(services.REQUISITION, "A_PurchaseRequisitionItem", query)
        numbers = [short_id(row["PurchaseRequisition"]) for row in rows]
        return PostResult("posted", document_id=numbers[0]) if numbers else None

    def body(self, document: PurchaseRequisition, key: str) -> Row:
        """Write a requisition in the words of OData."""
        return {
            "PurchaseRequisitionType": self._profile.requisition_type,
            "PurReqnDescription": keyed_text(key, document.text, 40),
            "to_PurchaseReqnItem": {
                "results": [self._item(document, line, key) for line in document.lines]
            },
        }

    def _item(self, document: PurchaseRequisition, line: DemandLine, key: str) -> Row:
        limits = self._wording.limits
        group = document.purchasing_group or self._profile.purchasing_group
        item = {
            "Material": limits.identifier(line.material_id, "material_id", 40),
            "Plant": self._wording.plant(document.site_id),
            "StorageLocation": self._wording.storage_location(line.storage_location),
            "Batch": limits.text(line.lot_id, "lot_id", 10),
            "RequestedQuantity": limits.quantity(line.quantity.value),
            "BaseUnit": self._wording.unit(line.quantity.unit),
            "DeliveryDate": odata_date(document.required_on),
            "PurchasingGroup": limits.text(group, "purchasing_group", 3),
            "RequisitionerName": self._wording.user(document.person_id),
            "PurchaseRequisitionItemText": cut(one_line(line.text), 40),
            "PurReqnExternalReference": key,
        }
        assignment = self._assignment(document)
        if assignment:
            category = FOR_ORDER if document.production_order_id else FOR_COST_CENTER
            item["AccountAssignmentCategory"] = category
        row: Row = {name: value for name, value in item.items() if value}
        if assignment:
            row["to_PurchaseReqnAcctAssgmt"] = {"results": [assignment]}
        return row

    def _assignment(self, document: PurchaseRequisition) -> Row:
        limits = self._wording.limits
        if not (document.production_order_id or document.cost_center):
            return {}
        order = limits.identifier(document.production_order_id, "production_order_id", 12)
        center = limits.identifier(document.cost_center, "cost_center", 10)
        values = {
            "OrderID": order,
            "CostCenter": "" if order else center,
            "GLAccount": limits.identifier(document.account_id, "account_id", 10),
        }
        return {name: value for name, value in values.items() if value}


class Reservations:
    """Creates reservations; the text of their items is searched."""

    def __init__(self, client: Client, wording: Wording) -> None:
        self._client = client
        self._wording = wording

    def post(self, document: Reservation, key: str) -> PostResult:
        """Create a reservation with all its items."""
        done = self._client.create(
            services.RESERVATION, services.RESERVATION.probe, self.body(document, key), document
        )
        return PostResult(
            "posted", document_id=short_id(done.row["Reservation"]), text=done.warnings
        )

    def find(self, document: Reservation, key: str) -> PostResult | None:
        """Look for the text of the first item, which begins with the key."""
        text = keyed_text(key, document.lines[0].text, 50)
        query = {"$filter": equal("ReservationItemText", text)}
        rows = self._client.rows(services.RESERVATION, "A_ReservationDocumentItem", query)
        numbers = [short_id(row["Reservation"]) for row in rows]
        return PostResult("posted", document_id=numbers[0]) if numbers else None

    def body(self, document: Reservation, key: str) -> Row:
        """Write a reservation in the words of OData."""
        limits = self._wording.limits
        order = limits.identifier(document.production_order_id, "production_order_id", 12)
        center = limits.identifier(document.cost_center, "cost_center", 10)
        head = {
            "OrderID": order,
            "CostCenter": "" if order else center,
            "GoodsMovementType": ISSUE_TO_ORDER if order else ISSUE_TO_COST_CENTER,
            "ReservationDate": odata_date(document.required_on),
            "GoodsRecipientName": self._wording.user(document.person_id),
        }
        row: Row = {name: value for name, value in head.items() if value}
        row["to_ReservationDocumentItem"] = {
            "results": [self._item(document, line, key) for line in document.lines]
        }
        return row

    def _item(self, document: Reservation, line: DemandLine, key: str) -> Row:
        limits = self._wording.limits
        item = {
            "Product": limits.identifier(line.material_id, "material_id", 40),
            "Plant": self._wording.plant(document.site_id),
            "StorageLocation": self._wording.storage_location(line.storage_location),
            "Batch": limits.text(line.lot_id, "lot_id", 10),
            "EntryUnit": self._wording.unit(line.quantity.unit),
            "ResvnItmRequiredQtyInEntryUnit": limits.quantity(line.quantity.value),
            "MatlCompRequirementDate": odata_date(document.required_on),
            "ReservationItemText": keyed_text(key, line.text, 50),
        }
        return {name: value for name, value in item.items() if value}
