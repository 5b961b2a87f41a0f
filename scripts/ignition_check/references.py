"""Where a reference of a binding leads: ``{view.custom.rows}``, ``{../A.props.text}``."""

from __future__ import annotations

from ignition_check.findings import one_of
from ignition_check.paths import steps_of
from ignition_check.project import Component, Owner, Project, Session, View
from ignition_check.properties import component_at, missing

VALUE_NAMES = frozenset({"value", "quality", "timestamp"})
"""What a transform can refer to besides properties."""


def refusal(
    project: Project, owner: Owner, reference: str, *, in_transform: bool = False
) -> tuple[str, str] | None:
    """Return (fault, remedy) of a reference to a property that does not exist, else None."""
    if in_transform and reference.split(".")[0] in VALUE_NAMES:
        return None
    if reference.startswith(("/", ".")):
        return _of_component(project, owner, reference)
    steps = steps_of(reference)
    if steps is None or len(steps) < 2:
        return f'"{reference}" is no property', "a path such as view.custom.name is wanted"
    root, rest = steps[0], steps[1:]
    if root == "session":
        return missing(project, project.session, rest)
    if root == "page":
        return missing(project, None, rest)
    if root == "view":
        if isinstance(owner, Session):
            return "the session has no view", "known: session"
        return missing(project, owner if isinstance(owner, View) else owner.view, rest)
    if root == "this":
        return missing(project, owner, rest)
    if root == "parent" and isinstance(owner, Component):
        component: Component | None = owner.parent
        while rest and rest[0] == "parent" and component is not None:
            component, rest = component.parent, rest[1:]
        if component is None:
            return f'"{reference}" leads above the root', "a component of this view is wanted"
        return missing(project, component, rest)
    return (
        f'"{reference}" begins with {root}',
        "session, page, view, this, parent, a component or a tag is wanted",
    )


def _of_component(project: Project, owner: Owner, reference: str) -> tuple[str, str] | None:
    if isinstance(owner, Session):
        return "the session has no components", "known: session"
    head, slash, last = reference.rpartition("/")
    name, _, property_path = last.partition(".")
    found = component_at(project, owner, f"{head}{slash}{name}".removesuffix("/"))
    if isinstance(found, str):
        view = owner if isinstance(owner, View) else owner.view
        names = {one.name for one in view.root.all()}
        return f'"{reference}": there is no component "{found}"', one_of(names)
    steps = steps_of(property_path)
    if not steps:
        return f'"{reference}" names no property', "a path such as props.text is wanted"
    return missing(project, found, steps)
