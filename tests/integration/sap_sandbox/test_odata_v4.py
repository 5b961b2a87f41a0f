"""OData V4 in the SAP sandbox: planned orders, read in the form of that version."""

from __future__ import annotations

from typing import Any

import pytest
from integration.sap_sandbox.sap_client import SapClient
from sap_sandbox_process import SapSandboxProcess

ROOT = "/sap/opu/odata4/sap/api_plannedorder/srvd_a2x/sap/plannedorder/0001"
ORDERS = f"{ROOT}/PlannedOrderHeader"


@pytest.fixture
def planned(sap: SapSandboxProcess) -> SapSandboxProcess:
    rows = [
        {"planned_order": f"000000{n}", "material": "VALVE-55", "quantity": quantity}
        for n, quantity in (("1001", "5"), ("1002", "7.5"), ("1003", "9"))
    ]
    rows[2]["starts_on"] = "2027-01-01"
    sap.seed({"planned_orders": rows})
    return sap


def values(client: SapClient, **query: str) -> list[dict[str, Any]]:
    answer = client.get(ORDERS, params={f"${name}": text for name, text in query.items()})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("PlannedOrder eq '0000001001'", ["1001"]),
        ("PlndOrderPlannedStartDate ge 2027-01-01", ["1003"]),
        ("contains(Material,'VALVE') and TotalQuantity gt 6", ["1002", "1003"]),
        ("PlannedOrderLastChangeDateTime ge 2020-01-01T00:00:00Z", ["1001", "1002", "1003"]),
    ],
)
def test_planned_orders_are_filtered(
    planned: SapSandboxProcess, client: SapClient, condition: str, numbers: list[str]
) -> None:
    found = values(client, filter=condition, orderby="PlannedOrder")
    assert [row["PlannedOrder"] for row in found] == numbers


def test_numbers_are_numbers_unless_texts_are_asked_for(
    planned: SapSandboxProcess, client: SapClient
) -> None:
    path = f"{ORDERS}/1002"
    assert client.get(path).json()["TotalQuantity"] == 7.5
    accept = {"Accept": "application/json;IEEE754Compatible=true"}
    assert client.get(path, headers=accept).json()["TotalQuantity"] == "7.5"
    assert client.get(f"{ORDERS}('1002')").json()["PlannedOrder"] == "1002"


def test_pages_are_linked_and_counted(planned: SapSandboxProcess, client: SapClient) -> None:
    planned.settings(page_size=2)
    first = client.get(f"{ORDERS}?$count=true").json()
    assert (first["@odata.count"], len(first["value"])) == (3, 2)
    rest = client.get(f"{ROOT}/{first['@odata.nextLink']}").json()
    assert [row["PlannedOrder"] for row in rest["value"]] == ["1003"]
    assert "@odata.nextLink" not in rest


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{ORDERS}/4711", 404),
        (f"{ROOT}/Nothing", 404),
        ("/sap/opu/odata4/sap/nothing/", 404),
        (f"{ORDERS}?$filter=Nothing eq 1", 400),
        (f"{ORDERS}?$top=many", 400),
        (f"{ORDERS}?$expand=Nothing", 400),
        ("/sap/opu/odata/sap/api_plannedorder;v=1/PlannedOrderHeader", 403),
    ],
)
def test_what_is_not_there_is_refused(
    planned: SapSandboxProcess, client: SapClient, path: str, status: int
) -> None:
    answer = client.get(path)
    assert (answer.status_code, bool(answer.json()["error"]["code"])) == (status, True)


def test_it_is_read_only_and_lists_its_sets(planned: SapSandboxProcess, client: SapClient) -> None:
    assert client.post(ORDERS, {}).status_code == 405
    sets = client.get(f"{ROOT}/").json()["value"]
    assert {row["name"] for row in sets} == {"PlannedOrderHeader", "PlannedOrderComponent"}
