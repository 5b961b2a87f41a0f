"""What the network, the service and the power supply can do; nothing is lost, nothing doubled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from client import PLANT_FOLDER, TestGateway
from gateway_crash import crash
from loopback import LoopbackService
from test_capture_to_service import AT_MS, CONFIRMATION, configuration
from waiting import wait_until

PRESS = "PRESS1"


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
    settings = configuration(
        folder, service, request_timeout_ms=500, batch_size=10, journal_age_alarm_seconds=2
    )
    with TestGateway.start(jython, folder, settings, work_centers=[PRESS]) as running:
        yield running


class Machine:
    """A work centre that reports and keeps count."""

    def __init__(self, gateway: TestGateway, service: LoopbackService) -> None:
        self.gateway = gateway
        self.service = service
        self.count = gateway.work_center_value(PRESS, "ConfirmTrigger") or 0
        self.before = len(service.stored)

    def report(self, times: int) -> None:
        for _ in range(times):
            self.count += 1
            self.gateway.report_and_wait(PRESS, "ConfirmTrigger", self.count, CONFIRMATION)

    def has_arrived(self, times: int) -> bool:
        return len(self.service.stored) == self.before + times

    def sequence(self) -> list[int]:
        return [int(event["sequence"]) for event in self.service.stored[self.before :]]


@pytest.fixture
def machine(gateway: TestGateway, service: LoopbackService) -> Iterator[Machine]:
    gateway.wait_until_forwarded()
    used = Machine(gateway, service)
    yield used
    gateway.wait_until_forwarded()
    assert used.sequence() == sorted(used.sequence())
    assert len(set(service.ids)) == len(service.ids)


def test_events_of_an_outage_arrive_in_order_when_the_service_is_back(
    gateway: TestGateway, service: LoopbackService, machine: Machine
) -> None:
    service.stop()
    machine.report(60)
    wait_until(lambda: gateway.status("JournalDepth") == 60)
    wait_until(lambda: gateway.status("ServiceReachable") is False)
    service.start()
    wait_until(lambda: machine.has_arrived(60))
    assert machine.sequence() == list(range(machine.count - 59, machine.count + 1))
    wait_until(lambda: gateway.status("ServiceReachable") is True)


def test_an_outage_is_logged_once_and_not_per_attempt(
    gateway: TestGateway, service: LoopbackService, machine: Machine
) -> None:
    before = len(gateway.logs())

    def lines() -> list[str]:
        messages = [line["message"] for line in gateway.logs()[before:]]
        return [message for message in messages if message.startswith("events: ")]

    service.stop()
    machine.report(1)
    wait_until(lambda: bool(lines()))
    wait_until(lambda: (gateway.status("JournalAgeSeconds") or 0) >= 3)
    service.start()
    wait_until(lambda: machine.has_arrived(1))
    wait_until(lambda: bool(lines()) and "answers again" in lines()[-1])
    outages, ends = lines()[::2], lines()[1::2]
    assert len(outages) == len(ends)
    assert all("cannot be reached" in line for line in outages)
    assert all("answers again" in line for line in ends)


@pytest.mark.parametrize(
    ("behaviour", "stored_before_the_failure"),
    [
        ("drop", False),
        ("store-then-drop", True),
        ("store-then-hang", True),
        ("busy", False),
        ("page", False),
    ],
)
def test_without_an_answer_the_same_events_are_sent_again(
    service: LoopbackService,
    machine: Machine,
    behaviour: str,
    stored_before_the_failure: bool,
) -> None:
    duplicates = service.duplicates
    service.behave(behaviour, behaviour)
    machine.report(5)
    machine.gateway.wait_until_forwarded()
    assert machine.has_arrived(5)
    assert (service.duplicates > duplicates) == stored_before_the_failure


@pytest.mark.parametrize(
    ("behaviour", "alarm"),
    [
        ("page", "unexpected answer of the service: 200 text/html"),
        ("error-page", "the oldest event has waited"),
        ("busy", "the oldest event has waited"),
        ("store-then-hang", "the oldest event has waited"),
    ],
)
def test_trouble_that_lasts_raises_an_alarm_and_costs_nothing(
    gateway: TestGateway, service: LoopbackService, machine: Machine, behaviour: str, alarm: str
) -> None:
    service.behave(*[behaviour] * 1000)
    try:
        machine.report(3)
        wait_until(lambda: alarm in (gateway.status("Alarm") or ""))
    finally:
        service.behave()
    gateway.wait_until_forwarded()
    assert machine.has_arrived(3)
    wait_until(lambda: gateway.status("Alarm") == "")


def test_a_connection_that_the_server_closed_meanwhile_costs_nothing(
    gateway: TestGateway, service: LoopbackService, machine: Machine
) -> None:
    for _ in range(3):
        machine.report(1)
        gateway.wait_until_forwarded()
        service.stop()
        service.start()
    machine.report(1)
    wait_until(lambda: machine.has_arrived(4))


def test_a_refused_key_raises_an_alarm_and_keeps_the_events(
    gateway: TestGateway, service: LoopbackService, machine: Machine
) -> None:
    key, service.key = service.key, "another"
    machine.report(3)
    wait_until(lambda: "refuses the key of this gateway: 401" in gateway.status("Alarm"))
    assert machine.has_arrived(0)
    service.key = key
    wait_until(lambda: machine.has_arrived(3))
    wait_until(lambda: gateway.status("Alarm") == "")


def test_a_clock_that_goes_back_makes_neither_a_double_nor_a_gap(
    gateway: TestGateway, machine: Machine
) -> None:
    for at_ms in (AT_MS, AT_MS - 3_600_000, AT_MS):
        machine.count += 1
        gateway.report_and_wait(PRESS, "ConfirmTrigger", machine.count, CONFIRMATION, at_ms=at_ms)
    wait_until(lambda: machine.has_arrived(3))


def test_a_gateway_whose_clock_is_set_back_says_so_and_goes_on(
    jython: list[str], tmp_path: Path
) -> None:
    with LoopbackService() as service:
        settings = configuration(tmp_path, service)
        with TestGateway.start(jython, tmp_path, settings, work_centers=[PRESS]) as gateway:
            gateway.report_and_wait(PRESS, "ConfirmTrigger", 1, CONFIRMATION)
            service.stop()
            gateway.report_and_wait(PRESS, "ConfirmTrigger", 2, CONFIRMATION)
            gateway.set_clock_back(3600)
            gateway.report_and_wait(PRESS, "ConfirmTrigger", 3, CONFIRMATION)
            wait_until(lambda: "was set back by 3600 s" in (gateway.status("Alarm") or ""))
            assert gateway.health()["JournalAgeSeconds"] == 0
            service.start()
            gateway.wait_until_forwarded()
        assert [int(event["sequence"]) for event in service.stored] == [1, 2, 3]


def test_a_counter_that_starts_again_is_another_event(
    gateway: TestGateway, service: LoopbackService, machine: Machine
) -> None:
    trigger = f"{PLANT_FOLDER}/{PRESS}/ConfirmTrigger"
    gateway.update({trigger: 0})
    for at_ms in (AT_MS + 1, AT_MS + 2):
        gateway.report_and_wait(PRESS, "ConfirmTrigger", 1, CONFIRMATION, at_ms=at_ms)
        gateway.update({trigger: 0})
    wait_until(lambda: machine.has_arrived(2))
    machine.count, machine.before = 1, len(service.stored)


def test_gateways_killed_at_random_moments_lose_and_double_nothing(
    jython: list[str], tmp_path: Path
) -> None:
    """The machine repeats, with the same time, what was never answered; the id is the same."""
    with LoopbackService() as service:
        settings = configuration(tmp_path, service)
        tally = crash(jython, tmp_path, service, settings, kills=2, seed=20260305)
        assert tally.summary()["acknowledged"] > 10
        assert (tally.lost, tally.doubled, tally.disordered) == ([], [], [])


def test_a_gateway_without_configuration_says_what_it_wants(
    jython: list[str], tmp_path: Path
) -> None:
    with LoopbackService() as service:
        settings = configuration(tmp_path, service)
        incomplete = {name: value for name, value in settings.items() if name != "site_id"}
        with TestGateway.start(jython, tmp_path, incomplete, work_centers=[PRESS]) as gateway:
            wait_until(lambda: '"site_id" is missing' in (gateway.status("Alarm") or ""))
            gateway.report(PRESS, "ConfirmTrigger", 1, CONFIRMATION)
            gateway.wait_until_idle()
            assert gateway.work_center_value(PRESS, "ConfirmDone") is None
            errors = len(gateway.logs("ERROR"))
            (tmp_path / "countersign.json").write_text(
                json.dumps({**settings, "journal_folder": "journal"})
            )
            wait_until(lambda: gateway.status("Alarm") == "")
            assert len(gateway.logs("ERROR")) == errors
            wait_until(lambda: gateway.work_center_value(PRESS, "ConfirmDone") == 1)
            gateway.report(PRESS, "ConfirmTrigger", 2, CONFIRMATION)
            wait_until(lambda: len(service.stored) == 2)
            assert gateway.health()["DeadLetters"] == 0
