"""Material documents in the SAP sandbox: every row of the movement table, and the way back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from integration.sap_sandbox.sap_client import (
    CLOSED_DAY,
    MATERIAL_DOCUMENTS,
    TODAY,
    SapClient,
    codes,
    day,
    issue,
    material_document,
)
from sap_sandbox_process import SapSandboxProcess

HEADERS = f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentHeader"
LOT = "B-2026-11"


def stock(client: SapClient, material: str, location: str = "101A", kind: str = "01") -> Decimal:
    query = f"Material eq '{material}' and StorageLocation eq '{location}'"
    query += f" and InventoryStockType eq '{kind}'"
    rows = client.rows("API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod", filter=query)
    return sum((Decimal(row["MatlWrhsStkQtyInMatlBaseUnit"]) for row in rows), Decimal(0))


def items_of(client: SapClient, header: dict[str, Any]) -> list[dict[str, Any]]:
    key = f"MaterialDocumentYear='{header['MaterialDocumentYear']}'"
    key += f",MaterialDocument='{header['MaterialDocument']}'"
    answer = client.get(f"{HEADERS}({key})?$expand=to_MaterialDocumentItem")
    found: list[dict[str, Any]] = answer.json()["d"]["to_MaterialDocumentItem"]["results"]
    return found


def cancel(client: SapClient, header: dict[str, Any], more: str = "") -> Any:
    query = f"MaterialDocumentYear='{header['MaterialDocumentYear']}'"
    query += f"&MaterialDocument='{header['MaterialDocument']}'{more}"
    return client.post(f"{MATERIAL_DOCUMENTS}/Cancel?{query}")


def test_an_issue_moves_stock_and_the_order_and_answers_without_items(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order, before = sap.new_order(), stock(client, "BODY-55")
    answer = client.move(issue(order), ReferenceDocument="csab12")
    assert answer.status_code == 201, answer.text
    header = answer.json()["d"]
    assert header["ReferenceDocument"] == "CSAB12"
    assert header["to_MaterialDocumentItem"] == {"results": []}
    assert stock(client, "BODY-55") == before - 2
    (item,) = items_of(client, header)
    assert (item["ManufacturingOrder"], item["QuantityInBaseUnit"]) == (order, "2")
    found = sap.admin("GET", "/orders", query={"order": order})["components"]
    assert {row["Material"]: row["WithdrawnQuantity"] for row in found}["BODY-55"] == "2"


def test_a_document_is_found_by_its_reference(sap: SapSandboxProcess, client: SapClient) -> None:
    client.move(issue(sap.new_order()), ReferenceDocument="CSFINDME12345678")
    found = client.rows(HEADERS, filter="ReferenceDocument eq 'CSFINDME12345678'")
    assert [row["GoodsMovementCode"] for row in found] == ["03"]


def receipt(order: str, **more: Any) -> dict[str, Any]:
    return issue(
        order,
        Material="VALVE-55",
        StorageLocation="101B",
        GoodsMovementType="101",
        GoodsMovementRefDocType="F",
        **more,
    )


TRANSFER = {"ManufacturingOrder": None, "IssuingOrReceivingStorageLoc": "101B"}


@pytest.mark.parametrize(
    ("code", "change", "moved"),
    [
        ("03", {"GoodsMovementType": "262"}, {("BODY-55", "101A", "01"): 2}),
        ("05", {"GoodsMovementType": "531"}, {("BODY-55", "101A", "01"): 2}),
        ("05", {"GoodsMovementType": "532"}, {("BODY-55", "101A", "01"): -2}),
        (
            "03",
            {"GoodsMovementType": "551", "ManufacturingOrder": None, "CostCenter": "10101301"},
            {("BODY-55", "101A", "01"): -2},
        ),
        (
            "04",
            {"GoodsMovementType": "311", **TRANSFER},
            {("BODY-55", "101A", "01"): -2, ("BODY-55", "101B", "01"): 2},
        ),
        (
            "04",
            {
                "GoodsMovementType": "309",
                "ManufacturingOrder": None,
                "IssgOrRcvgMaterial": "SEAL-12",
            },
            {("BODY-55", "101A", "01"): -2, ("SEAL-12", "101A", "01"): 2},
        ),
        (
            "04",
            {"GoodsMovementType": "344", "ManufacturingOrder": None},
            {("BODY-55", "101A", "01"): -2, ("BODY-55", "101A", "07"): 2},
        ),
        (
            "04",
            {"GoodsMovementType": "322", "ManufacturingOrder": None},
            {("BODY-55", "101A", "01"): -2, ("BODY-55", "101A", "02"): 2},
        ),
    ],
)
def test_each_movement_type_moves_what_it_says(
    sap: SapSandboxProcess,
    client: SapClient,
    code: str,
    change: dict[str, Any],
    moved: dict[tuple[str, str, str], int],
) -> None:
    order = sap.new_order()
    before = {place: stock(client, *place) for place in moved}
    answer = client.move(issue(order, **change), GoodsMovementCode=code)
    assert answer.status_code == 201, answer.text
    after = {place: stock(client, *place) for place in moved}
    assert {place: after[place] - before[place] for place in moved} == moved
    undone = cancel(client, answer.json()["d"])
    assert undone.status_code == 200, undone.text
    assert {place: stock(client, *place) for place in moved} == before


def test_a_receipt_delivers_the_order_and_needs_its_reference_type(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order(quantity="2")
    assert client.move(receipt(order), GoodsMovementCode="02").status_code == 201
    assert client.order(order)["OrderIsDelivered"] == "X"
    bare = {**receipt(order), "GoodsMovementRefDocType": ""}
    answer = client.move(bare, GoodsMovementCode="02")
    assert codes(answer) == ["MM_IM_ODATA_API_MDOC/011"]
    assert answer.json()["error"]["code"] == "MM_IM_ODATA_API_MDOC/014"
    too_much = client.move(receipt(order), GoodsMovementCode="02")
    assert codes(too_much) == ["M7/022"]


def test_a_purchase_order_is_received_under_b(sap: SapSandboxProcess, client: SapClient) -> None:
    row = {"purchase_order": "4500000001", "item": "10", "quantity": "5", "received": "0"}
    sap.seed({"purchase_orders": [row]})
    item = issue(
        "",
        ManufacturingOrder=None,
        GoodsMovementType="101",
        GoodsMovementRefDocType="B",
        PurchaseOrder="4500000001",
        PurchaseOrderItem="00010",
    )
    assert client.move(item, GoodsMovementCode="01").status_code == 201
    received = [client.move(item, GoodsMovementCode="01") for _ in range(2)]
    assert [answer.status_code for answer in received] == [201, 400]


@pytest.mark.parametrize(
    ("change", "header", "code"),
    [
        ({"Material": "NOPE"}, {}, "M3/305"),
        ({"Plant": "9999"}, {}, "M3/351"),
        ({"StorageLocation": ""}, {}, "M7/018"),
        ({"StorageLocation": "ZZZZ"}, {}, "M7/001"),
        ({"EntryUnit": "KG"}, {}, "M7/056"),
        ({"QuantityInEntryUnit": "0"}, {}, "ET/100"),
        ({"QuantityInEntryUnit": "900000000"}, {}, "M7/021"),
        ({"Material": "BEARING-6201"}, {}, "M7/018"),
        ({"Material": "BEARING-6201", "Batch": "NOPE"}, {}, "M7/057"),
        ({"ManufacturingOrder": "999999"}, {}, "M7/001"),
        ({"ManufacturingOrder": None}, {}, "M7/018"),
        ({"GoodsMovementType": "999"}, {}, "M7/001"),
        ({"GoodsMovementType": "701"}, {}, "M7/001"),
        ({"GoodsMovementType": "551"}, {}, "KI/235"),
        ({}, {"GoodsMovementCode": "01"}, "M7/001"),
        ({}, {"PostingDate": day(CLOSED_DAY)}, "M7/053"),
        ({}, {"PostingDate": None}, "M7/018"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_moves(
    sap: SapSandboxProcess,
    client: SapClient,
    change: dict[str, Any],
    header: dict[str, Any],
    code: str,
) -> None:
    order, before = sap.new_order(), stock(client, "BODY-55")
    body = material_document([issue(order), issue(order, **change)], **header)
    answer = client.post(HEADERS, body)
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert stock(client, "BODY-55") == before
    assert sap.documents(order=order) == []


def test_a_batch_is_taken_where_it_lies(sap: SapSandboxProcess, client: SapClient) -> None:
    item = issue(sap.new_order("GEAR-12"), Material="BEARING-6201", Batch=LOT)
    assert client.move(item).status_code == 201


def test_a_reservation_tells_material_and_place(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    component = sap.admin("GET", "/orders", query={"order": order})["components"][0]
    item = issue(
        order,
        Material=None,
        Plant=None,
        StorageLocation=None,
        Reservation=component["Reservation"].zfill(10),
        ReservationItem="0001",
    )
    (booked,) = items_of(client, client.move(item).json()["d"])
    assert (booked["Material"], booked["StorageLocation"]) == ("BODY-55", "101A")


def test_a_document_is_cancelled_once(sap: SapSandboxProcess, client: SapClient) -> None:
    header = client.move(issue(sap.new_order())).json()["d"]
    posting_date = f"&PostingDate=datetime'{TODAY}T00:00:00'"
    undone = cancel(client, header, posting_date).json()["d"]
    (item,) = items_of(client, undone)
    assert item["ReversedMaterialDocument"] == header["MaterialDocument"]
    assert [row["GoodsMovementIsCancelled"] for row in items_of(client, header)] == [True]
    assert codes(cancel(client, header)) == ["M7/055"]
    assert codes(cancel(client, {**header, "MaterialDocument": "1"})) == ["M7/054"]


def test_one_item_can_be_cancelled(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    body = material_document([issue(order), issue(order, Material="SEAL-12")])
    header = client.post(HEADERS, body).json()["d"]
    query = f"MaterialDocumentYear='{header['MaterialDocumentYear']}'&MaterialDocumentItem='2'"
    query += f"&MaterialDocument='{header['MaterialDocument']}'"
    undone = client.post(f"{MATERIAL_DOCUMENTS}/CancelItem?{query}").json()["d"]
    assert (undone["Material"], undone["GoodsMovementType"]) == ("SEAL-12", "262")
    assert [row["GoodsMovementIsCancelled"] for row in items_of(client, header)] == [False, True]


def test_counting_blocks_a_material(sap: SapSandboxProcess, client: SapClient) -> None:
    place = {"material": "SHAFT-08", "plant": "1010", "storage_location": "101A"}
    sap.admin("POST", "/counting", place)
    item = issue(sap.new_order("GEAR-12"), Material="SHAFT-08")
    assert codes(client.move(item)) == ["M7/127"]
    sap.admin("POST", "/counting", {**place, "active": False})
    assert client.move(item).status_code == 201


def test_a_movement_type_can_be_forbidden(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    sap.admin("POST", "/authorisations", {"movement_type": "261", "allowed": False})
    answer = client.move(issue(order))
    sap.admin("POST", "/authorisations", {"movement_type": "261", "allowed": True})
    assert (answer.status_code, codes(answer)) == (403, ["M7/120"])
    assert client.move(issue(order)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [("material", "BODY-55", "M3/023"), ("valuation", "BODY-55", "M3/024")],
)
def test_a_locked_material_refuses_until_it_is_let_go(
    sap: SapSandboxProcess, client: SapClient, kind: str, name: str, code: str
) -> None:
    order = sap.new_order()
    sap.lock(kind, name)
    assert codes(client.move(issue(order))) == [code]
    sap.unlock(kind, name)
    assert client.move(issue(order)).status_code == 201


def test_a_locked_order_answers_423(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    sap.lock("order", order, for_s=0.2)
    answer = client.confirm(order)
    assert (answer.status_code, codes(answer)) == (423, ["CO/469"])


def test_serial_numbers_are_kept(sap: SapSandboxProcess, client: SapClient) -> None:
    item = issue(sap.new_order(), to_SerialNumbers={"results": [{"SerialNumber": "SN1"}]})
    header = client.move(item).json()["d"]
    rows = client.rows(
        f"{MATERIAL_DOCUMENTS}/A_SerialNumberMaterialDocument",
        filter=f"MaterialDocument eq '{header['MaterialDocument']}'",
    )
    assert [row["SerialNumber"] for row in rows] == ["SN1"]
