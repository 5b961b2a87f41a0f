"""Gateway events for 8.1: the text resources of 8.3 as the one binary file that 8.1 reads.

8.3 keeps every event in a folder of its own, as a function. 8.1 keeps all of them in
``ignition/event-scripts/data.bin``: startup, shutdown, update, timers and tag changes without the
``def`` line, scheduled scripts as an indented body, message handlers as the whole function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ignition_build.binary_xml import (
    ClassName,
    Count,
    Element,
    Signature,
    Word,
    encode,
)
from ignition_build.java import gzip
from ignition_build.resources import PLATFORM, BuildError, Resource, generated

FRAMEWORK = "8.1.48.2025042910"
WRITTEN_AT = "Thu Jan 01 00:00:00 UTC 2026"
WRITTEN_AT_MS = 1_767_225_600_000
FOLDER = PurePosixPath(PLATFORM, "event-scripts")

COMMON = "com.inductiveautomation.ignition.common"
SCRIPTS = f"{COMMON}.script"
CHANGE_TYPE = f"{COMMON}.util.FilteredTagChangeListener$TagChangeType"
DEFAULT_DELAY_MS = 1000
SHARED = "Shared"

Argument = tuple[str, Element]


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of gateway event: its file in 8.3, and the names that 8.1 does not know there."""

    file: str
    missing_in_81: tuple[str, ...] = ()


KINDS = {
    "startup": EventKind("onStartup.py"),
    "shutdown": EventKind("onShutdown.py"),
    "update": EventKind("onUpdate.py", ("actor", "resources")),
    "timer": EventKind("handleTimerEvent.py"),
    "tag-change": EventKind("onTagChange.py", ("previousValue",)),
    "scheduled": EventKind("handleScheduleEvent.py"),
    "message": EventKind("handleMessage.py"),
}


def is_gateway_event(resource: Resource) -> bool:
    """Tell whether a resource is a gateway event in the form of 8.3."""
    parts = resource.folder.parts
    return parts[0] == PLATFORM and len(parts) > 1 and parts[1] in KINDS


def for_81(resources: Sequence[Resource]) -> Resource | None:
    """Return the resource that holds all gateway events in the form of 8.1, if there are any.

    Raises :class:`BuildError` for a script that would mean something else there.
    """
    events = [resource for resource in resources if is_gateway_event(resource)]
    if not events:
        return None
    return generated(FOLDER, gzip(encode(_objects(events), WRITTEN_AT_MS)))


def _objects(events: Sequence[Resource]) -> Element:
    by_kind = {kind: [event for event in events if event.folder.parts[1] == kind] for kind in KINDS}
    calls: list[Element] = []
    for method, type_, make in (
        ("setMessageHandlerScripts", "java.util.Map", _messages),
        ("setScheduledScripts", "java.util.List", _schedules),
        ("setShutdownScript", "str", _single("shutdown")),
        ("setStartupScript", "str", _single("startup")),
        ("setTagChangeScripts", "java.util.List", _tag_changes),
        ("setTimerScripts", "java.util.Map", _timers),
        ("setUpdateScript", "str", _single("update")),
    ):
        value = make(by_kind)
        if value is not None:
            calls.append(_call(method, (type_, value)))
    attributes = (("framework.version", Word(FRAMEWORK)), ("timestamp", Word(WRITTEN_AT)))
    return Element("objects", attributes, (_object(f"{SCRIPTS}.ScriptConfig", calls),))


Events = Mapping[str, Sequence[Resource]]


def _single(kind: str) -> Callable[[Events], Element | None]:
    def make(events: Events) -> Element | None:
        enabled = [event for event in events[kind] if event.attributes.get("enabled", True)]
        return _text(_bare(enabled[0])) if enabled else None

    return make


def _messages(events: Events) -> Element | None:
    pairs = []
    for event in events["message"]:
        _refuse_disabled(event)
        thread = event.attributes.get("threadType", SHARED)
        key = [_call("setName", ("str", _text(event.name)))]
        if thread != SHARED:
            key.append(_call("setThreadType", ("str", _text(thread))))
        handler = _object(f"{SCRIPTS}.message.MessageHandlerKey", key)
        pairs.append((handler, _text(_script(event))))
    return _map(pairs)


def _schedules(events: Events) -> Element | None:
    return _list(
        [
            _object(
                f"{SCRIPTS}.ScheduledScript",
                [
                    _call("setCronExpression", ("str", _text(event.attributes["cronExpression"]))),
                    *_unless(event, "enabled", "setEnabled"),
                    _call("setName", ("str", _text(event.name))),
                    _call("setScript", ("str", _text(_body(event)))),
                ],
            )
            for event in events["scheduled"]
        ]
    )


