"""Quality and machines: inspection results, usage decisions, defects, malfunctions."""

from __future__ import annotations

from countersign.erp.documents import (
    InspectionResult,
    MaintenanceNotification,
    QualityNotification,
    UsageDecision,
)
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import reference_of, text_with_reference
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import odata_date, odata_time, short_id
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.query import entity, literal
from countersign.nouns.quantity import plain

RESULTS, DECISIONS = "A_InspectionResult", "A_InspLotUsageDecision"
ACCEPTED, REJECTED = "A", "R"
DECISION_CATALOG, DEFECT_CATALOG = "3", "9"
EQUIPMENT = "EAMS_EQUI"


class Inspections:
    """Records results and decides about inspection lots."""

    def __init__(self, client: Client, wording: Wording) -> None:
        self._client = client
        self._wording = wording

    def post_result(self, document: InspectionResult, key: str) -> PostResult:
        """Record the result of a characteristic."""
        body = self.result_body(document, key)
        done = self._client.create(services.INSPECTION, RESULTS, body, document)
        return PostResult("posted", document_id=_result_id(document), text=done.warnings)

    def find_result(self, document: InspectionResult, key: str) -> PostResult | None:
        """Look whether the characteristic has a result that carries the reference."""
        keys = self._result_keys(document)
        row = self._client.row(services.INSPECTION, entity(RESULTS, **keys))
        if row is None or reference_of(key) not in (row.get("InspectionResultText") or ""):
            return None
        return PostResult("posted", document_id=_result_id(document))

    def result_body(self, document: InspectionResult, key: str) -> Row:
        """Write a result in the words of OData."""
        limits = self._wording.limits
        judged = {None: "", True: ACCEPTED, False: REJECTED}[document.accepted]
        value = "" if document.value is None else plain(document.value)
        body = {
            **self._result_keys(document),
            "InspectionResultOriginalValue": limits.text(value, "value", 25),
            "InspectionValuationResult": judged,
            "InspectionResultText": text_with_reference(key, document.text, 40),
            "Inspector": self._wording.user(document.person_id),
        }
        moment = self._wording.local(document.inspected_at)
        if moment:
            body["InspectionEndDate"] = odata_date(moment[0])
            body["InspectionEndTime"] = odata_time(moment[1])
        return {name: part for name, part in body.items() if part}

    def post_decision(self, document: UsageDecision, key: str) -> PostResult:
        """Decide about a lot."""
        body = self.decision_body(document)
        done = self._client.create(services.INSPECTION, DECISIONS, body, document)
        lot = short_id(document.inspection_lot_id)
        return PostResult("posted", document_id=lot, text=done.warnings)

    def find_decision(self, document: UsageDecision, key: str) -> PostResult | None:
        """Look whether the lot has this decision; a lot has one, so it is its own key."""
        lot = self._lot(document.inspection_lot_id)
        row = self._client.row(services.INSPECTION, entity(DECISIONS, InspectionLot=lot))
        if row is None or row.get("InspectionLotUsageDecisionCode") != document.code:
            return None
        return PostResult("posted", document_id=lot)

    def decision_body(self, document: UsageDecision) -> Row:
        """Write a decision in the words of OData."""
        limits = self._wording.limits
        score = document.quality_score
        body = {
            "InspectionLot": self._lot(document.inspection_lot_id),
            "InspLotUsageDecisionCatalog": DECISION_CATALOG,
            "SelectedCodeSetPlant": self._wording.plant(document.site_id),
            "InspLotUsgeDcsnSelectedSet": limits.text(document.selected_set, "selected_set", 8),
            "InspLotUsageDecisionCodeGroup": limits.text(document.code_group, "code_group", 8),
            "InspectionLotUsageDecisionCode": limits.text(document.code, "code", 4),
            "InspectionLotQualityScore": "" if score is None else str(score),
        }
        return {name: part for name, part in body.items() if part}

    def _result_keys(self, document: InspectionResult) -> dict[str, str]:
        limits = self._wording.limits
        operation = document.inspection_operation_id
        return {
            "InspectionLot": self._lot(document.inspection_lot_id),
            "InspPlanOperationInternalID": limits.identifier(
                operation, "inspection_operation_id", 8
            ),
            "InspectionCharacteristic": limits.identifier(
                document.characteristic_id, "characteristic_id", 4
            ),
        }

    def _lot(self, inspection_lot_id: str) -> str:
        return self._wording.limits.identifier(inspection_lot_id, "inspection_lot_id", 12)


