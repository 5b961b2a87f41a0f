"""Gateway events of 8.1: one binary file, made from the text resources of 8.3."""

from __future__ import annotations

import gzip
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
from ignition_build import gateway_events, session_events
from ignition_build.binary_xml import ClassName, Word, decode
from ignition_build.designer_form import sorted_json
from ignition_build.resources import BuildError, Resource, read_resources
from unit.ignition_build.project_folder import ProjectFolder

CAPTURE = "plant.capture(initialChange, newValue, event.tagPath)"


def made(project: ProjectFolder) -> bytes:
    resource = gateway_events.for_81(read_resources(project.root))
    assert resource is not None
    assert resource.folder == PurePosixPath("ignition/event-scripts")
    return resource.files["data.bin"]


def calls(node: Any) -> dict[str, Any]:
    """Return what a bean is given, by method."""
    found = {}
    for call in node.children or ():
        names = dict(call.attributes)
        found[names["m"].text] = call.children[0]
    return found


def pairs(node: Any) -> list[tuple[Any, Any]]:
    """Return the entries of a hash map."""
    assert dict(node.attributes)["cls"] == ClassName("java.util.HashMap")
    return [call.children for call in node.children]


def config(project: ProjectFolder) -> dict[str, Any]:
    root, written_at_ms = decode(made(project))
    assert written_at_ms == gateway_events.WRITTEN_AT_MS
    assert dict(root.attributes)["framework.version"] == Word(gateway_events.FRAMEWORK)
    assert root.children is not None
    (bean,) = root.children
    return calls(bean)


def test_every_event_is_there_in_the_text_form_of_81(project: ProjectFolder) -> None:
    found = config(project)
    assert list(found) == sorted(found)
    assert found["setStartupScript"].content == "plant.start()"
    assert found["setShutdownScript"].content == "plant.stop()"
    assert found["setUpdateScript"].content == "plant.start()"
    (change,) = found["setTagChangeScripts"].children
    assert calls(change)["setScript"].content == CAPTURE
    (schedule,) = found["setScheduledScripts"].children
    assert calls(schedule)["setScript"].content == "\tplant.nightly()"
    handlers = {
        calls(key)["setName"].content: text.content
        for key, text in pairs(found["setMessageHandlerScripts"])
    }
    assert handlers == {
        "ask": "def handleMessage(payload):\n\treturn plant.ask(payload)",
        "retry": "def handleMessage(payload):\n\treturn plant.retry(payload)",
    }


def test_a_timer_keeps_its_settings_and_leaves_defaults_out(project: ProjectFolder) -> None:
    timers = {
        calls(key)["setName"].content: (calls(key), text.content)
        for key, text in pairs(config(project)["setTimerScripts"])
    }
    forward, script = timers["forward"]
    assert list(forward) == ["setDelay", "setName", "setSharedThread"]
    assert forward["setDelay"].content == b"\xff" + (500).to_bytes(8, "big")
    assert script == "plant.forward()"
    slow, script = timers["slow"]
    assert list(slow) == ["setEnabled", "setFixedDelay", "setName"]
    assert script == "if plant.ready():\n\tplant.tidy()"


def test_the_payload_is_that_of_the_measured_builder(
    project: ProjectFolder, prototypes: SimpleNamespace
) -> None:
    old = prototypes.ges81
    payload = old.build(
        gateway_events.FRAMEWORK,
        gateway_events.WRITTEN_AT,
        gateway_events.WRITTEN_AT_MS,
        messages=[
            (
                old.message_key("ask"),
                old.s("def handleMessage(payload):\n\treturn plant.ask(payload)"),
            ),
            (
                old.message_key("retry", "Dedicated"),
                old.s("def handleMessage(payload):\n\treturn plant.retry(payload)"),
            ),
        ],
        schedules=[old.scheduled("nightly", "0 2 * * *", "\tplant.nightly()")],
        shutdown="plant.stop()",
        startup="plant.start()",
        tag_changes=[old.tagchange("capture", ["[default]Plant/*/Trigger"], CAPTURE)],
        timers=[
            (old.timer_key("forward", 500, sharedThread=False), old.s("plant.forward()")),
            (
                old.timer_key("slow", enabled=False, fixedDelay=False),
                old.s("if plant.ready():\n\tplant.tidy()"),
            ),
        ],
        update="plant.start()",
    )
    assert gzip.decompress(made(project)) == payload


@pytest.mark.parametrize(
    ("event", "script", "told"),
    [
        ("tag-change/capture", "def onTagChange(a):\n\tplant.go(previousValue)", "previousValue"),
        ("update", "def onUpdate(actor, resources):\n\tplant.go(actor)", "actor"),
        ("startup", "def onStartup():\n\treturn 1", "no function"),
        ("startup", "def onStartup():\n    plant.start()", "tabs"),
        ("startup", "plant.start()", "def line"),
        ("scheduled/nightly", "\tplant.nightly()", "def line"),
    ],
)
def test_a_script_that_means_something_else_in_81_is_refused(
    project: ProjectFolder, event: str, script: str, told: str
) -> None:
    project.add_event(event, script)
    with pytest.raises(BuildError, match=told) as caught:
        made(project)
    assert f"ignition/{event}" in str(caught.value)


def test_a_message_handler_that_is_switched_off_is_refused(project: ProjectFolder) -> None:
    project.add_event("message/ask", enabled=False)
    with pytest.raises(BuildError, match="message/ask"):
        made(project)


def test_a_startup_script_that_is_switched_off_is_left_out(project: ProjectFolder) -> None:
    project.add_event("startup", enabled=False)
    assert "setStartupScript" not in config(project)


def session_event(name: str, script: str, **attributes: Any) -> Resource:
    folder = PurePosixPath("com.inductiveautomation.perspective", name)
    manifest = {"attributes": {"enabled": True, **attributes}}
    return Resource(folder, {"event.py": script.encode()}, manifest)


def test_session_events_become_the_json_of_81() -> None:
    resource = session_events.for_81(
        [
            session_event("startup", "def onStartup(session):\n\tplant.open(session)"),
            session_event("shutdown", "def onShutdown(session):\n\tplant.no()", enabled=False),
            session_event("message/told", "def handleMessage(session, payload):\n\tplant.told()"),
        ]
    )
    assert resource is not None
    assert resource.files["data.bin"].decode() == sorted_json(
        {
            "onStartup": "\tplant.open(session)",
            "onShutdown": "\t",
            "onPageStartup": "\t",
            "onBarcodeDataReceived": "\t",
            "onBluetoothReceived": "\t",
            "onAccelerometerDataReceived": "\t",
            "onNdefDataReceived": "\t",
            "messageHandlers": [{"name": "told", "enabled": True, "script": "\tplant.told()"}],
        }
    )


def test_a_session_event_that_81_does_not_have_is_refused() -> None:
    with pytest.raises(BuildError, match="key-event"):
        session_events.for_81([session_event("key-event/F1", "def onKeyEvent(page):\n\tpass")])


def test_a_project_without_events_has_no_such_file() -> None:
    assert gateway_events.for_81([]) is None
    assert session_events.for_81([]) is None