def _tag_changes(events: Events) -> Element | None:
    return _list([_tag_change(event) for event in events["tag-change"]])


def _tag_change(event: Resource) -> Element:
    types = event.attributes["changeTypes"]
    paths = [_text(path) for path in event.attributes["paths"]]
    return _object(
        f"{SCRIPTS}.TagChangeScript",
        [
            *([_call("setChangeTypes", ("java.util.EnumSet", _enum_set(types)))] if types else []),
            *_unless(event, "enabled", "setEnabled"),
            _call("setName", ("str", _text(event.name))),
            _call("setPaths", ("java.util.List", _array_list(paths))),
            _call("setScript", ("str", _text(_bare(event)))),
        ],
    )


def _timers(events: Events) -> Element | None:
    return _map([(_timer_key(event), _text(_bare(event))) for event in events["timer"]])


def _timer_key(event: Resource) -> Element:
    delay = event.attributes["delay"]
    calls = []
    if delay != DEFAULT_DELAY_MS:
        raw = b"\xff" + int(delay).to_bytes(8, "big", signed=True)
        calls.append(_call("setDelay", ("l", Element("lng", content=raw))))
    calls += _unless(event, "enabled", "setEnabled")
    calls += _unless(event, "fixedDelay", "setFixedDelay")
    calls.append(_call("setName", ("str", _text(event.name))))
    calls += _unless(event, "sharedThread", "setSharedThread")
    return _object(f"{SCRIPTS}.TimerKey", calls)


def _unless(event: Resource, attribute: str, method: str) -> list[Element]:
    """Return the call that switches off what is on by default."""
    is_on = event.attributes.get(attribute, True)
    return [] if is_on else [_call(method, ("b", Element("false")))]


def _script(event: Resource) -> str:
    kind = KINDS[event.folder.parts[1]]
    if list(event.files) != [kind.file]:
        raise BuildError(f"{event.folder}: its one file is {kind.file}, not {list(event.files)}")
    return event.files[kind.file].decode("utf-8")


def _body(event: Resource) -> str:
    """Return what stands below the ``def`` line."""
    head, separator, body = _script(event).partition("\n")
    if not head.startswith("def ") or not head.endswith(":") or not separator:
        raise BuildError(f"{event.folder}: the script must begin with a def line of its own")
    return body


def _bare(event: Resource) -> str:
    """Return the script as lines of a module, as 8.1 runs it."""
    kind = KINDS[event.folder.parts[1]]
    lines = _body(event).split("\n")
    for line in lines:
        if line and not line.startswith("\t"):
            raise BuildError(f"{event.folder}: indent with tabs, this line is not: {line!r}")
    script = "\n".join(line[1:] for line in lines)
    for name in kind.missing_in_81:
        if re.search(rf"\b{name}\b", script):
            raise BuildError(f"{event.folder}: {name} does not exist in 8.1; do without it")
    try:
        compile(script, str(event.folder), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise BuildError(f"{event.folder}: in 8.1 this is no function: {error.msg}") from error
    return script


def _refuse_disabled(event: Resource) -> None:
    if not event.attributes.get("enabled", True):
        raise BuildError(f"{event.folder}: 8.1 cannot switch a message handler off; remove it")


def _text(text: str) -> Element:
    return Element("str", content=text)


def _object(class_name: str, calls: Sequence[Element]) -> Element:
    return Element("o", (("cls", ClassName(class_name)),), tuple(calls) or None)


def _call(method: str, *arguments: Argument) -> Element:
    types = tuple(type_ for type_, _ in arguments)
    attributes = (("m", Word(method)), ("s", Signature(types)))
    return Element("o-c", attributes, tuple(value for _, value in arguments))


def _map(pairs: Sequence[tuple[Element, Element]]) -> Element | None:
    if not pairs:
        return None
    puts = [_call("put", ("O", key), ("O", value)) for key, value in pairs]
    return _object("java.util.HashMap", puts)


def _list(items: Sequence[Element]) -> Element | None:
    return _array_list(items) if items else None


def _array_list(items: Sequence[Element]) -> Element:
    return Element("arraylist", (("len", Count(len(items))),), tuple(items) or None)


def _enum_set(names: Sequence[str]) -> Element:
    kind: Any = ClassName(CHANGE_TYPE)
    items = tuple(Element("enum", (("cls", kind), ("n", Word(name)))) for name in names)
    return Element("enumset", (("cls", kind),), items)
