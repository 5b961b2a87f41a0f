"""Where views lead: pages, docks, embedded views, pop-ups, and the parameters handed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ignition_check import flows, shapes
from ignition_check.findings import Finding, escaped, one_of
from ignition_check.project import PERSPECTIVE, Component, Owner, Project, strings
from ignition_check.scripts import actions

CONFIG = f"{PERSPECTIVE}/page-config/config.json"
DOCK_SIDES = ("top", "bottom", "left", "right")
REPEATERS = frozenset({"ia.display.flex-repeater", "ia.display.viewcanvas"})
INSTANCE_KEYS = frozenset({"instancePosition", "instanceStyle"})
POPUP_OPENERS = frozenset({"open", "toggle"})


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with everything that names a view, a page, a dock or a pop-up."""
    yield from _pages(project)
    for owner in project.owners:
        if isinstance(owner, Component):
            yield from _component(project, owner)
        yield from _actions(project, owner)


def view_refusal(project: Project, path: str) -> tuple[str, str] | None:
    """Return (fault, remedy) when there is no view of this path."""
    if path in project.views:
        return None
    return f'there is no view "{path}"', one_of(project.views)


def page_refusal(project: Project, page: str) -> tuple[str, str] | None:
    """Return (fault, remedy) when no page has this address; ``:name`` stands for a parameter."""
    pages = project.page_config.get("pages", {})
    wanted = page.partition("?")[0].strip("/").split("/")
    for known in pages:
        parts = known.strip("/").split("/")
        pairs = zip(parts, wanted, strict=False)
        if len(parts) == len(wanted) and all(a == b or a[:1] == ":" for a, b in pairs):
            return None
    return f'there is no page "{page}"', one_of(pages)


def dock_ids(project: Project) -> set[str]:
    """Return the names of all docks."""
    return {str(dock.get("id")) for _, dock in _docks(project.page_config)}


def popup_ids(project: Project) -> set[str]:
    """Return the names of the pop-ups that actions open; scripts add theirs."""
    return {
        str(action["config"].get("id"))
        for owner in project.owners
        for _, action in actions(owner)
        if action.get("type") == "popup" and action.get("config", {}).get("type") in POPUP_OPENERS
    }


def _pages(project: Project) -> Iterator[Finding]:
    for address, page in project.page_config.get("pages", {}).items():
        at = f"/pages/{escaped(address)}"
        handed = {part[1:]: None for part in address.split("/") if part.startswith(":")}
        yield from _view(project, CONFIG, f"{at}/viewPath", page.get("viewPath"), handed)
    for at, dock in _docks(project.page_config):
        params = dock.get("viewParams") or {}
        yield from _view(project, CONFIG, f"{at}/viewPath", dock.get("viewPath"), params)


def _docks(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    places = [("/sharedDocks", config.get("sharedDocks", {}))]
    for address, page in config.get("pages", {}).items():
        places.append((f"/pages/{escaped(address)}/docks", page.get("docks", {})))
    for at, docks in places:
        for side in DOCK_SIDES:
            for index, dock in enumerate(docks.get(side, [])):
                yield f"{at}/{side}/{index}", dock


def _view(
    project: Project, file: str, at: str, path: object, params: dict[str, Any]
) -> Iterator[Finding]:
    """Check a view's path, and that it has the parameters that are handed to it."""
    fault = view_refusal(project, str(path))
    if fault is not None:
        yield Finding(file, at, *fault)
        return
    known = project.views[str(path)].params
    for name in params:
        if name not in known:
            problem = f'the view "{path}" has no parameter {name}'
            yield Finding(file, at, problem, one_of(known))


def _component(project: Project, component: Component) -> Iterator[Finding]:
    kind = component.node.get("type", "")
    props = component.node.get("props", {})
    at = f"{component.pointer}/props"
    if kind == flows.EMBEDDED or kind in REPEATERS:
        yield from _embedded(project, component, kind, props, at)
    if kind == "ia.display.table":
        for index, column in enumerate(props.get("columns", [])):
            if column.get("render") == "view":
                place = f"{at}/columns/{index}/viewPath"
                params = column.get("viewParams") or {}
                yield from _view(project, component.file, place, column.get("viewPath"), params)
    for place, key, text in strings(props, at):
        is_link = key in ("url", "target") and text.startswith("/")
        fault = page_refusal(project, text) if is_link else None
        if fault is not None:
            yield Finding(component.file, place, *fault)


def _embedded(
    project: Project, component: Component, kind: str, props: dict[str, Any], at: str
) -> Iterator[Finding]:
    path = props.get("path")
    bound = component.node.get("propConfig", {})
    if not path:
        if "props.path" not in bound:
            yield Finding(component.file, f"{at}/path", "shows no view", one_of(project.views))
        return
    given = dict(props.get("params", {})) if kind == flows.EMBEDDED else {}
    given |= {key.split(".")[2]: None for key in bound if key.startswith("props.params.")}
    for instance in props.get("instances", []) if kind in REPEATERS else []:
        given |= {key: None for key in instance if not key.startswith("instance")}
    yield from _view(project, component.file, f"{at}/path", path, given)
    yield from _bound_params(project, component, kind, str(path))


def _bound_params(
    project: Project, component: Component, kind: str, path: str
) -> Iterator[Finding]:
    """Rows that a function gives to a repeater have no keys but the view's parameters."""
    name = "props.params" if kind == flows.EMBEDDED else "props.instances"
    binding = component.node.get("propConfig", {}).get(name, {}).get("binding", {})
    shape = flows.shape_of_binding(project, component, binding)
    if isinstance(shape, shapes.Rows):
        shape = shape.element
    if not isinstance(shape, shapes.Record) or path not in project.views:
        return
    known = project.views[path].params
    for key in sorted(shape.keys - known - INSTANCE_KEYS):
        problem = f'the view "{path}" has no parameter {key}, which every row carries'
        yield Finding(
            component.file, f"{component.pointer}/propConfig/{name}", problem, one_of(known)
        )


def _actions(project: Project, owner: Owner) -> Iterator[Finding]:
    for at, action in actions(owner):
        config = action.get("config", {})
        kind = action.get("type")
        if kind == "popup" and config.get("type") in POPUP_OPENERS:
            params = config.get("viewParams") or {}
            place = f"{at}/config/viewPath"
            yield from _view(project, owner.file, place, config.get("viewPath"), params)
        elif kind == "nav":
            yield from _nav(project, owner.file, f"{at}/config", config)
        elif kind == "dock" and str(config.get("id")) not in dock_ids(project):
            problem = f"there is no dock {config.get('id')}"
            yield Finding(owner.file, f"{at}/config/id", problem, one_of(dock_ids(project)))


def _nav(project: Project, file: str, at: str, config: dict[str, Any]) -> Iterator[Finding]:
    page = str(config.get("page") or "")
    if page:
        fault = page_refusal(project, page)
        if fault is not None:
            yield Finding(file, f"{at}/page", *fault)
    elif config.get("view"):
        yield from _view(project, file, f"{at}/view", config["view"], config.get("params") or {})
