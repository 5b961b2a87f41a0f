"""Whether a property that a binding or a script names exists: of a component, view, session."""

from __future__ import annotations

from typing import Any

from ignition_check import flows, shapes
from ignition_check.findings import one_of
from ignition_check.paths import Path, steps_of
from ignition_check.project import Component, Owner, Project, Session, View
from ignition_check.tables import COMPONENT_PROPS, names


def shown(steps: Path) -> str:
    """Return steps as text."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def missing(project: Project, owner: Owner | None, steps: Path) -> tuple[str, str] | None:
    """Return (fault, remedy) when an owner has no property at ``scope.name…``, else None.

    No owner stands for the page.
    """
    if not steps:
        return None
    scope, rest = str(steps[0]), steps[1:]
    known = _scopes(owner)
    if scope not in known:
        return f"{_name(owner)} has no {scope}", one_of(known)
    if not rest:
        return None
    built_in = _built_in(owner, scope)
    if built_in is not None and rest[0] in built_in:
        return _missing_in_session(rest) if isinstance(owner, Session) else None
    if owner is None or (isinstance(owner, Session) and scope == "props"):
        return f"{_name(owner)} has no {shown(steps)}", one_of(built_in or ())
    return _missing_in_node(project, owner, steps, built_in or frozenset())


def _missing_in_session(rest: Path) -> tuple[str, str] | None:
    for at, known in ((("auth",), names("auth_props")), (("auth", "user"), names("user_props"))):
        name = rest[len(at) : len(at) + 1]
        if rest[: len(at)] == at and name and name[0] not in known:
            return f"the session has no props.{shown(rest)}", one_of(known)
    return None


def _missing_in_node(
    project: Project, owner: Owner, steps: Path, built_in: frozenset[str]
) -> tuple[str, str] | None:
    for key in owner.node.get("propConfig", {}):
        declared = steps_of(key) or ()
        if declared[: len(steps)] == steps:
            return None
        if steps[: len(declared)] == declared:
            return _missing_in_value(project, owner, steps, len(declared))
    value: Any = owner.node
    for index, step in enumerate(steps):
        is_filled_later = index > 1 and (value is None or value in ({}, []))
        if is_filled_later:
            return _missing_in_value(project, owner, steps, 2)
        if not has_step(value, step):
            there = value if isinstance(value, dict) and index else ()
            problem = f"{_name(owner)} has no {shown(steps)}"
            return problem, one_of({*there, *(built_in if index == 1 else ())})
        value = value[step]
    return None


def _missing_in_value(
    project: Project, owner: Owner, steps: Path, count: int
) -> tuple[str, str] | None:
    """Look into what the property of the first ``count`` steps is bound to or handed."""
    lacking = shapes.missing(flows.shape_at(project, owner, steps[:count]), steps[count:])
    if lacking is None:
        return None
    return f"what {shown(steps[:count])} gets has no {lacking[0]}", one_of(lacking[1])


def has_step(value: Any, step: str | int) -> bool:
    """Tell whether a JSON value has an element of this name or number."""
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _name(owner: Owner | None) -> str:
    if owner is None:
        return "the page"
    if isinstance(owner, Session):
        return "the session"
    return "the view" if isinstance(owner, View) else f'the component "{owner.name}"'


def _scopes(owner: Owner | None) -> frozenset[str]:
    if owner is None:
        return frozenset({"props"})
    if isinstance(owner, Session):
        return frozenset({"props", "custom"})
    if isinstance(owner, View):
        return frozenset({"props", "custom", "params"})
    return frozenset({"props", "custom", "meta", "position"})


def _built_in(owner: Owner | None, scope: str) -> frozenset[str] | None:
    """Return the names that Ignition itself gives a scope; None where it gives none."""
    if owner is None:
        return names("page_props")
    if isinstance(owner, Session):
        return names("session_props") if scope == "props" else None
    if isinstance(owner, View):
        return names("view_props") if scope == "props" else None
    if scope == "meta":
        return names("meta_props")
    if scope == "position":
        return names("position_props")
    return (
        COMPONENT_PROPS.get(owner.node.get("type", ""), frozenset()) if scope == "props" else None
    )


def component_at(project: Project, start: Component | View, address: str) -> Component | str:
    """Return the component at ``/root/A/B``, ``../B`` or ``./B``; else the name that is missing.

    One dot is the component itself, two its parent, each further dot one level up.
    """
    names = address.split("/")
    first = names.pop(0)
    view = start if isinstance(start, View) else start.view
    if first == "":
        if not names or names.pop(0) != "root":
            return "root"
        component: Component | None = view.root
    else:
        component = start if isinstance(start, Component) else view.root
        for _ in range(len(first) - 1):
            component = component.parent if component else None
        if component is None:
            return first
    for name in names:
        assert component is not None
        below = component.child(name)
        if below is None:
            return name
        component = below
    assert component is not None
    return component
