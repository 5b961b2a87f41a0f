"""What the event scripts of views do: run in Jython on the properties of a rendered page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ignition_preview.instances import Component, View
from ignition_preview.problems import PreviewProblem

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
    """Do what a touch of a component does; raises PreviewProblem with the component's place."""
    seen = {
        "self": _properties(component, SHOWN_OF_COMPONENT),
        "view": _properties(component.view, SHOWN_OF_VIEW),
        **_surroundings(component.view),
    }
    try:
        return [_run(component.view, code, seen) for code in component.touch_scripts]
    except PreviewProblem as problem:
        raise problem.placed(component.place, "its event script") from problem


def start_up(view: View) -> dict[str, Any]:
    """Run the startup script of a view; return what it sets, by paths inside the view."""
    if not view.startup_script:
        return {}
    seen = {"self": _properties(view, SHOWN_OF_VIEW), **_surroundings(view)}
    try:
        outcome = _run(view, view.startup_script, seen)
    except PreviewProblem as problem:
        raise problem.placed(view.path, "its startup script") from problem
    return {path.removeprefix("self."): value for path, value in outcome.writes.items()}


def _run(view: View, code: str, seen: dict[str, Any]) -> Outcome:
    scripts = view.session.binder.surroundings.scripts
    done = scripts.run_action(code, {}, seen)
    calls = [(name, arguments, named) for name, arguments, named in done["calls"]]
    return Outcome(dict(done["writes"]), calls, done["commands"])


def _properties(owner: Component | View, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: owner.properties.get(name, {}) for name in names}


def _surroundings(view: View) -> dict[str, Any]:
    session = view.session
    return {
        "session": {name: session.properties.get(name, {}) for name in SHOWN_OF_SESSION},
        "page": {"props": session.page.get("props", {})},
    }
