"""The wire rules of the SAP sandbox: login, tokens, strict bodies, queries, batches, ETags."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from integration.sap_sandbox.sap_client import (
    CONFIRMATIONS,
    MATERIAL_DOCUMENTS,
    ORDERS,
    ROOT,
    SapClient,
    codes,
    confirmation,
    issue,
    material_document,
)
from sap_sandbox_process import CLIENT_ID, CLIENT_SECRET, SapSandboxProcess


def top_code(answer: requests.Response) -> str:
    code: str = answer.json()["error"]["code"]
    return code


def test_nobody_comes_in_without_a_password(sap: SapSandboxProcess) -> None:
    stranger = SapClient(sap, password="guess")
    answer = stranger.get(f"{ORDERS}/")
    stranger.close()
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_an_oauth_token_opens_the_services_until_it_expires(sap: SapSandboxProcess) -> None:
    form = {"grant_type": "client_credentials"}
    url = f"{sap.url}/sap/bc/sec/oauth2/token"
    wrong = requests.post(url, data=form, auth=(CLIENT_ID, "guess"), timeout=10)
    assert wrong.status_code == 401
    given = requests.post(url, data=form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=10).json()
    headers = {"Authorization": f"Bearer {given['access_token']}", "Accept": "application/json"}
    address = f"{sap.url}{ROOT}{ORDERS}/"
    assert requests.get(address, headers=headers, timeout=10).status_code == 200
    sap.settings(token_lifetime_s=0)
    late = requests.post(url, data=form, auth=(CLIENT_ID, CLIENT_SECRET), timeout=10).json()
    headers["Authorization"] = f"Bearer {late['access_token']}"
    assert requests.get(address, headers=headers, timeout=10).status_code == 401


def test_another_client_of_the_system_is_refused(client: SapClient) -> None:
    assert client.get(f"{ORDERS}/?sap-client=100").status_code == 200
    assert client.get(f"{ORDERS}/?sap-client=200").status_code == 401


def test_a_write_needs_the_token_of_its_own_session(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    client.forget_token()
    refused = client.confirm(order)
    assert (refused.status_code, refused.headers["x-csrf-token"]) == (403, "Required")
    client.fetch_token()
    assert client.confirm(order).status_code == 201
    client.forget_cookies()
    assert client.confirm(order).status_code == 403
    client.fetch_token()
    sap.settings(session_lifetime_s=0)
    client.fetch_token()
    assert client.confirm(order).status_code == 403
    assert len(sap.documents(order=order)) == 1


def test_a_service_can_be_forbidden(sap: SapSandboxProcess, client: SapClient) -> None:
    sap.admin("POST", "/authorisations", {"service": ORDERS, "allowed": False})
    answer = client.get(f"{ORDERS}/")
    sap.admin("POST", "/authorisations", {"service": ORDERS, "allowed": True})
    assert answer.status_code == 403
    assert "x-csrf-token" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("NO_SUCH_SRV/", 403, "/IWFND/MED/170"),
        ("API_BILL_OF_MATERIAL_SRV/MaterialBOM", 403, "/IWFND/MED/170"),
        (f"{ORDERS};v=2/", 403, "/IWFND/MED/170"),
        (f"{ORDERS}/A_Nothing", 404, "/IWBEP/CM_MGW_RT/020"),
        (f"{ORDERS}/A_ProductionOrder_2('4711')", 404, "/IWBEP/CM_MGW_RT/020"),
        (f"{ORDERS}/A_ProductionOrder_2(Nothing='1')", 400, "/IWBEP/CM_MGW_RT/176"),
        (f"{ORDERS}/A_ProductionOrder_2?$filter=Nothing eq '1'", 400, "/IWBEP/CM_MGW_RT/020"),
        (f"{ORDERS}/A_ProductionOrder_2?$filter=Material eq", 400, "/IWBEP/CM_MGW_RT/176"),
        (f"{ORDERS}/A_ProductionOrder_2?$filter=TotalQuantity eq '1'", 400, "/IWBEP/CM_MGW_RT/176"),
        (f"{ORDERS}/A_ProductionOrder_2?$expand=to_Nothing", 400, "/IWBEP/CM_MGW_RT/020"),
        (f"{ORDERS}/A_ProductionOrder_2?$select=Nothing", 400, "/IWBEP/CM_MGW_RT/020"),
        (f"{ORDERS}/A_ProductionOrder_2?$top=many", 400, "/IWBEP/CM_MGW_RT/176"),
        (f"{ORDERS}/A_ProductionOrder_2?$where=1", 400, "/IWBEP/CM_MGW_RT/176"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused(
    client: SapClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path)
    assert (answer.status_code, top_code(answer)) == (status, code)


def test_a_versioned_service_answers_under_its_version(client: SapClient) -> None:
    found = client.rows(
        "API_BILL_OF_MATERIAL_SRV;v=0002/MaterialBOM",
        filter="Material eq 'VALVE-55'",
        expand="to_BillOfMaterialItem",
    )
    items = found[0]["to_BillOfMaterialItem"]["results"]
    assert [item["BillOfMaterialComponent"] for item in items] == [
        "BODY-55",
        "SEAL-12",
        "GREASE-01",
    ]
    assert ";v=0002/" in found[0]["__metadata"]["uri"]


@pytest.mark.parametrize(
    "change",
    [
        {"MilestoneIsConfirmed": True},
        {"orderID": "1"},
        {"ConfirmationYieldQuantity": 5},
        {"ConfirmationYieldQuantity": "5.00001"},
        {"ConfirmationYieldQuantity": "12345678901"},
        {"ConfirmationYieldQuantity": "five"},
        {"IsFinalConfirmation": "X"},
        {"IsFinalConfirmation": 1},
        {"ConfirmationText": "x" * 41},
        {"ConfirmationText": 7},
        {"PostingDate": "2026-11-20"},
        {"PostingDate": "/Date(1795132800001)/"},
        {"PostingDate": "2026-02-30T00:00:00"},
        {"ConfirmedExecutionStartTime": "08:15:00"},
        {"ConfirmedExecutionStartTime": "PT25H00M00S"},
        {"ExternalSystemConfirmation": "not-a-guid"},
        {"ConfirmationGroup": "207"},
        {"to_ProdnOrdConfMatlDocItm": {"results": [{"Nothing": "1"}]}},
        {"to_ProdnOrdConfMatlDocItm": "none"},
        {"to_ProdnOrderConfBatchCharc": {"results": []}},
    ],
)
def test_a_body_is_held_against_the_fields(
    sap: SapSandboxProcess, client: SapClient, change: dict[str, Any]
) -> None:
    order = sap.new_order()
    assert client.confirm(order, **change).status_code == 400
    assert sap.documents(order=order) == []


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(client: SapClient, text: bytes) -> None:
    client.fetch_token()
    answer = client.post(
        f"{CONFIRMATIONS}/ProdnOrdConf2",
        data=text,
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, top_code(answer)) == (400, "CX_SXML_PARSE_ERROR")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{ORDERS}/A_ProductionOrder_2"),
        ("POST", f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentItem"),
        ("GET", f"{MATERIAL_DOCUMENTS}/Cancel?MaterialDocument='1'"),
    ],
)
def test_what_sap_does_not_offer_is_not_allowed(client: SapClient, method: str, path: str) -> None:
    answer = client.get(path) if method == "GET" else client.post(path, {})
    assert answer.status_code == 405


def test_a_function_wants_its_parameters(client: SapClient) -> None:
    missing = client.post(f"{MATERIAL_DOCUMENTS}/Cancel?MaterialDocument='1'")
    unknown = client.post(
        f"{MATERIAL_DOCUMENTS}/Cancel?MaterialDocument='1'&MaterialDocumentYear='2026'&Item='1'"
    )
    unquoted = client.post(
        f"{MATERIAL_DOCUMENTS}/Cancel?MaterialDocument=1&MaterialDocumentYear='2026'"
    )
    assert {answer.status_code for answer in (missing, unknown, unquoted)} == {400}


def test_atom_is_what_comes_without_asking_for_json(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    path = f"{ORDERS}/A_ProductionOrder_2('{sap.new_order()}')"
    answer = client.get(path, headers={"Accept": "*/*"})
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    assert "<d:Material>VALVE-55</d:Material>" in answer.text
    asked = client.get(f"{path}?$format=json", headers={"Accept": "*/*"})
    assert asked.json()["d"]["Material"] == "VALVE-55"


def test_the_metadata_lists_fields_and_functions(client: SapClient) -> None:
    text = client.get(f"{CONFIRMATIONS}/$metadata").text
    assert 'Name="ConfirmationText" Type="Edm.String" MaxLength="40"' in text
    assert 'Name="CancelProdnOrdConf" m:HttpMethod="POST"' in text


def test_a_collection_is_filtered_sorted_counted_and_paged(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    quantity = f"7{sap.new_order()}"
    orders = [sap.new_order(quantity=quantity) for _ in range(5)]
    sap.settings(page_size=2)
    query = {"$filter": f"TotalQuantity eq {quantity}M", "$inlinecount": "allpages"}
    query["$orderby"] = "ManufacturingOrder desc"
    query["$select"] = "ManufacturingOrder,to_ProductionOrderOperation/WorkCenter"
    query["$expand"] = "to_ProductionOrderOperation"
    first = client.get(f"{ORDERS}/A_ProductionOrder_2", params=query).json()["d"]
    assert first["__count"] == "5"
    found, address = list(first["results"]), first.get("__next")
    while address:
        page = client.get(address.removeprefix(sap.url)).json()["d"]
        found, address = found + page["results"], page.get("__next")
    assert [row["ManufacturingOrder"] for row in found] == orders[::-1]
    assert set(found[0]) == {"__metadata", "ManufacturingOrder", "to_ProductionOrderOperation"}
    operation = found[0]["to_ProductionOrderOperation"]["results"][0]
    assert set(operation) == {"__metadata", "WorkCenter"}
    count = client.get(f"{ORDERS}/A_ProductionOrder_2/$count", params={"$filter": query["$filter"]})
    assert count.text == "5"


@pytest.mark.parametrize(
    "condition",
    [
        "substringof('VALVE',Material)",
        "startswith(Material,'VALVE') and not (Material eq 'X')",
        "(Material eq 'X' or OrderIsReleased eq 'X') and MfgOrderCreationDate ge"
        " datetime'2020-01-01T00:00:00'",
        "MfgOrderCreationTime ge time'PT00H00M00S'",
        "LastChangeDateTime gt '20200101000000'",
    ],
)
def test_filters_of_every_kind_find_an_order(
    sap: SapSandboxProcess, client: SapClient, condition: str
) -> None:
    order = sap.new_order()
    found = client.rows(
        f"{ORDERS}/A_ProductionOrder_2",
        filter=f"ManufacturingOrder eq '{order.zfill(12)}' and ({condition})",
    )
    assert [row["ManufacturingOrder"] for row in found] == [order]


def test_an_empty_field_is_found_as_empty(sap: SapSandboxProcess, client: SapClient) -> None:
    header = client.move(issue(sap.new_order())).json()["d"]
    query = f"ReferenceDocument eq '' and MaterialDocument eq '{header['MaterialDocument']}'"
    path = f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentHeader"
    assert len(client.rows(path, filter=query)) == 1


def test_a_change_needs_the_etag_of_what_was_read(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    path = f"{ORDERS}/A_ProductionOrder_2('{order}')"
    read = client.get(path)
    etag = read.headers["ETag"]
    assert read.json()["d"]["__metadata"]["etag"] == etag
    note = {"OrderLongText": "Quality hold"}
    assert client.patch(path, note).status_code == 428
    assert client.patch(path, note, If_Match=etag).status_code == 204
    assert client.patch(path, note, If_Match=etag).status_code == 412
    assert client.patch(path, {"TotalQuantity": "7"}, If_Match="*").status_code == 400
    assert client.order(order)["OrderLongText"] == "Quality hold"


def batch(parts: list[str]) -> tuple[bytes, dict[str, str]]:
    inner = "".join(f"--set\r\n{part}\r\n" for part in parts) + "--set--\r\n"
    text = f"--batch\r\nContent-Type: multipart/mixed; boundary=set\r\n\r\n{inner}\r\n--batch--\r\n"
    return text.encode(), {"Content-Type": "multipart/mixed; boundary=batch"}


def part(path: str, body: dict[str, Any]) -> str:
    text = requests.models.complexjson.dumps(body)
    return (
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
        f"Content-Length: {len(text)}\r\n\r\n{text}\r\n"
    )


def test_a_change_set_is_booked_whole_or_not_at_all(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    client.fetch_token()
    good = part("ProdnOrdConf2", confirmation(order))
    bad = part("ProdnOrdConf2", confirmation(order, OrderOperation="0099"))
    for parts, booked in (([good, good], 2), ([good, bad], 2)):
        data, headers = batch(parts)
        answer = client.post(f"{CONFIRMATIONS}/$batch", data=data, headers=headers)
        assert answer.status_code == 202
        assert len(sap.documents(order=order)) == booked
    assert "HTTP/1.1 400" in answer.text
    assert "RU/011" in answer.text
    assert "HTTP/1.1 201" not in answer.text


def test_a_batch_reads_too(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    client.fetch_token()
    call = f"GET A_ProductionOrder_2('{order}')?$format=json HTTP/1.1\r\n\r\n"
    text = f"--b\r\nContent-Type: application/http\r\n\r\n{call}\r\n--b--\r\n"
    answer = client.post(
        f"{ORDERS}/$batch",
        data=text.encode(),
        headers={"Content-Type": "multipart/mixed; boundary=b"},
    )
    assert "HTTP/1.1 200" in answer.text
    assert f'"ManufacturingOrder":"{order}"' in answer.text


def test_the_form_of_errors_can_be_that_of_other_releases(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    sap.settings(code_style="M7021", message_style="array", error_targets=False)
    answer = client.move(issue(sap.new_order(), Material="NOPE"))
    error = answer.json()["error"]
    assert codes(answer) == ["M3305"]
    assert isinstance(error["message"], list)
    assert error["innererror"]["errordetails"][0]["target"] == ""


def test_a_call_is_executed_once_by_its_request_id_only_where_that_is_set_up(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    body = material_document([issue(order)])
    path = f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentHeader"
    headers = {"RequestID": "0" * 31 + "1", "RepeatabilityCreation": "2026-11-20T08:00:00Z"}
    client.fetch_token()
    plain = [client.post(path, body, headers=headers) for _ in range(2)]
    assert "RepeatabilityResult" not in plain[0].headers
    assert len(sap.documents(order=order)) == 2
    sap.settings(repeatability=True)
    once = [client.post(path, body, headers=headers) for _ in range(2)]
    assert [answer.headers["RepeatabilityResult"] for answer in once] == ["accepted", "accepted"]
    assert once[0].json() == once[1].json()
    assert len(sap.documents(order=order)) == 3
