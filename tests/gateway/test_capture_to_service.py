"""From a tag to the service: the real project files, real Jython, real HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from client import TestGateway
from loopback import KEY, LoopbackService
from waiting import wait_until

ORDER = {"OrderId": "100200", "OperationId": "0010", "OperatorId": "4711"}
CONFIRMATION = {**ORDER, "YieldQuantity": 480.0, "Unit": "C62", "Final": True}
AT_MS = 1767225600000


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


@pytest.fixture
def work_center(gateway: TestGateway, request: pytest.FixtureRequest) -> str:
    """A work centre of its own for each test."""
    name = request.node.name.removeprefix("test_")[:60]
    gateway.add_work_centers([name])
    return name


def configuration(folder: Path, service: LoopbackService, **more: Any) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    (folder / "gateway.key").write_text(KEY)
    return {
        "service_url": service.url,
        "api_key_file": "gateway.key",
        "source": "/sites/1000/gateways/gw1",
        "site_id": "1000",
        **more,
    }


def events_of(service: LoopbackService, work_center: str) -> list[dict[str, Any]]:
    return [e for e in service.stored if e["data"]["equipment_id"] == work_center]


def arrived(service: LoopbackService, work_center: str, count: int) -> Callable[[], bool]:
    return lambda: len(events_of(service, work_center)) == count


def test_a_confirmation_arrives_as_the_machine_reported_it(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    gateway.report(
        work_center,
        "ConfirmTrigger",
        1,
        {
            **CONFIRMATION,
            "ScrapQuantity": 12.300000190734863,
            "StartTime": AT_MS - 60000,
        },
        at_ms=AT_MS,
    )
    wait_until(arrived(service, work_center, 1))
    (event,) = events_of(service, work_center)
    assert event["time"] == "2026-01-01T00:00:00.000Z"
    assert event["data"]["confirmation"] == "final"
    assert event["data"]["scrap_quantity"]["quantity_string"] == "12.3"
    assert event["data"]["actual_start_time"] == "2025-12-31T23:59:00.000Z"


def test_the_machine_is_told_when_the_event_is_on_the_disk(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    gateway.report_and_wait(work_center, "ConfirmTrigger", 41, CONFIRMATION)
    assert gateway.work_center_value(work_center, "LastState") == "captured"
    wait_until(arrived(service, work_center, 1))
    event_id = events_of(service, work_center)[0]["id"]
    assert gateway.work_center_value(work_center, "LastEventId") == event_id


def test_consumption_and_scrap_arrive_as_well(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    materials = '[{"material_id":"STEEL","quantity_string":"4.5","unit_of_measure":"KGM"}]'
    gateway.report(work_center, "ConsumeTrigger", 1, {**ORDER, "Materials": materials})
    scrap = {
        "ScrapMaterialId": "HOUSING",
        "ScrapMaterialQuantity": 2,
        "ScrapUnit": "C62",
    }
    gateway.report(work_center, "ScrapTrigger", 1, {**ORDER, **scrap})
    wait_until(arrived(service, work_center, 2))
    assert [event["type"] for event in events_of(service, work_center)] == [
        "countersign.material-consumption.v1",
        "countersign.scrap-report.v1",
    ]


def test_initial_values_and_bad_quality_are_no_events(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    path = f"[default]Plant/{work_center}/ConfirmTrigger"
    gateway.update({path: 5}, quality="Bad_Stale")
    gateway.update({path: None})
    gateway.update({path: 0})
    gateway.report(work_center, "ConfirmTrigger", 6, CONFIRMATION)
    wait_until(arrived(service, work_center, 1))
    assert events_of(service, work_center)[0]["sequence"] == "6"


def test_a_burst_arrives_complete_and_in_order(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    for trigger in range(1, 121):
        gateway.report_and_wait(work_center, "ConfirmTrigger", trigger, CONFIRMATION)
    wait_until(arrived(service, work_center, 120))
    sequence = [int(event["sequence"]) for event in events_of(service, work_center)]
    assert sequence == list(range(1, 121))


def test_an_event_against_the_contract_is_refused_in_words_an_operator_can_use(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    gateway.report(work_center, "ConfirmTrigger", 1, {**CONFIRMATION, "OrderId": "a b"})
    wait_until(lambda: gateway.work_center_value(work_center, "LastState") == "refused")
    assert "/data/order_id: must be" in gateway.work_center_value(work_center, "LastText")
    wait_until(lambda: (gateway.status("DeadLetters") or 0) >= 1)
    assert "an event is refused" in gateway.status("Alarm")


def test_an_event_that_the_service_refuses_does_not_stop_the_others(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    service.refuse = lambda event: event["data"]["order_id"] == "REFUSED"
    before = gateway.health()["DeadLetters"]
    gateway.report(work_center, "ConfirmTrigger", 1, {**CONFIRMATION, "OrderId": "REFUSED"})
    gateway.wait_until_idle()
    gateway.report(work_center, "ConfirmTrigger", 2, CONFIRMATION)
    wait_until(arrived(service, work_center, 1))
    assert events_of(service, work_center)[0]["sequence"] == "2"
    wait_until(lambda: gateway.status("DeadLetters") == before + 1)


def test_an_outcome_shows_at_its_work_centre(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    gateway.report(work_center, "ConfirmTrigger", 1, CONFIRMATION)
    wait_until(arrived(service, work_center, 1))
    event = events_of(service, work_center)[0]
    shown = {"state": "posted", "text": "480 C62 confirmed", "document_id": "4900012"}
    key = {"source": event["source"], "id": event["id"]}
    service.outcomes.append({"outcome_id": len(service.outcomes) + 1, **key, **shown})
    wait_until(lambda: gateway.work_center_value(work_center, "LastState") == "posted")
    assert gateway.work_center_value(work_center, "LastText") == "480 C62 confirmed"
    assert gateway.work_center_value(work_center, "LastDocument") == "4900012"


def test_a_save_of_the_project_loses_nothing(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    for trigger in range(1, 21):
        gateway.report_and_wait(work_center, "ConfirmTrigger", trigger, CONFIRMATION)
        if trigger % 5 == 0:
            gateway.save_project()
    wait_until(arrived(service, work_center, 20))
    assert gateway.statistics()["countersign-capture"]["errors"] == 0


def test_the_state_of_the_package_shows_on_its_tags(
    gateway: TestGateway, service: LoopbackService, work_center: str
) -> None:
    wait_until(lambda: gateway.status("ServiceReachable") is True)
    wait_until(lambda: gateway.status("JournalDepth") == 0)
    assert gateway.status("JournalAgeSeconds") == 0
