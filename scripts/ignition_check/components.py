"""Components: their names, their keys, and the properties that bindings and events stand on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ignition_check.findings import Finding, escaped, one_of
from ignition_check.paths import steps_of
from ignition_check.project import Component, Project, Session, View
from ignition_check.properties import has_step
from ignition_check.tables import names


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with the build of views and components."""
    for view in project.views.values():
        for key in view.node:
            if key not in names("view_keys"):
                yield Finding(
                    view.file, f"/{escaped(key)}", "is no key of a view", one_of(names("view_keys"))
                )
        yield from _config(view)
        yield from _events(view)
        if view.root.name != "root":
            yield Finding(view.file, "/root/meta/name", "is not root", '"root" is wanted')
        for component in view.root.all():
            yield from _component(component)
    yield from _config(project.session)


def _component(component: Component) -> Iterator[Finding]:
    file, at = component.file, component.pointer
    for key in component.node:
        if key not in names("component_keys"):
            yield Finding(
                file,
                f"{at}/{escaped(key)}",
                "is no key of a component",
                one_of(names("component_keys")),
            )
    if not component.node.get("type"):
        yield Finding(file, f"{at}/type", "is missing", "every component has a type")
    if not component.name:
        yield Finding(file, f"{at}/meta/name", "is missing", "every component has a name")
    taken = [one.name for one in component.children]
    for child in component.children:
        if child.name and taken.count(child.name) > 1:
            problem = f'two siblings are called "{child.name}"'
            yield Finding(file, f"{child.pointer}/meta/name", problem, "another name is wanted")
    yield from _config(component)
    yield from _events(component)


def _config(owner: Component | View | Session) -> Iterator[Finding]:
    """A binding on an element of a list needs that element; a name in propConfig a scope."""
    scopes = {"custom", "params", "props", "meta", "position"}
    for key, config in owner.node.get("propConfig", {}).items():
        at = f"{owner.pointer}/propConfig/{escaped(key)}"
        steps = steps_of(key) or ("",)
        if steps[0] not in scopes or len(steps) < 2:
            yield Finding(owner.file, at, f'"{key}" is no property', one_of(scopes))
        for name in config:
            if name not in names("config_keys"):
                place = f"{at}/{escaped(name)}"
                yield Finding(
                    owner.file, place, "is no key of propConfig", one_of(names("config_keys"))
                )
        value: Any = owner.node
        for step in steps:
            if isinstance(step, int) and isinstance(value, list) and step >= len(value):
                problem = f'"{key}" stands on an element that does not exist'
                yield Finding(owner.file, at, problem, f"there are {len(value)}")
            if not has_step(value, step):
                break
            value = value[step]


def _events(owner: Component | View) -> Iterator[Finding]:
    for kind, events in owner.node.get("events", {}).items():
        at = f"{owner.pointer}/events/{escaped(kind)}"
        if kind not in names("event_kinds"):
            yield Finding(
                owner.file, at, f"there are no {kind} events", one_of(names("event_kinds"))
            )
            continue
        for name, found in events.items():
            for one in found if isinstance(found, list) else [found]:
                action = one.get("type")
                if action not in names("action_types"):
                    problem = f"there is no action {action}"
                    yield Finding(
                        owner.file,
                        f"{at}/{escaped(name)}",
                        problem,
                        one_of(names("action_types"), 20),
                    )
