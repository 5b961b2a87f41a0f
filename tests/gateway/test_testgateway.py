"""The test gateway does what an Ignition gateway does, as far as the project relies on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from client import GatewayError, TestGateway
from waiting import wait_until

SAMPLE = Path(__file__).resolve().parent / "project"
FOLDER = "[default]Plant/A/"


@pytest.fixture(scope="module")
def gateway(jython: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestGateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with TestGateway.start(jython, folder, {}, work_centers=["A"], project=SAMPLE) as running:
        yield running


def notes(gateway: TestGateway, tag: str) -> list[list[Any]]:
    gateway.wait_until_idle()
    return [note[:3] for note in gateway.call("sample.counts.notes") if note[3] == tag]


def test_the_changes_of_a_tag_are_queued_in_order_and_none_is_dropped(
    gateway: TestGateway,
) -> None:
    for number in range(1, 201):
        gateway.update({FOLDER + "ScrapTrigger": number})
    changes = notes(gateway, "ScrapTrigger")
    assert changes[0] == [True, None, None]
    assert changes[1:] == [[False, n, n - 1 if n > 1 else None] for n in range(1, 201)]
    assert gateway.statistics()["slow"]["longest_queue"] > 1


def test_a_value_that_stays_the_same_is_no_change(gateway: TestGateway) -> None:
    before = len(notes(gateway, "ScrapTrigger"))
    gateway.update({FOLDER + "ScrapTrigger": 777})
    gateway.update({FOLDER + "ScrapTrigger": 777})
    assert len(notes(gateway, "ScrapTrigger")) == before + 1


def test_a_script_hears_only_of_the_changes_it_asked_for(gateway: TestGateway) -> None:
    before = len(notes(gateway, "OrderId"))
    gateway.update({FOLDER + "OrderId": "100"})
    gateway.update({FOLDER + "OrderId": "101"}, quality="Bad_Stale")
    assert notes(gateway, "OrderId")[before:] == [[False, "101", "100"]]


def test_a_failing_script_is_logged_and_called_again(gateway: TestGateway) -> None:
    for number in (1, 2):
        gateway.update({FOLDER + "ConfirmTrigger": number})
    gateway.wait_until_idle()
    assert gateway.statistics()["failing"]["errors"] == 2
    assert "ValueError: on purpose" in gateway.logs("ERROR")[-1]["message"]


def test_scripts_see_the_functions_of_ignition_and_nothing_of_the_test(
    gateway: TestGateway,
) -> None:
    assert sorted(gateway.call("sample.counts.engine_names")) == [
        "configure",
        "exists",
        "queryTagHistory",
        "readAsync",
        "readBlocking",
        "writeAsync",
        "writeBlocking",
    ]


def test_a_tag_that_does_not_exist_is_answered_and_raises_nothing(
    gateway: TestGateway,
) -> None:
    ((value, quality),) = gateway.call("sample.counts.read", [FOLDER + "Nothing"])
    assert value is None
    assert quality.startswith("Bad_NotFound")
    (code,) = gateway.call("sample.counts.write", [FOLDER + "Nothing"], [1])
    assert code.startswith("Bad_NotFound")
    with pytest.raises(GatewayError, match="Bad_NotFound"):
        gateway.update({FOLDER + "Nothing": 1})


@pytest.mark.parametrize(
    ("tag", "value", "held"),
    [
        ("ConfirmTrigger", 2**40, 2**40),
        ("YieldQuantity", 12, 12.0),
        ("Final", True, True),
        ("OrderId", "Mühle", "Mühle"),
        ("StartTime", 1767225600123, 1767225600123),
        ("StartTime", "2026-01-01T01:00:00+01:00", 1767225600000),
        ("YieldQuantity", None, None),
    ],
)
def test_a_tag_holds_values_of_its_data_type(
    gateway: TestGateway, tag: str, value: Any, held: Any
) -> None:
    gateway.update({FOLDER + tag: value})
    assert gateway.value(FOLDER + tag) == held


@pytest.mark.parametrize(("tag", "value"), [("ConfirmTrigger", "many"), ("Final", "yes")])
def test_a_value_of_another_type_is_refused(gateway: TestGateway, tag: str, value: Any) -> None:
    with pytest.raises(GatewayError, match="Error_TypeConversion"):
        gateway.update({FOLDER + tag: value})


def test_timers_run_unless_they_are_disabled(gateway: TestGateway) -> None:
    wait_until(lambda: gateway.call("sample.counts.counted")["timer"] > 2)
    counted = gateway.call("sample.counts.counted")
    assert (counted["disabled"], counted["startup"]) == (0, 1)


def test_a_message_handler_answers(gateway: TestGateway) -> None:
    assert gateway.message("double", {"number": 21}) == 42


def test_a_save_of_the_project_gives_new_modules(gateway: TestGateway) -> None:
    assert gateway.call("sample.counts.counted")["startup"] == 1
    gateway.save_project()
    assert gateway.call("sample.counts.counted")["startup"] == 0


def test_what_fails_in_an_operation_comes_back_with_its_trace(
    gateway: TestGateway,
) -> None:
    with pytest.raises(GatewayError, match="has no attribute"):
        gateway.call("sample.counts.nothing")


def test_a_project_that_cannot_start_says_why(jython: list[str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "ignition/startup").mkdir(parents=True)
    (project / "ignition/startup/resource.json").write_text('{"files": [], "attributes": {}}')
    with pytest.raises(GatewayError, match=r"does not name onStartup\.py"):
        TestGateway.start(jython, tmp_path / "data", {}, project=project)
