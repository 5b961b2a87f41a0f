"""The other documents of the SAP sandbox: requisitions, reservations, quality, counts."""

from __future__ import annotations

from typing import Any

import pytest
from integration.sap_sandbox.sap_client import ORDERS, SapClient, codes
from sap_sandbox_process import SapSandboxProcess

REQUISITIONS = "API_PURCHASEREQ_PROCESS_SRV/A_PurchaseRequisitionHeader"
RESERVATIONS = "API_RESERVATION_DOCUMENT_SRV/A_ReservationDocumentHeader"
INSPECTION = "API_INSPECTIONLOT_SRV"
NOTIFICATIONS = "API_MAINTNOTIFICATION/MaintenanceNotification"
INVENTORY = "API_PHYSICAL_INVENTORY_DOC_SRV"


def requisition(**change: Any) -> dict[str, Any]:
    item = {
        "Material": "SEAL-12",
        "Plant": "1010",
        "PurchasingGroup": "001",
        "RequestedQuantity": "50",
        "PurReqnItemExternalReference": "CSREQ1",
        "AccountAssignmentCategory": "K",
        "to_PurchaseReqnAcctAssgmt": {"results": [{"CostCenter": "10101301"}]},
        **change,
    }
    return {"PurReqnDescription": "Seals", "to_PurchaseReqnItem": {"results": [item]}}


def test_a_requisition_is_saved_with_its_account(sap: SapSandboxProcess, client: SapClient) -> None:
    answer = client.post(REQUISITIONS, requisition())
    assert answer.status_code == 201, answer.text
    number = answer.json()["d"]["PurchaseRequisition"]
    path = f"{REQUISITIONS}('{number}')/to_PurchaseReqnItem"
    (item,) = client.rows(path, expand="to_PurchaseReqnAcctAssgmt")
    assert (item["PurchaseRequisitionItem"], item["BaseUnit"]) == ("10", "PC")
    assert item["to_PurchaseReqnAcctAssgmt"]["results"][0]["CostCenter"] == "10101301"
    assert sap.documents(reference="CSREQ1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PurchasingGroup": ""}, "ME/083"),
        ({"Material": ""}, "ME/083"),
        ({"Material": "NOPE"}, "M3/305"),
        ({"RequestedQuantity": "0"}, "ME/083"),
        ({"BaseUnit": "KG"}, "M7/056"),
        ({"to_PurchaseReqnAcctAssgmt": {"results": []}}, "ME/083"),
        ({"to_PurchaseReqnAcctAssgmt": {"results": [{"CostCenter": "1"}]}}, "F5/507"),
    ],
)
def test_a_requisition_that_lacks_something_is_refused(
    client: SapClient, change: dict[str, Any], code: str
) -> None:
    answer = client.post(REQUISITIONS, requisition(**change))
    assert (answer.status_code, codes(answer)) == (400, [code])


def test_a_requisition_can_only_be_checked(sap: SapSandboxProcess, client: SapClient) -> None:
    before = len(sap.documents(type="purchase requisition"))
    body = {**requisition(), "PurReqnDoOnlyValidation": True}
    assert client.post(REQUISITIONS, body).json()["d"]["PurchaseRequisition"] == ""
    assert len(sap.documents(type="purchase requisition")) == before
    assert codes(client.post(REQUISITIONS, {"to_PurchaseReqnItem": {"results": []}})) == ["W5/002"]


