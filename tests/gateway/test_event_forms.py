"""Gateway events do the same in the generated form of 8.1 as in the text form of 8.3."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from client import PROJECT
from ignition_build import gateway_events
from ignition_build.binary_xml import Element, Word, decode
from ignition_build.resources import Resource, read_resources

SCRIPT = Path(__file__).parent / "specs" / "event_forms.py"
SINGLE = {
    "setStartupScript": "startup",
    "setShutdownScript": "shutdown",
    "setUpdateScript": "update",
}
LISTS = {"setScheduledScripts": "scheduled", "setTagChangeScripts": "tag-change"}
MAPS = {"setTimerScripts": "timer", "setMessageHandlerScripts": "message"}


def test_every_event_makes_the_same_calls_in_both_forms(jython: list[str]) -> None:
    resources = read_resources(PROJECT)
    events = [resource for resource in resources if gateway_events.is_gateway_event(resource)]
    made = gateway_events.for_81(resources)
    assert made is not None
    given = {
        "8.1": dict(scripts_of_81(made.files["data.bin"])),
        "8.3": {event_name(event): script_of_83(event) for event in events},
    }
    done = subprocess.run(
        [*jython, str(SCRIPT)], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["8.1"].keys() == told["8.3"].keys()
    assert {"startup", "shutdown", "tag-change/countersign-capture"} <= told["8.1"].keys()
    for name, (calls, answer) in told["8.3"].items():
        assert calls, name
        assert told["8.1"][name] == [calls, answer], name


def event_name(event: Resource) -> str:
    return "/".join(event.folder.parts[1:])


def script_of_83(event: Resource) -> tuple[str, str]:
    (script,) = event.files.values()
    return event.folder.parts[1], script.decode()


def scripts_of_81(content: bytes) -> Iterator[tuple[str, tuple[str, str]]]:
    """Read the scripts back out of the binary file."""
    root, _ = decode(content)
    (bean,) = children(root)
    for method, value in calls_of(bean):
        if method in SINGLE:
            yield SINGLE[method], (SINGLE[method], value.content)
        elif method in LISTS:
            for item in children(value):
                parts = dict(calls_of(item))
                name = f"{LISTS[method]}/{parts['setName'].content}"
                yield name, (LISTS[method], parts["setScript"].content)
        else:
            for put in children(value):
                key, script = children(put)
                name = f"{MAPS[method]}/{dict(calls_of(key))['setName'].content}"
                yield name, (MAPS[method], script.content)


def calls_of(bean: Element) -> Iterator[tuple[str, Any]]:
    for call in children(bean):
        method = dict(call.attributes)["m"]
        assert isinstance(method, Word)
        yield method.text, children(call)[0]


def children(element: Element) -> list[Any]:
    return list(element.children or ())
