"""What a script reaches from ``self``: components, views, the session and their properties."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ignition_check.findings import one_of
from ignition_check.library import tree_of
from ignition_check.project import Component, Owner, Project, Session, View
from ignition_check.properties import missing
from ignition_check.tables import names
from ignition_check.uses import dotted_parts


@dataclass(frozen=True)
class Page:
    """The page, of which only its own properties are known."""


Place = Owner | Page


def refusals(project: Project, owner: Owner, text: str) -> Iterator[tuple[int, str, str]]:
    """Give (line, fault, remedy) of everything reached from ``self`` that does not exist."""
    for line, links in _chains(text):
        fault = _follow(project, owner, links)
        if fault is not None:
            yield line, *fault


@lru_cache(maxsize=2048)
def _chains(text: str) -> tuple[tuple[int, list[ast.expr]], ...]:
    """Return (line, links) of every chain of names, elements and calls that begins with self."""
    tree = tree_of(text)
    found: list[tuple[int, list[ast.expr]]] = []
    inside: set[int] = set()
    for node in [] if isinstance(tree, SyntaxError) else ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Call) and id(node) not in inside:
            root, links = dotted_parts(node)
            inside.update(id(link) for link in links)
            if isinstance(root, ast.Name) and root.id == "self":
                found.append((node.lineno, links))
    return tuple(found)


def _follow(project: Project, owner: Owner, links: list[ast.expr]) -> tuple[str, str] | None:
    place: Place = owner
    index = 0
    while index < len(links):
        link = links[index]
        if not isinstance(link, ast.Attribute):
            return None
        call = links[index + 1] if index + 1 < len(links) else None
        call = call if isinstance(call, ast.Call) else None
        step = _step(project, place, link.attr, call)
        if isinstance(step, tuple):
            return step
        if step == "property":
            return _property(project, place, links[index:])
        if step is None:
            return None
        place = step  # type: ignore[assignment]
        index += 1 if call is None else 2
    return None


def _step(
    project: Project, place: Place, name: str, call: ast.Call | None
) -> Place | tuple[str, str] | str | None:
    """Go one step: to a place, to a property, to something unknown (None), or to a fault."""
    if name in ("props", "custom", "params", "meta", "position"):
        return "property"
    if name == "refreshBinding" and call is not None and not isinstance(place, Page):
        return _refreshed(place, call)
    if isinstance(place, Page | Session):
        return None
    if name == "session":
        return project.session
    if name == "page":
        return Page()
    if isinstance(place, View):
        if name == "rootContainer":
            return place.root
        return None if name in names("view_own") else _unknown("the view", name, names("view_own"))
    return _step_from_component(place, name, call)


def _step_from_component(
    place: Component, name: str, call: ast.Call | None
) -> Place | tuple[str, str] | None:
    if name == "view":
        return place.view
    if name in ("parent", "getParent"):
        return place.parent or ("the root container has no parent", "a component in it is wanted")
    if name in ("getSibling", "getChild") and call is not None:
        base = place.parent if name == "getSibling" else place
        wanted = call.args[0] if call.args else None
        if base is None or not isinstance(wanted, ast.Constant):
            return None
        there = [one.name for one in base.children]
        found = base.child(str(wanted.value))
        return found or (f'there is no component "{wanted.value!s}" there', one_of(there))
    methods = (place.node.get("scripts") or {}).get("customMethods") or []
    own = {method.get("name"): method for method in methods}
    if name in own:
        given = 0 if call is None else len(call.args) + len(call.keywords)
        wanted_count = len(own[name].get("params", []))
        if call is not None and given != wanted_count:
            return f"{name} takes {wanted_count} arguments, not {given}", "see customMethods"
        return None
    return (
        None
        if name in names("component_own")
        else _unknown(f'the component "{place.name}"', name, {*names("component_own"), *own})
    )


def _unknown(what: str, name: str, known: object) -> tuple[str, str]:
    return f"{what} has no {name}", one_of(known)


def _refreshed(place: Component | View | Session, call: ast.Call) -> tuple[str, str] | None:
    wanted = call.args[0] if call.args else None
    config = place.node.get("propConfig", {})
    bound = [key for key, one in config.items() if "binding" in one]
    if isinstance(wanted, ast.Constant) and wanted.value not in bound:
        return f'there is no binding on "{wanted.value!s}" to refresh', one_of(bound)
    return None


def _property(project: Project, place: Place, links: list[ast.expr]) -> tuple[str, str] | None:
    steps: list[str | int] = []
    for index, link in enumerate(links):
        following = links[index + 1] if index + 1 < len(links) else None
        if isinstance(link, ast.Attribute) and not isinstance(following, ast.Call):
            steps.append(link.attr)
        elif isinstance(link, ast.Subscript) and isinstance(link.slice, ast.Constant):
            key = link.slice.value
            steps.append(key if isinstance(key, int) else str(key))
        else:
            break
    return missing(project, None if isinstance(place, Page) else place, tuple(steps))
