"""What the event scripts of views do: run in Jython on the properties of a rendered page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ignition_preview.instances import Component, View
from ignition_preview.problems import PreviewProblem

SCANNER = "ia.input.barcodescannerinput"
SCANNED = "4711-ANNA"
SHOWN_OF_SESSION = ("custom", "props")
SHOWN_OF_VIEW = ("custom", "params", "props")
SHOWN_OF_COMPONENT = ("custom", "meta", "props")


@dataclass(frozen=True)
class Outcome:
    """What a script did, in its order."""

    writes: dict[str, Any]
    """Properties by their paths, from ``self``, ``view``, ``session`` or ``page``."""

    calls: list[tuple[str, list[Any], dict[str, Any]]]
    """Functions of system.perspective with positional and named arguments."""

    commands: list[dict[str, Any]]
    """Commands as the gateway gets them: command, user, roles, body."""


def press(component: Component) -> list[Outcome]:
    """Do what a touch of a component does, or a scan with a scanner; raises PreviewProblem."""
    seen = _seen(component)
    if component.type == SCANNER:
        seen["self"]["props"] = seen["self"]["props"] | {"data": [SCANNED]}
    try:
        return [_run(component.view, code, {"event": {}}, seen) for code in component.touch_scripts]
    except PreviewProblem as problem:
        raise problem.placed(component.place, "its event script") from problem


def start_up(view: View) -> dict[str, Any]:
    """Run the startup script of a view; return what it sets, by paths inside the view."""
    if not view.startup_script:
        return {}
    try:
        return _sets(view, view.startup_script, {"event": {}})
    except PreviewProblem as problem:
        raise problem.placed(view.path, "its startup script") from problem


def first_changes(view: View) -> dict[str, Any]:
    """Run what a view does when its bindings give their first values; return what that sets."""
    sets: dict[str, Any] = {}
    for path in sorted(view.bound & set(view.change_scripts)):
        sets |= change(view, path, None, "Binding")
    return sets


def change(view: View, path: str, previous: Any, origin: str = "Script") -> dict[str, Any]:
    """Run what a view does when one of its properties has changed; return what that sets."""
    given = {
        "currentValue": {"$qualified": view.properties.read(path)},
        "missedEvents": False,
        "origin": origin,
        "previousValue": {"$qualified": previous},
    }
    try:
        return _sets(view, view.change_scripts[path], given)
    except PreviewProblem as problem:
        raise problem.placed(view.path, f"the change script of {path}") from problem


def hear(component: Component, message: str, payload: Any) -> Outcome:
    """Run the message handler of a component."""
    code = component.message_scripts[message]
    try:
        return _run(component.view, code, {"payload": payload}, _seen(component))
    except PreviewProblem as problem:
        raise problem.placed(component.place, f"its handler of {message}") from problem


def _sets(view: View, code: str, given: dict[str, Any]) -> dict[str, Any]:
    seen = {"self": _properties(view, SHOWN_OF_VIEW), **_surroundings(view)}
    writes = _run(view, code, given, seen).writes
    return {path.removeprefix("self."): value for path, value in writes.items()}


def _run(view: View, code: str, given: dict[str, Any], seen: dict[str, Any]) -> Outcome:
    scripts = view.session.binder.surroundings.scripts
    done = scripts.run_action(code, given, seen)
    calls = [(name, arguments, named) for name, arguments, named in done["calls"]]
    return Outcome(dict(done["writes"]), calls, done["commands"])


def _seen(component: Component) -> dict[str, Any]:
    return {
        "self": _properties(component, SHOWN_OF_COMPONENT),
        "view": _properties(component.view, SHOWN_OF_VIEW),
        **_surroundings(component.view),
    }


def _properties(owner: Component | View, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: owner.properties.get(name, {}) for name in names}


def _surroundings(view: View) -> dict[str, Any]:
    session = view.session
    return {
        "session": {name: session.properties.get(name, {}) for name in SHOWN_OF_SESSION},
        "page": {"props": session.page.get("props", {})},
    }
