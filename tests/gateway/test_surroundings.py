"""What a gateway knows besides the tags of an event: alarms, history, orders, secrets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from client import TestGateway
from loopback import KEY, LoopbackService
from test_capture_to_service import CONFIRMATION, configuration
from test_screens import ANNA, SCRAP
from waiting import wait_until

PRESS = "PRESS1"
FOLDER = f"[default]Plant/{PRESS}"
ORDERS = {"items": [{"order_id": "100200", "operations": [{"operation_id": "0010"}]}]}


@pytest.fixture(scope="module")
def service() -> Iterator[LoopbackService]:
    with LoopbackService() as running:
        running.pages["/v1/orders?limit=500"] = ORDERS
        yield running


@pytest.fixture(scope="module", params=["8.1", "8.3"])
def gateway(
    jython: list[str],
    service: LoopbackService,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TestGateway]:
    """A gateway of each version; the 8.3 has its key among its secrets."""
    folder = tmp_path_factory.mktemp("gateway")
    settings: dict[str, Any] = configuration(folder, service, history_tags={"Melt": "melt"})
    secrets = None
    if request.param == "8.3":
        secrets = {"vault/gateway-key": KEY}
        settings |= {"api_key_file": "", "api_key_secret": "vault/gateway-key"}
    with TestGateway.start(
        jython, folder, settings, work_centers=[PRESS], secrets=secrets
    ) as running:
        yield running


def test_an_event_carries_what_surrounded_it(
    gateway: TestGateway, service: LoopbackService
) -> None:
    now_ms = int(time.time() * 1000)
    gateway.set_alarms((f"prov:default:/tag:Plant/{PRESS}/Oil:/alm:Low", "Oil low", "Medium"))
    gateway.set_history(f"{FOLDER}/Melt", [(now_ms - 7200_000, 1.0), (now_ms - 60_000, 688.5)])
    gateway.update({f"{FOLDER}/MachineState": "running", f"{FOLDER}/Oee": 0.81})
    count = len(service.stored)
    trigger = 0
    while not service.stored[count:] or "context" not in service.stored[-1]["data"]:
        trigger += 1
        gateway.report_and_wait(PRESS, "ConfirmTrigger", trigger, CONFIRMATION)
        gateway.wait_until_forwarded()
        gateway.call("countersign.gateway.on_context_timer")
    context = service.stored[-1]["data"]["context"]
    assert (context["machine_state"], context["oee"]) == ("running", "0.81")
    assert context["active_alarms"] == [{"name": "Oil low", "priority": "Medium"}]
    (history,) = context["history"]
    assert (history["id"], history["minimum"], history["last"]) == ("melt", "688.5", "688.5")


def test_the_released_orders_are_known_while_the_service_is_away(
    gateway: TestGateway, service: LoopbackService
) -> None:
    gateway.run_scheduled("countersign-master-data")
    service.stop()

    def orders() -> dict[str, Any]:
        shown: dict[str, Any] = gateway.call("countersign.board.read", "orders", {})
        return shown

    wait_until(lambda: orders()["payload"] is not None)
    assert orders()["payload"] == ORDERS
    assert "cannot be reached" in orders()["problem"]
    body = {**SCRAP, "order_id": "999"}
    command_id = gateway.call("countersign.commands.submit", ANNA, "scrap_report", body)
    state = gateway.call("countersign.commands.state", command_id)
    assert (state["state"], state["text"]) == ("done", "order 999 is not among the released ones")
    service.start()
    gateway.wait_until_forwarded()


PUSHED = {
    "order_id": "100900",
    "site_id": "1000",
    "material_id": "VALVE-01",
    "quantity": {"quantity_string": "480", "unit_of_measure": "C62"},
    "state": "released",
    "operations": [{"operation_id": "0010", "work_center_id": "PRESS1"}],
}


def test_an_erp_that_pushes_gets_the_answer_of_the_service(
    gateway: TestGateway, service: LoopbackService
) -> None:
    def push(body: Any) -> tuple[int, Any]:
        return gateway.webdev("countersign/orders", "doPost", body)

    service.pages["/v1/orders"] = {"changed": 1}
    assert push({"orders": [PUSHED]}) == (200, {"changed": 1})
    assert service.requests[-1][:2] == ("/v1/orders", {"orders": [PUSHED]})
    status, refusal = push({"orders": [{**PUSHED, "state": "open"}]})
    assert (status, refusal["errors"][0]["pointer"]) == (422, "/orders/0/state")
    service.stop()
    status, refusal = push({"orders": [PUSHED]})
    assert status == 503
    assert "push again" in refusal["detail"]
    service.start()
