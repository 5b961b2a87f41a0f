"""Confirmations in the SAP sandbox: what is booked, what moves with it, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from integration.sap_sandbox.sap_client import (
    CLOSED_DAY,
    CONFIRMATIONS,
    ORDERS,
    SapClient,
    codes,
    day,
)
from sap_sandbox_process import SapSandboxProcess

GUID = "6f1e2d3c-0a1b-4c2d-8e9f-001122334455"


def movements(client: SapClient, answer: Any) -> list[dict[str, Any]]:
    row = answer.json()["d"]
    key = f"ConfirmationGroup='{row['ConfirmationGroup']}'"
    key += f",ConfirmationCount='{row['ConfirmationCount']}'"
    return client.rows(f"{CONFIRMATIONS}/ProdnOrdConf2({key})/to_ProdnOrdConfMatlDocItm")


def test_a_confirmation_counts_in_the_operation_and_the_order(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    answer = client.confirm(order, OrderOperation="0020", ConfirmationScrapQuantity="1")
    assert answer.status_code == 201, answer.text
    row = answer.json()["d"]
    assert (row["ConfirmationCount"], row["ConfirmationYieldQuantity"]) == ("1", "5")
    assert (row["IsFinalConfirmation"], row["OrderConfirmationRecordType"]) == (False, "L20")
    found = client.order(order)
    assert found["MfgOrderConfirmedYieldQty"] == "5"
    assert (found["OrderIsPartiallyConfirmed"], found["OrderIsConfirmed"]) == ("X", "")


def test_the_numbers_come_back_without_leading_zeros_and_go_in_with_them(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    answer = client.confirm(order.zfill(12), Sequence="000000")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["d"]["OrderID"], answer.json()["d"]["Sequence"]) == (order, "0")


def test_a_confirmation_is_found_by_its_guid(sap: SapSandboxProcess, client: SapClient) -> None:
    client.confirm(sap.new_order(), ExternalSystemConfirmation=GUID)
    query = f"ExternalSystemConfirmation eq guid'{GUID}'"
    found = client.rows(f"{CONFIRMATIONS}/ProdnOrdConf2", filter=query)
    assert [row["ExternalSystemConfirmation"] for row in found] == [GUID]


def test_the_same_twice_is_booked_twice(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    guid = "00000000-0a1b-4c2d-8e9f-001122334455"
    answers = [client.confirm(order, ExternalSystemConfirmation=guid) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert {"type": "production confirmation", "reference": guid, "count": 2} in sap.doubles()


def test_the_last_operation_receives_its_yield(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    assert movements(client, client.confirm(order)) == []
    (receipt,) = movements(client, client.confirm(order, OrderOperation="0020"))
    assert (receipt["GoodsMovementType"], receipt["Material"]) == ("101", "VALVE-55")
    assert receipt["QuantityInEntryUnit"] == "5"


def test_components_are_backflushed_where_they_are_marked(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    component = {"material": "STEEL-S235", "quantity": "185", "unit": "KG", "backflush": True}
    order = sap.new_order("FLANGE-80", components=[{**component, "storage_location": "101A"}])
    moved = movements(client, client.confirm(order, ConfirmationYieldQuantity="10"))
    issued = [row for row in moved if row["GoodsMovementType"] == "261"]
    assert [(row["Material"], row["QuantityInEntryUnit"]) for row in issued] == [
        ("STEEL-S235", "18.5")
    ]


def test_given_movements_replace_the_standard_ones(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    item = {
        "OrderID": order,
        "Material": "SEAL-12",
        "Plant": "1010",
        "StorageLocation": "101A",
        "GoodsMovementType": "261",
        "EntryUnit": "PC",
        "QuantityInEntryUnit": "3",
    }
    answer = client.confirm(
        order, OrderOperation="0020", to_ProdnOrdConfMatlDocItm={"results": [item]}
    )
    assert answer.json()["d"]["to_ProdnOrdConfMatlDocItm"] == {"results": []}
    assert [row["GoodsMovementType"] for row in movements(client, answer)] == ["261"]


def test_no_goods_movements_when_the_client_says_so(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    answer = client.confirm(order, OrderOperation="0020", APIConfHasNoGoodsMovements=True)
    assert movements(client, answer) == []
    assert sap.cogi() == []


def test_a_movement_that_fails_waits_in_the_pool_and_can_be_posted_later(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    scarce = f"SCARCE-{sap.new_order()}"
    sap.seed({"materials": [{"material": scarce, "base_unit": "PC"}]})
    component = {"material": scarce, "quantity": "100", "unit": "PC", "backflush": True}
    order = sap.new_order(components=[{**component, "storage_location": "101A"}])
    answer = client.confirm(order)
    assert answer.status_code == 201
    assert movements(client, answer) == []
    (failed,) = [row for row in sap.cogi() if row["OrderID"] == order]
    assert failed["code"] == "M7/021"
    stock = {"material": scarce, "plant": "1010", "storage_location": "101A", "quantity": "9"}
    sap.seed({"stock": [stock]})
    assert sap.admin("POST", "/cogi/process")["posted"] == 1
    assert [row["Material"] for row in movements(client, answer)] == [scarce]


def test_a_final_confirmation_closes_the_operation_but_not_the_order(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    final = client.confirm(order, IsFinalConfirmation=True)
    assert final.json()["d"]["FinalConfirmationType"] == "X"
    again = client.confirm(order)
    assert (again.status_code, codes(again)) == (400, ["RU/012"])
    assert client.confirm(order, OrderOperation="0020").status_code == 201


def test_without_an_operation_the_order_is_confirmed(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    answer = client.confirm(order, OrderOperation=None)
    assert answer.json()["d"]["OrderOperation"] == "0020"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"OrderID": "999999"}, "RU/010"),
        ({"OrderOperation": "0099"}, "RU/011"),
        ({"ConfirmationYieldQuantity": "111"}, "RU/013"),
        ({"ConfirmationYieldQuantity": "0"}, "RU/016"),
        ({"ConfirmationUnit": "KG"}, "RU/017"),
        ({"ConfirmationUnit": "XYZ"}, "BM/035"),
        ({"ConfirmationUnit": None, "ConfirmationUnitISOCode": "ZZZ"}, "BM/034"),
        ({"VarianceReasonCode": "NOPE"}, "RU/018"),
        ({"WorkCenter": "NOWHERE"}, "RU/019"),
        ({"PostingDate": day(CLOSED_DAY)}, "M7/053"),
        ({"OpConfirmedWorkQuantity1": "5"}, "M7/018"),
        ({"OpConfirmedWorkQuantity1": "5", "OpWorkQuantityUnit1": "KG"}, "BM/035"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_is_booked(
    sap: SapSandboxProcess, client: SapClient, change: dict[str, Any], code: str
) -> None:
    order = sap.new_order(over_tolerance_pct="10")
    answer = client.confirm(order, **change)
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert sap.documents(order=order) == []


def test_the_tolerance_counts_over_all_confirmations(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order(over_tolerance_pct="10")
    assert client.confirm(order, ConfirmationYieldQuantity="110").status_code == 201
    assert codes(client.confirm(order, ConfirmationYieldQuantity="0.001")) == ["RU/013"]


def test_overdelivery_can_be_a_warning_told_in_a_header(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    sap.settings(overdelivery="warning")
    answer = client.confirm(sap.new_order(), ConfirmationYieldQuantity="500")
    assert answer.status_code == 201
    assert '"code": "RU/013"' in answer.headers["sap-message"]


@pytest.mark.parametrize(
    ("function", "code"), [("TechlyCmpltOrder", "BS/013"), ("DeletionFlagOrder", "BS/013")]
)
def test_a_completed_order_takes_nothing_more(
    sap: SapSandboxProcess, client: SapClient, function: str, code: str
) -> None:
    order = sap.new_order()
    done = client.post(f"{ORDERS}/{function}?ManufacturingOrder='{order}'")
    assert done.json()["d"][function]["SystemMessageType"] == "S"
    assert codes(client.confirm(order)) == [code]


def test_an_order_must_be_released_first(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order(status="CRTD")
    assert codes(client.confirm(order)) == ["BS/007"]
    client.post(f"{ORDERS}/ReleaseOrder?ManufacturingOrder='{order}'")
    assert client.confirm(order).status_code == 201


def test_a_cancelled_confirmation_takes_its_quantities_and_movements_back(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    row = client.confirm(order, OrderOperation="0020").json()["d"]
    query = f"ConfirmationGroup='{row['ConfirmationGroup']}'&ConfirmationCount='1'"
    query += f"&ConfirmationText='undo'&ExternalSystemConfirmation=guid'{GUID}'"
    undone = client.post(f"{CONFIRMATIONS}/CancelProdnOrdConf?{query}")
    assert undone.status_code == 200, undone.text
    reversal = undone.json()["d"]
    assert (reversal["ConfirmationCount"], reversal["IsReversal"]) == ("2", True)
    assert client.order(order)["MfgOrderConfirmedYieldQty"] == "0"
    assert [row for row in sap.sums() if row["order"] == order] == []
    again = client.post(f"{CONFIRMATIONS}/CancelProdnOrdConf?{query}")
    assert codes(again) == ["RU/015"]


def test_the_expected_consumption_is_proposed(sap: SapSandboxProcess, client: SapClient) -> None:
    query = f"OrderID='{sap.new_order()}'&OrderOperation='0010'&ConfirmationYieldQuantity=98M"
    answer = client.post(f"{CONFIRMATIONS}/GetGdsMvtProposal?{query}&ConfirmationScrapQuantity=2M")
    proposed = {
        row["Material"]: row["QuantityInEntryUnit"] for row in answer.json()["d"]["results"]
    }
    assert proposed == {"BODY-55": "100", "SEAL-12": "200", "GREASE-01": "1.5"}
    times = client.post(f"{CONFIRMATIONS}/GetConfProposal?{query}&ActivityIsToBeProposed=true")
    assert times.json()["d"]["GetConfProposal"]["OpConfirmedWorkQuantity1"] == "0"


def test_process_orders_are_confirmed_in_their_own_service(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order(category="process")
    body = {"OrderID": order, "OrderOperation": "0020", "ConfirmationYieldQuantity": "4"}
    answer = client.post("API_PROC_ORDER_CONFIRMATION_2_SRV/ProcOrdConf2", body)
    assert answer.status_code == 201, answer.text
    assert codes(client.confirm(order)) == ["RU/010"]
