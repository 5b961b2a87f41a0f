"""The SAP sandbox in trouble: faults on demand, kills, outages, and what survives them."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from integration.erp_conformance import wait_until
from integration.sap_sandbox.sap_client import (
    CONFIRMATIONS,
    MATERIAL_DOCUMENTS,
    SapClient,
    codes,
    issue,
)
from sap_sandbox_process import SapSandboxProcess


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SapSandboxProcess]:
    process = SapSandboxProcess(tmp_path).start()
    yield process
    process.close()


@pytest.mark.parametrize(
    ("fault", "status", "booked"),
    [
        ("html_before", 200, 0),
        ("html_after", 200, 1),
        ("gateway_timeout", 504, 1),
        ("server_error", 500, 0),
        ("server_error_after", 500, 1),
        ("rate_limit", 429, 0),
        ("unavailable", 503, 0),
        ("login_expired", 401, 0),
        ("csrf_expired", 403, 0),
        ("forbidden", 403, 0),
        ("lock", 423, 0),
        ("period_closed", 400, 0),
        ("material_unknown", 400, 0),
        ("unit_wrong", 400, 0),
        ("stock_deficit", 400, 0),
        ("slow", 201, 1),
    ],
)
def test_each_fault_answers_and_books_as_it_says(
    sap: SapSandboxProcess, client: SapClient, fault: str, status: int, booked: int
) -> None:
    order = sap.new_order()
    client.fetch_token()
    sap.faults({"fault": fault, "next": 1})
    assert client.confirm(order).status_code == status
    assert len(sap.documents(order=order)) == booked
    if fault == "csrf_expired":
        client.fetch_token()
    assert client.confirm(order).status_code == 201


@pytest.mark.parametrize(
    ("fault", "booked"), [("drop_before", 0), ("drop_after", 1), ("drop_mid", 1)]
)
def test_a_dropped_connection_says_nothing_of_what_was_booked(
    sap: SapSandboxProcess, client: SapClient, fault: str, booked: int
) -> None:
    order = sap.new_order()
    client.fetch_token()
    sap.faults({"fault": fault, "next": 1})
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.confirm(order)
    assert len(sap.documents(order=order)) == booked


def test_a_late_booking_appears_after_the_client_has_given_up(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    client.fetch_token()
    sap.faults({"fault": "late", "next": 1, "latency_ms": 400})
    with pytest.raises(requests.ReadTimeout):
        client.post(
            f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentHeader",
            {
                "GoodsMovementCode": "03",
                "PostingDate": client.order(order)["MfgOrderCreationDate"],
                "to_MaterialDocumentItem": {"results": [issue(order)]},
            },
            timeout=0.1,
        )
    assert sap.documents(order=order) == []
    wait_until(lambda: len(sap.documents(order=order)) == 1, within_s=5)


def test_a_fault_can_strike_the_token_a_search_or_a_reversal_only(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    row = client.confirm(order).json()["d"]
    calls: dict[str, Callable[[], requests.Response]] = {
        "csrf": client.fetch_token,
        "find": lambda: client.get(f"{CONFIRMATIONS}/ProdnOrdConf2?$filter=OrderID eq '{order}'"),
        "read": lambda: client.get(f"{CONFIRMATIONS}/"),
        "reverse": lambda: client.post(
            f"{CONFIRMATIONS}/CancelProdnOrdConf?ConfirmationGroup='{row['ConfirmationGroup']}'"
            "&ConfirmationCount='1'"
        ),
    }
    for name in calls:
        sap.clear_faults()
        client.fetch_token()
        sap.faults({"fault": "unavailable", "calls": [name]})
        struck = {other for other, act in calls.items() if act().status_code == 503}
        assert struck == {name}


def test_a_fault_can_strike_one_order_only(sap: SapSandboxProcess, client: SapClient) -> None:
    struck, spared = sap.new_order(), sap.new_order()
    sap.faults({"fault": "lock", "order": struck})
    statuses = [client.confirm(order).status_code for order in (struck, spared)]
    assert statuses == [423, 201]


def test_a_share_of_calls_can_be_struck_repeatably(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    runs = []
    for _ in range(2):
        order = sap.new_order()
        sap.faults({"fault": "unavailable", "probability": 0.5}, seed=7)
        runs.append([client.confirm(order).status_code for _ in range(20)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {201, 503}


def test_a_confirmation_is_saved_though_its_movements_fail(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    order = sap.new_order()
    sap.faults({"fault": "cogi", "next": 1})
    assert client.confirm(order, OrderOperation="0020").status_code == 201
    assert [row["code"] for row in sap.cogi() if row["OrderID"] == order] == ["M3/023"]
    sap.admin("POST", "/cogi/process")
    assert [row for row in sap.cogi() if row["OrderID"] == order] == []
    sums = {row["movement"]: row["quantity"] for row in sap.sums() if row["order"] == order}
    assert sums == {"yield": "5", "101": "5"}


def test_an_order_is_locked_while_it_is_answered(sap: SapSandboxProcess) -> None:
    order, other = sap.new_order(), sap.new_order()
    clients = [SapClient(sap) for _ in range(3)]
    for client in clients:
        client.fetch_token()
    sap.faults({"fault": "slow", "latency_ms": 300})
    with ThreadPoolExecutor(3) as pool:
        calls = [
            pool.submit(client.confirm, number)
            for client, number in zip(clients, [order, order, other], strict=True)
        ]
        statuses = [call.result().status_code for call in calls]
    for client in clients:
        client.close()
    assert sorted(statuses[:2]) == [201, 423]
    assert statuses[2] == 201


def test_an_order_can_stay_locked_for_a_while_after_a_confirmation(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    sap.settings(posting_lock_ms=300)
    order = sap.new_order()
    assert client.confirm(order).status_code == 201
    refused = client.confirm(order)
    assert (refused.status_code, codes(refused)) == (423, ["CO/469"])
    wait_until(lambda: client.confirm(order).status_code == 201, within_s=5)


def test_a_period_closes_and_opens(sap: SapSandboxProcess, client: SapClient) -> None:
    row = {"from": "1999-01-01", "to": "1999-01-31"}
    order, day = sap.new_order(), "1999-01-15T00:00:00"
    sap.admin("POST", "/periods", {"periods": [{**row, "open": True}]})
    assert client.confirm(order, PostingDate=day).status_code == 201
    sap.period(row["from"], row["to"], is_open=False)
    assert codes(client.confirm(order, PostingDate=day)) == ["M7/053"]


def test_what_it_answered_survives_a_kill_under_load(own: SapSandboxProcess) -> None:
    order, client = own.new_order(unlimited=True), SapClient(own)
    answered: list[str] = []

    def post_until_it_dies() -> None:
        while True:
            try:
                row = client.confirm(order).json()["d"]
            except requests.RequestException:
                return
            answered.append(f"{row['ConfirmationGroup']}/{row['ConfirmationCount']}")

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post_until_it_dies)
        wait_until(lambda: len(answered) >= 20, within_s=10)
        own.kill()
        posting.result()
    client.close()
    own.start()
    booked = [row["number"] for row in own.documents(order=order)]
    assert booked[: len(answered)] == answered
    assert len(booked) <= len(answered) + 1
    (total,) = [row["quantity"] for row in own.sums() if row["order"] == order]
    assert total == str(5 * len(booked))


def test_a_restart_keeps_stock_settings_and_periods_and_seeds_nothing_again(
    own: SapSandboxProcess,
) -> None:
    client, order = SapClient(own), own.new_order()
    client.move(issue(order))
    own.settings(overdelivery="warning")
    before = own.admin("GET", "/stock", query={"material": "BODY-55"})
    assert own.stop() == 0
    own.start()
    assert own.admin("GET", "/stock", query={"material": "BODY-55"}) == before
    assert own.settings()["overdelivery"] == "warning"
    client.fetch_token()
    assert client.confirm(order, ConfirmationYieldQuantity="500").status_code == 201
    client.close()


def test_it_refuses_connections_while_it_is_down(own: SapSandboxProcess) -> None:
    client = SapClient(own)
    own.admin("POST", "/down", {})
    with pytest.raises(requests.ConnectionError, match="refused"):
        client.fetch_token()
    own.admin("POST", "/up")
    assert client.fetch_token().status_code == 200
    client.close()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/faults", {"rules": [{"fault": "fire"}]}),
        ("POST", "/faults", {"rules": [{"fault": "lock", "calls": ["nothing"]}]}),
        ("POST", "/settings", {"speed": 9}),
        ("POST", "/settings", {"overdelivery": "maybe"}),
        ("POST", "/settings", {"page_size": -1}),
        ("POST", "/seed", {"nothing": []}),
        ("POST", "/seed", {"materials": [{}]}),
        ("POST", "/seed", {"orders": [{"material": "NOPE", "quantity": "1"}]}),
        ("POST", "/seed", {"stock": [{"material": "BODY-55", "quantity": "x"}]}),
        ("POST", "/orders", {"material": "NOPE", "quantity": "1"}),
        ("POST", "/orders", {"material": "VALVE-55", "quantity": "many"}),
        ("POST", "/locks", {}),
        ("POST", "/periods", {}),
        ("POST", "/orders/send", {"orders": ["1"], "url": "http://127.0.0.1:1/"}),
    ],
)
def test_the_administration_refuses_nonsense_and_says_why(
    sap: SapSandboxProcess, method: str, path: str, body: dict[str, Any]
) -> None:
    with pytest.raises(AssertionError, match="422"):
        sap.admin(method, path, body)


def test_bytes_that_are_no_http_are_refused(sap: SapSandboxProcess, client: SapClient) -> None:
    with socket.create_connection(("127.0.0.1", sap.port), timeout=5) as wire:
        wire.sendall(b"\x16\x03\x01\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 400")
    assert client.fetch_token().status_code == 200


def test_the_page_shows_what_is_booked_and_escapes_it(
    sap: SapSandboxProcess, client: SapClient
) -> None:
    text = "<script>alert(1)</script>"
    for _ in range(2):
        client.move(issue(sap.new_order()), ReferenceDocument="<SCRIPT>")
    client.confirm(sap.new_order(), ConfirmationText=text)
    page = requests.get(sap.admin_url, timeout=10)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "booked twice" in page.text
    assert "<script" not in page.text.lower()


def test_documents_out_of_sequence_are_told(sap: SapSandboxProcess, client: SapClient) -> None:
    order = sap.new_order()
    for number in (1, 3, 2):
        client.confirm(order, ConfirmationText=f"evt #{number}")
    found = [row for row in sap.admin("GET", "/order-violations") if row["order"] == order]
    assert [row["sequence"] for row in found] == [2]
