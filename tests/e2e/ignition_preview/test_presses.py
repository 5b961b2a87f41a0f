"""Every button that a page shows is pressed once: its script runs and does what can be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.ignition_preview.commands import command_faults
from e2e.ignition_preview.conftest import PAGES
from ignition_preview.actions import Outcome, press
from ignition_preview.instances import Component
from ignition_preview.pages import Album, Page, Preview
from ignition_preview.project import Project

SHOWN = Album.read(PAGES).pages
SESSION_PROPS = {"session.props.locale", "session.props.theme"}


@pytest.mark.parametrize("page", SHOWN, ids=[page.name for page in SHOWN])
def test_every_button_does_what_can_be_done(page: Page, preview: Preview) -> None:
    preview.html(page, page.sizes[0])
    pressed = {control.place: control for control in preview.controls}
    faults = [
        f"{place}: {fault}"
        for place, control in pressed.items()
        for outcome in press(control)
        for fault in faults_of(outcome, control, preview.project)
    ]
    assert faults == []


def faults_of(outcome: Outcome, control: Component, project: Project) -> Iterator[str]:
    for path in outcome.writes:
        if not is_declared(path, control, project):
            yield f"sets {path}, which nothing declares"
    for name, positional, named in outcome.calls:
        yield from CALLS[name](project, *positional, **named)
    for command in outcome.commands:
        yield from command_faults(command)


def is_declared(path: str, control: Component, project: Project) -> bool:
    owner, kind, name = re.split(r"[.\[]", path)[:3]
    if owner == "self":
        return kind == "props"
    content = project.session_props if owner == "session" else project.view(control.view.path)
    declared = set(content.get(kind, {}))
    declared |= {key.split(".")[1] for key in content["propConfig"] if key.startswith(kind + ".")}
    return name in declared or path in SESSION_PROPS


# -- what scripts may ask of system.perspective


def navigate_faults(project: Project, page: str = "") -> Iterator[str]:
    patterns = [re.sub(r":\w+", "[^/]+", url) for url in project.page_config["pages"]]
    if not any(re.fullmatch(pattern, page) for pattern in patterns):
        yield f"goes to {page!r}, which page-config does not have"


def popup_faults(
    project: Project, popup_id: str, view: str, params: Any = None, **_: Any
) -> Iterator[str]:
    if view not in project.view_paths():
        yield f"opens {view!r}, which is no view"
        return
    unknown = set(params or {}) - set(project.view(view).get("params", {}))
    if unknown:
        yield f"opens {view} with {sorted(unknown)}, which it does not know"


def message_faults(
    project: Project, message: str, payload: Any = None, scope: str = "page", **_: Any
) -> Iterator[str]:
    if message not in {name for path in project.view_paths() for name in handlers(project, path)}:
        yield f"sends {message!r}, which nobody handles"


def handlers(project: Project, path: str) -> Iterator[str]:
    waiting = [project.view(path)["root"]]
    while waiting:
        component = waiting.pop()
        waiting += component.get("children", [])
        for handler in (component.get("scripts") or {}).get("messageHandlers") or ():
            yield handler["messageType"]


def dock_faults(project: Project, dock_id: str) -> Iterator[str]:
    docks = project.page_config["sharedDocks"]
    sides = [docks.get(side, []) for side in ("top", "left", "right", "bottom")]
    if dock_id not in {dock["id"] for side in sides for dock in side}:
        yield f"moves the dock {dock_id!r}, which does not exist"


def no_faults(project: Project, *_: Any, **__: Any) -> Iterator[str]:
    yield from ()


CALLS: dict[str, Any] = {
    "closeDock": dock_faults,
    "closePopup": no_faults,
    "navigate": navigate_faults,
    "openDock": dock_faults,
    "openPopup": popup_faults,
    "sendMessage": message_faults,
    "toggleDock": dock_faults,
}
