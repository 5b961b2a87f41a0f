"""Flows: which shape a property has by its binding, or by what other views hand to a view."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ignition_check import shapes
from ignition_check.paths import Path, steps_of
from ignition_check.project import Component, Owner, Project, View

EMBEDDED = "ia.display.view"
DEEPEST = 6
"""How many bindings and views are followed; a circle ends here."""


def shape_at(project: Project, owner: Owner, steps: Path, depth: int = 0) -> shapes.Shape:
    """Return the shape of a property by what it is bound to or, as a parameter, is handed."""
    if depth > DEEPEST:
        return None
    for key, config in owner.node.get("propConfig", {}).items():
        declared = steps_of(key) or ()
        if "binding" in config and declared and steps[: len(declared)] == declared:
            shape = shape_of_binding(project, owner, config["binding"], depth + 1)
            return shapes.below(shape, steps[len(declared) :])
    if isinstance(owner, View) and steps[:1] == ("params",) and len(steps) > 1:
        shape = _of_param(project, owner, str(steps[1]), depth + 1)
        return shapes.below(shape, steps[2:])
    return None


def shape_of_binding(
    project: Project, owner: Owner, binding: dict[str, Any], depth: int = 0
) -> shapes.Shape:
    """Return the shape of what a binding gives: of a function, or of a property bound to one."""
    config = binding.get("config", {})
    if binding.get("transforms"):
        return None
    if binding.get("type") == "expr":
        return shapes.of_expression(project, str(config.get("expression", "")))
    steps = steps_of(str(config.get("path", ""))) or ("",)
    owners: dict[str, Owner] = {"session": project.session, "this": owner}
    if isinstance(owner, Component | View):
        owners["view"] = owner.view if isinstance(owner, Component) else owner
    source = owners.get(str(steps[0]))
    return shape_at(project, source, steps[1:], depth) if source is not None else None


def _of_param(project: Project, view: View, name: str, depth: int) -> shapes.Shape:
    """Return what all components that show the view hand to one of its parameters."""
    users = _users(project).get(view.path, [])
    return shapes.merged([_handed(project, user, name, depth) for user in users])


def _handed(project: Project, user: Component, name: str, depth: int) -> shapes.Shape:
    if user.node.get("type") == EMBEDDED:
        return shape_at(project, user, ("props", "params", name), depth)
    rows = shape_at(project, user, ("props", "instances"), depth)
    return shapes.below(rows, (0, name))


@lru_cache(maxsize=4)
def _users(project: Project) -> dict[str, list[Component]]:
    """Return the components that show each view, where nothing else names it."""
    found: dict[str, list[Component]] = {}
    for owner in project.owners:
        path = owner.node.get("props", {}).get("path") if isinstance(owner, Component) else None
        if isinstance(path, str) and path in project.views and isinstance(owner, Component):
            found.setdefault(path, []).append(owner)
    texts = [project.text(file) for file in project.files if file.endswith((".json", ".py"))]
    alone = {}
    for path, users in found.items():
        named = sum(text.count(f'"{path}"') + text.count(f'\\"{path}\\"') for text in texts)
        if named == len(users):
            alone[path] = users
    return alone
