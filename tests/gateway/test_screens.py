"""From a screen to the service and back: real message handlers, timers and HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from client import TestGateway
from loopback import LoopbackService
from test_capture_to_service import configuration
from waiting import wait_until

ANNA = {
    "props": {"auth": {"user": {"userName": "anna", "roles": ["countersign-operator"]}}},
}
SCRAP = {
    "order_id": "100200",
    "operation_id": "0010",
    "material_id": "HOUSING-A",
    "quantity": {"quantity_string": 3, "unit_of_measure": "C62"},
    "scrap_reason_code": "POROSITY",
    "equipment_id": "PRESS1",
}


@pytest.fixture(scope="module")
def service() -> Iterator[LoopbackService]:
    with LoopbackService() as running:
        yield running


@pytest.fixture(scope="module")
def gateway(
    jython: list[str],
    service: LoopbackService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TestGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with TestGateway.start(jython, folder, configuration(folder, service)) as running:
        yield running


def submit(gateway: TestGateway, command: str, body: dict[str, Any]) -> str:
    command_id: str = gateway.call("countersign.commands.submit", ANNA, command, body)
    return command_id


def state(gateway: TestGateway, command_id: str) -> dict[str, Any]:
    found: dict[str, Any] = gateway.call("countersign.commands.state", command_id)
    return found


def test_a_screen_sees_what_the_service_says(
    gateway: TestGateway, service: LoopbackService
) -> None:
    service.pages["/v1/approvals?state=claimed&state=open"] = {"items": [{"approval_id": "A1"}]}

    def board() -> dict[str, Any]:
        shown: dict[str, Any] = gateway.call(
            "countersign.board.read", "approvals", {"state": ["claimed", "open"]}
        )
        return shown

    assert board()["payload"] is None
    wait_until(lambda: board()["payload"] == {"items": [{"approval_id": "A1"}]})
    assert board()["problem"] is None


def test_a_decision_reaches_the_service_under_its_own_key(
    gateway: TestGateway, service: LoopbackService
) -> None:
    service.pages["/v1/approvals/A1/approve"] = {"state": "approved"}
    command_id = submit(gateway, "approve", {"approval_id": "A1", "context_hash": "c"})
    wait_until(lambda: state(gateway, command_id)["state"] == "done")
    assert state(gateway, command_id)["result"] == {"state": "approved"}
    sent = ("/v1/approvals/A1/approve", {"context_hash": "c", "acting_user": "anna"})
    assert service.requests[-1] == (*sent, f'"{command_id}"')


def test_the_gateway_checks_the_roles_again(gateway: TestGateway, service: LoopbackService) -> None:
    before = len(service.requests)
    command_id = submit(gateway, "reverse", {"posting_id": "P1"})
    assert state(gateway, command_id)["code"] == "role_missing"
    assert len(service.requests) == before


def test_a_decision_waits_for_a_service_that_is_away(
    gateway: TestGateway, service: LoopbackService
) -> None:
    service.pages["/v1/approvals/A2/claim"] = {"state": "claimed"}
    service.stop()
    command_id = submit(gateway, "claim", {"approval_id": "A2"})
    wait_until(lambda: state(gateway, command_id)["code"] == "trying_again")
    service.start()
    wait_until(lambda: state(gateway, command_id)["state"] == "done")


def test_a_scrap_report_of_a_screen_goes_the_way_of_captures(
    gateway: TestGateway, service: LoopbackService
) -> None:
    command_id = submit(gateway, "scrap_report", {**SCRAP, "entry_id": "form-1"})
    assert state(gateway, command_id)["state"] == "done"
    assert submit(gateway, "scrap_report", {**SCRAP, "entry_id": "form-1"}) == command_id
    gateway.wait_until_forwarded()
    (event,) = [e for e in service.stored if e["type"] == "countersign.scrap-report.v1"]
    assert event["id"] == state(gateway, command_id)["result"]["id"]
    assert event["data"]["person_id"] == "anna"


def test_a_scrap_report_goes_out_as_the_page_makes_it(
    gateway: TestGateway, service: LoopbackService
) -> None:
    form = {
        "order_id": "100200",
        "operation_id": "0010",
        "equipment_id": "PRESS1",
        "material_id": "GREASE-7",
        "unit": "KGM",
    }
    body = gateway.call(
        "countersign.screens_scrap.body", "form-2", form, "L-77", "1.25", "OTHER", "spilt"
    )
    command_id = submit(gateway, "scrap_report", body)
    assert state(gateway, command_id)["state"] == "done"
    gateway.wait_until_forwarded()
    (event,) = [e for e in service.stored if e["data"]["material_id"] == "GREASE-7"]
    assert event["data"]["quantity"] == {"quantity_string": "1.25", "unit_of_measure": "KGM"}
    assert (event["data"]["material_lot_id"], event["data"]["note"]) == ("L-77", "spilt")


def test_screens_and_commands_outlive_a_save_of_the_project(
    gateway: TestGateway, service: LoopbackService
) -> None:
    service.pages["/v1/approvals/A3/claim"] = {"state": "claimed"}
    first = submit(gateway, "claim", {"approval_id": "A3"})
    wait_until(lambda: state(gateway, first)["state"] == "done")
    gateway.save_project()
    assert state(gateway, first)["state"] == "done"
    second = submit(gateway, "claim", {"approval_id": "A3"})
    wait_until(lambda: state(gateway, second)["state"] == "done")


def test_clients_outside_of_the_gateway_ask_by_message(gateway: TestGateway) -> None:
    """A Vision client has none of the gateway's tables."""
    board = {"name": "health", "params": json.dumps({})}

    def health() -> dict[str, Any]:
        payload: dict[str, Any] = gateway.message("countersign-board", board)["payload"]
        return payload or {"gateway": {}}

    wait_until(lambda: health()["gateway"].get("ServiceReachable") is True)
    assert health()["service"] == {"status": "ok"}
    answer = gateway.message("countersign-command-state", {"command_id": "none"})
    assert answer["code"] == "forgotten"