class Notifications:
    """Reports defects and malfunctions; the reference stands in their short text."""

    def __init__(self, client: Client, wording: Wording, profile: Profile) -> None:
        self._client = client
        self._wording = wording
        self._profile = profile

    def post_defect(self, document: QualityNotification, key: str) -> PostResult:
        """Record a defect."""
        body = self.defect_body(document, key)
        done = self._client.create(services.DEFECT, services.DEFECT.probe, body, document)
        number = short_id(done.row.get("Defect") or done.row["DefectInternalID"])
        return PostResult("posted", document_id=number, text=done.warnings)

    def find_defect(self, document: QualityNotification, key: str) -> PostResult | None:
        """Look for a defect whose text carries the reference."""
        for row in self._with_reference(services.DEFECT, "DefectText", key):
            number = short_id(row.get("Defect") or row["DefectInternalID"])
            return PostResult("posted", document_id=number)
        return None

    def defect_body(self, document: QualityNotification, key: str) -> Row:
        """Write a defect in the words of OData; its text names the batch, for lack of a field."""
        limits = self._wording.limits
        batch = f" batch {document.lot_id}" if document.lot_id else ""
        work_center = self._wording.work_center(document.work_center_id)
        plant = self._wording.plant(document.site_id)
        body = {
            "DefectText": text_with_reference(key, document.text + batch, 40),
            "Material": limits.identifier(document.material_id, "material_id", 40),
            "Plant": plant,
            "ManufacturingOrder": limits.identifier(
                document.production_order_id, "production_order_id", 12
            ),
            "ManufacturingOrderOperation": limits.operation(document.operation_id),
            "InspectionLot": limits.identifier(document.inspection_lot_id, "inspection_lot_id", 12),
            "DefectCodeCatalog": DEFECT_CATALOG if document.defect_code else "",
            "DefectCodeGroup": limits.text(document.defect_code_group, "defect_code_group", 8),
            "DefectCode": limits.text(document.defect_code, "defect_code", 4),
            "MainWorkCenter": work_center,
            "MainWorkCenterPlant": plant if work_center else "",
        }
        if document.quantity is not None:
            body["DefectiveQuantity"] = limits.quantity(document.quantity.value)
            body["DefectiveQuantityUnit"] = self._wording.unit(document.quantity.unit)
        return {name: part for name, part in body.items() if part}

    def post_malfunction(self, document: MaintenanceNotification, key: str) -> PostResult:
        """Report a malfunction."""
        body = self.malfunction_body(document, key)
        done = self._client.create(services.MAINTENANCE, services.MAINTENANCE.probe, body, document)
        number = short_id(done.row["MaintenanceNotification"])
        return PostResult("posted", document_id=number, text=done.warnings)

    def find_malfunction(self, document: MaintenanceNotification, key: str) -> PostResult | None:
        """Look for a notification whose text carries the reference."""
        for row in self._with_reference(services.MAINTENANCE, "NotificationText", key):
            return PostResult("posted", document_id=short_id(row["MaintenanceNotification"]))
        return None

    def malfunction_body(self, document: MaintenanceNotification, key: str) -> Row:
        """Write a notification in the words of OData."""
        limits = self._wording.limits
        wanted = document.notification_type or self._profile.notification_type
        body: Row = {
            "NotificationType": limits.text(wanted, "notification_type", 2),
            "NotificationText": text_with_reference(key, document.text, 40),
            "TechnicalObject": limits.identifier(document.equipment_id, "equipment_id", 40),
            "TechObjIsEquipOrFuncnlLoc": EQUIPMENT,
            "MaintPriority": limits.text(document.priority, "priority", 1),
            "MaintenancePlanningPlant": self._wording.plant(document.site_id),
            "MaintenanceObjectIsDown": document.is_down,
            "ReportedByUser": self._wording.user(document.person_id),
        }
        for moment, name in ((document.started_at, "Start"), (document.finished_at, "End")):
            local = self._wording.local(moment)
            if local:
                body[f"Malfunction{name}Date"] = odata_date(local[0])
                body[f"Malfunction{name}Time"] = odata_time(local[1])
        return {name: part for name, part in body.items() if part != ""}

    def _with_reference(self, service: services.Service, field: str, key: str) -> list[Row]:
        query = {"$filter": f"substringof({literal(reference_of(key))},{field})"}
        return list(self._client.rows(service, service.probe, query))


def _result_id(document: InspectionResult) -> str:
    lot = short_id(document.inspection_lot_id)
    return f"{lot}/{document.inspection_operation_id}/{document.characteristic_id}"
