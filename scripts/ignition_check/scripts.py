"""Where scripts stand in a project: modules, gateway events, views, tags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ignition_check.findings import escaped
from ignition_check.project import LIBRARY, PERSPECTIVE, Component, Owner, Project, Script, Session

TRANSFORM = "def transform(self, value, quality, timestamp):"
CHANGE = "def valueChanged(self, previousValue, currentValue, origin, missedEvents):"
ACTION = "def runAction(self, event):"
MESSAGE = "def onMessageReceived(self, payload):"
TAG_EVENT = (
    "def valueChanged(tag, tagPath, previousValue, currentValue, initialChange, missedEvents):"
)

EVENT_FUNCTIONS = {
    "startup": "def onStartup():",
    "shutdown": "def onShutdown():",
    "update": "def onUpdate(actor, resources):",
    "timer": "def handleTimerEvent():",
    "scheduled": "def handleScheduleEvent():",
    "tag-change": (
        "def onTagChange(initialChange, newValue, previousValue, event, executionCount):"
    ),
    "message": "def handleMessage(payload):",
}
"""The function that the script of each gateway event begins with."""


def of_project(project: Project) -> list[Script]:
    """Return every script of the project."""
    scripts = [Script(file, "", project.text(file)) for file in project.files if is_script(file)]
    for owner in project.owners:
        scripts.extend(of_owner(owner))
    for file in tag_files(project):
        for at, node in _tags(project.json(file), ""):
            for index, event in enumerate(node.get("eventScripts", [])):
                place = f"{at}/eventScripts/{index}/script"
                scripts.append(Script(file, place, event.get("script", ""), TAG_EVENT))
    return scripts


def is_script(file: str) -> bool:
    """Tell whether a file is a script that Ignition runs."""
    folders = ("ignition/", f"{PERSPECTIVE}/", "com.inductiveautomation.webdev/", "vision/")
    return file.endswith(".py") and file.startswith(folders)


def is_module(file: str) -> bool:
    """Tell whether a file is a module of the script library."""
    return file.startswith(f"{LIBRARY}/")


def first_line(file: str) -> str | None:
    """Return the line that the script of an event or of a web resource begins with."""
    parts = file.split("/")
    if parts[0] == "com.inductiveautomation.webdev":
        return f"def {parts[-1].removesuffix('.py')}(request, session):"
    return EVENT_FUNCTIONS.get(parts[1]) if parts[0] == "ignition" else None


def tag_files(project: Project) -> list[str]:
    """Return the tag exports."""
    return [file for file in project.files if file.startswith("tags/") and file.endswith(".json")]


def of_owner(owner: Owner) -> Iterator[Script]:
    """Give the scripts of a component, a view or the session."""
    for key, config in owner.node.get("propConfig", {}).items():
        at = f"{owner.pointer}/propConfig/{escaped(key)}"
        for index, transform in enumerate(config.get("binding", {}).get("transforms", [])):
            if transform.get("type") == "script":
                place = f"{at}/binding/transforms/{index}/code"
                yield Script(owner.file, place, transform.get("code", ""), TRANSFORM, owner)
        change = config.get("onChange", {})
        if change.get("script"):
            yield Script(owner.file, f"{at}/onChange/script", change["script"], CHANGE, owner)
    for at, action in actions(owner):
        if action.get("type") == "script":
            source = action.get("config", {}).get("script", "")
            yield Script(owner.file, f"{at}/config/script", source, ACTION, owner)
    if isinstance(owner, Component):
        yield from _own_scripts(owner)


def actions(owner: Owner) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give (pointer, action) of every action of every event."""
    if isinstance(owner, Session):
        return
    for kind, events in owner.node.get("events", {}).items():
        for name, found in events.items():
            at = f"{owner.pointer}/events/{escaped(kind)}/{escaped(name)}"
            if isinstance(found, list):
                yield from ((f"{at}/{index}", one) for index, one in enumerate(found))
            else:
                yield at, found


def _own_scripts(component: Component) -> Iterator[Script]:
    scripts = component.node.get("scripts", {})
    at = f"{component.pointer}/scripts"
    for index, method in enumerate(scripts.get("customMethods") or []):
        names = ", ".join(["self", *method.get("params", [])])
        header = f"def {method.get('name', 'method')}({names}):"
        place = f"{at}/customMethods/{index}/script"
        yield Script(component.file, place, method.get("script", ""), header, component)
    for index, handler in enumerate(scripts.get("messageHandlers") or []):
        place = f"{at}/messageHandlers/{index}/script"
        yield Script(component.file, place, handler.get("script", ""), MESSAGE, component)


def _tags(node: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(node, dict):
        return
    yield at, node
    for index, child in enumerate(node.get("tags", [])):
        yield from _tags(child, f"{at}/tags/{index}")