def test_a_reservation_is_saved_and_can_be_issued(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    item = {"Product": "GREASE-01", "Plant": "1010", "StorageLocation": "101A"}
    item |= {"ResvnItmRequiredQtyInEntryUnit": "500", "EntryUnit": "G"}
    header = {"OrderID": sap.new_order(), "GoodsMovementType": "261"}
    body = {**header, "to_ReservationDocumentItem": {"results": [item]}}
    answer = client.post(RESERVATIONS, body)
    assert answer.status_code == 201, answer.text
    number = answer.json()["d"]["Reservation"]
    (row,) = client.rows(f"{RESERVATIONS}('{number}')/to_ReservationDocumentItem")
    assert (row["ResvnItmRequiredQtyInBaseUnit"], row["BaseUnit"]) == ("0.5", "KG")
    refused = client.post(RESERVATIONS, {**body, "OrderID": "999999"})
    assert codes(refused) == ["M7/001"]


@pytest.fixture
def lot(sap: SapSandboxProcess) -> str:
    number = f"3{sap.new_order()}"
    characteristics = [
        {"operation": "00000001", "characteristic": "0010", "lower": "9.9", "upper": "10.1"}
    ]
    row = {"inspection_lot": number, "material": "VALVE-55", "quantity": "5"}
    sap.seed({"inspection_lots": [{**row, "characteristics": characteristics}]})
    return number


def result(lot: str, value: float) -> dict[str, Any]:
    return {
        "InspectionLot": lot,
        "InspPlanOperationInternalID": "1",
        "InspectionCharacteristic": "0010",
        "InspectionResultMeanValue": value,
        "InspectionResultHasMeanValue": "X",
    }


@pytest.mark.parametrize(("value", "valuation"), [(10.05, "A"), (10.2, "R")])
def test_a_result_is_valuated_by_its_limits(
    client: SapClient, lot: str, value: float, valuation: str
) -> None:
    answer = client.post(f"{INSPECTION}/A_InspectionResult", result(lot, value))
    assert answer.status_code == 201, answer.text
    assert answer.json()["d"]["InspectionValuationResult"] == valuation


def test_a_result_changes_under_its_etag_until_the_lot_is_decided(
    client: SapClient, lot: str
) -> None:
    row = client.post(f"{INSPECTION}/A_InspectionResult", result(lot, 10)).json()["d"]
    key = f"InspectionLot='{lot}',InspPlanOperationInternalID='1',InspectionCharacteristic='10'"
    path = f"{INSPECTION}/A_InspectionResult({key})"
    text = {"InspectionResultText": "measured again"}
    assert client.patch(path, text).status_code == 428
    assert client.patch(path, text, If_Match=row["__metadata"]["etag"]).status_code == 204
    decision = {"InspectionLot": lot, "InspLotUsageDecisionCodeGroup": "UD"}
    unknown = {**decision, "InspectionLotUsageDecisionCode": "Z"}
    assert codes(client.post(f"{INSPECTION}/A_InspLotUsageDecision", unknown)) == ["QA/004"]
    accepted = {**decision, "InspectionLotUsageDecisionCode": "A"}
    made = client.post(f"{INSPECTION}/A_InspLotUsageDecision", accepted)
    assert made.json()["d"]["InspLotUsageDecisionValuation"] == "A"
    assert codes(client.patch(path, text, If_Match="*")) == ["QA/002"]


def test_stock_in_inspection_waits_for_the_decision(client: SapClient, lot: str) -> None:
    item = {"Material": "VALVE-55", "Plant": "1010", "StorageLocation": "101B"}
    item |= {"GoodsMovementType": "321", "QuantityInEntryUnit": "1", "EntryUnit": "PC"}
    assert codes(client.move(item, GoodsMovementCode="04")) == ["QA/441"]


def test_a_defect_names_an_order_and_a_code_of_the_catalogue(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    body = {"DefectText": "Burr", "DefectCodeGroup": "QMCOM", "DefectCode": "SURF"}
    body |= {"ManufacturingOrder": sap.new_order(), "Material": "VALVE-55"}
    made = client.post("API_DEFECT_SRV/A_Defect", body)
    assert made.status_code == 201, made.text
    assert made.json()["d"]["Defect"]
    unknown = client.post("API_DEFECT_SRV/A_Defect", {**body, "DefectCode": "NOPE"})
    assert codes(unknown) == ["QM/001"]


def test_a_maintenance_notification_is_worked_off(client: SapClient) -> None:
    body = {"NotificationType": "M2", "NotificationText": "Leak", "TechnicalObject": "ASSY-05"}
    body |= {"TechObjIsEquipOrFuncnlLoc": "EAMS_EQUI"}
    row = client.post(NOTIFICATIONS, body).json()["d"]
    assert row["NotifProcessingPhase"] == "1"
    number = f"MaintenanceNotification='{row['MaintenanceNotification']}'"
    started = client.post(f"API_MAINTNOTIFICATION/SetMaintNotifToInProcess?{number}")
    assert started.json()["d"]["NotifProcessingPhase"] == "3"
    done = client.post(f"API_MAINTNOTIFICATION/CompleteMaintNotification?{number}")
    assert done.json()["d"]["NotifProcessingPhase"] == "4"
    again = client.post(f"API_MAINTNOTIFICATION/CompleteMaintNotification?{number}")
    assert codes(again) == ["BS/013"]
    assert codes(client.post(NOTIFICATIONS, {**body, "TechnicalObject": "NOPE"})) == ["IM/001"]
    assert client.post(NOTIFICATIONS, {**body, "Equipment": "ASSY-05"}).status_code == 400


def test_a_count_posts_its_difference(sap: SapSandboxProcess, client: SapClient) -> None:
    place = {"plant": "1010", "storage_location": "LINE"}
    stock = {"material": "SHAFT-08", "quantity": "100", **place}
    sap.seed({"stock": [stock]})
    item = {"Material": "SHAFT-08", "PhysicalInventoryStockType": "1"}
    body = {"Plant": "1010", "StorageLocation": "LINE", "PostingIsBlockedForPhysInvtry": True}
    items = {"to_PhysicalInventoryDocumentItem": {"results": [item]}}
    header = client.post(f"{INVENTORY}/A_PhysInventoryDocHeader", {**body, **items}).json()["d"]
    key = f"FiscalYear='{header['FiscalYear']}'"
    key += f",PhysicalInventoryDocument='{header['PhysicalInventoryDocument']}'"
    path = f"{INVENTORY}/A_PhysInventoryDocItem({key},PhysicalInventoryDocumentItem='1')"
    post = f"{INVENTORY}/PostDifferences?{key.replace(',', '&')}"
    assert codes(client.post(post)) == ["M7/701"]
    count = {"QuantityInUnitOfEntry": "97", "UnitOfEntry": "PC"}
    etag = client.get(path).headers["ETag"]
    assert client.patch(path, count, If_Match=etag).status_code == 204
    assert client.post(post).status_code == 200
    query = "Material eq 'SHAFT-08' and StorageLocation eq 'LINE'"
    (row,) = client.rows("API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod", filter=query)
    assert row["MatlWrhsStkQtyInMatlBaseUnit"] == "97"
    counted = client.get(path).json()["d"]
    assert (counted["PhysInvtryDifferenceIsPosted"], bool(counted["MaterialDocument"])) == (
        True,
        True,
    )


def test_master_data_is_read(sap: SapSandboxProcess, client: SapClient) -> None:
    (product,) = client.rows("API_PRODUCT_SRV/A_Product", filter="Product eq 'BEARING-6201'")
    assert (product["BaseUnit"], product["IsBatchManagementRequired"]) == ("PC", True)
    centers = client.rows("API_WORK_CENTERS/A_WorkCenters")
    assert {row["WorkCenter"] for row in centers} == {"CUT-01", "ASSY-05", "PACK-02"}
    headers = client.rows("API_PRODUCTION_ROUTING/ProductionRoutingHeader")
    assert "VALVE-55" in {row["BillOfOperationsDesc"] for row in headers}
    assert client.rows("API_PRODUCTION_ROUTING/ProductionRoutingOperation")


def test_an_order_goes_through_its_life(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order(status="CRTD")
    number = f"ManufacturingOrder='{order}'"
    steps = ("ReleaseOrder", "TechlyCmpltOrder", "CloseOrder")
    assert codes(client.post(f"{ORDERS}/CloseOrder?{number}")) == ["BS/007"]
    for step in steps:
        assert client.post(f"{ORDERS}/{step}?{number}").status_code == 200
    path = f"{ORDERS}/A_ProductionOrder_2('{order}')/to_ProductionOrderStatus"
    assert {row["StatusShortName"] for row in client.rows(path)} == {"REL", "TECO", "CLSD"}
    assert codes(client.post(f"{ORDERS}/CloseOrder?{number}")) == ["BS/013"]


def test_operations_are_released_one_by_one(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order(status="CRTD")
    call = f"{ORDERS}/ReleaseOperation?ManufacturingOrder='{order}'&ManufacturingOrderOperation="
    client.post(f"{call}'0010'")
    found = client.order(order)
    assert (found["OrderIsReleased"], found["OrderIsPartiallyReleased"]) == ("", "X")
    client.post(f"{call}'0020'")
    assert client.order(order)["OrderIsReleased"] == "X"
