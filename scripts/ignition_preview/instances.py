"""Views and components as they come to life: a tree of instances with their own properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ignition_preview.bindings import Binder, Owner
from ignition_preview.problems import PreviewProblem
from ignition_preview.properties import MissingProperty, Properties

VIEW_KEYS = {"custom", "events", "params", "permissions", "propConfig", "props", "root"}
COMPONENT_KEYS = {
    "children",
    "custom",
    "events",
    "meta",
    "position",
    "propConfig",
    "props",
    "scripts",
    "type",
}
META_KEYS = {"name", "tooltip", "visible"}
_RELATIVE = re.compile(r"^(?P<dots>\.{1,})/(?P<names>[^.\[]*)\.(?P<rest>.+)$")
_ABSOLUTE = re.compile(r"^/root(?P<names>[^.\[]*)\.(?P<rest>.+)$")


class Placed(Owner, Protocol):
    """An owner of bindings that can say where it stands."""

    @property
    def place(self) -> str:
        """Where the bindings stand."""
        ...


class Session:
    """The session and page of the person who looks at the screen."""

    place = "session-props"

    def __init__(self, binder: Binder, session: Mapping[str, Any], page: Mapping[str, Any]) -> None:
        """``session`` has ``custom``, ``props`` and ``propConfig`` like session-props."""
        self.binder = binder
        config = {
            path: entry for path, entry in session["propConfig"].items() if "binding" in entry
        }
        values = {"custom": session["custom"], "props": session["props"]}
        self.properties = Properties(
            self.place, values, config, lambda path, at: _evaluated(binder, self, path, at)
        )
        self.page = Properties("page", dict(page), {}, lambda _path, _binding: None)

    def resolve(self, path: str) -> Any:
        """Return a property of the session or of the page."""
        scope, _, rest = path.partition(".")
        if scope == "session":
            return self.properties.read(rest)
        if scope == "page":
            return self.page.read(rest)
        raise MissingProperty(f'the reference "{path}" is not understood here')


@dataclass(frozen=True)
class Embedding:
    """Where a view is shown: a place of the page, or a component of the view around it."""

    place: str
    holder: Component | None = None

    @property
    def key(self) -> str:
        """A name that no other view instance on the page has."""
        if self.holder is None:
            return self.place
        return f"{self.holder.view.where.key} > {self.holder.path}{self.place}"


class View:
    """One instance of a view with its parameters."""

    def __init__(
        self,
        path: str,
        content: dict[str, Any],
        params: Mapping[str, Any],
        session: Session,
        where: Embedding,
    ) -> None:
        """Raises PreviewProblem when a parameter is passed that the view does not have."""
        _check_keys(content, VIEW_KEYS, path)
        declared = content.get("params", {})
        unknown = sorted(set(params) - set(declared))
        if unknown:
            raise PreviewProblem(f"the view {path} has no parameter {', '.join(unknown)}")
        self.path = path
        self.session = session
        self.where = where
        values = {
            "custom": content.get("custom", {}),
            "params": {**declared, **params},
            "props": content.get("props", {}),
        }
        self.properties = Properties(path, values, content.get("propConfig", {}), self._evaluate)
        startup = content.get("events", {}).get("system", {}).get("onStartup")
        self.startup_script = "\n".join(_scripts(startup))
        config = content.get("propConfig", {})
        self.change_scripts = {
            path: entry["onChange"]["script"]
            for path, entry in config.items()
            if "onChange" in entry
        }
        self.bound = {path for path, entry in config.items() if "binding" in entry}
        self.root = Component(self, content["root"], None)

    def resolve(self, path: str) -> Any:
        """Return what a reference in a binding of the view itself means."""
        if path.startswith("view."):
            return self.properties.read(path.removeprefix("view."))
        if path.startswith("this."):
            return self.properties.read(path.removeprefix("this."))
        if match := _ABSOLUTE.match(path):
            return self.root.descendant(match["names"], path).properties.read(match["rest"])
        return self.session.resolve(path)

    @property
    def place(self) -> str:
        """Where the view's own properties stand."""
        return self.path

    def _evaluate(self, path: str, binding: dict[str, Any]) -> Any:
        return _evaluated(self.session.binder, self, path, binding)


class Component:
    """One component of a view instance."""

    def __init__(self, view: View, content: dict[str, Any], parent: Component | None) -> None:
        meta = content.get("meta", {})
        self.view = view
        self.parent = parent
        self.name: str = meta.get("name", "")
        _check_keys(content, COMPONENT_KEYS, self.place)
        _check_keys(meta, META_KEYS, self.place, "meta.")
        self.type: str = content["type"]
        events = content.get("events", {})
        self.is_touched = "onClick" in events.get("dom", {})
        self.has_touched_rows = "onRowClick" in events.get("component", {})
        self.touch_scripts = [
            *_scripts(events.get("dom", {}).get("onClick")),
            *_scripts(events.get("component", {}).get("onActionPerformed")),
        ]
        handlers = (content.get("scripts") or {}).get("messageHandlers") or ()
        self.message_scripts = {each["messageType"]: each["script"] for each in handlers}
        self.two_way = _two_way(content.get("propConfig", {}))
        names = {key: content.get(key, {}) for key in ("custom", "position", "props")}
        config = content.get("propConfig", {})
        self.properties = Properties(self.place, {**names, "meta": meta}, config, self._evaluate)
        self.children = [Component(view, child, self) for child in content.get("children", [])]

    @property
    def path(self) -> str:
        """The names from the root down, as references write them."""
        return f"{self.parent.path}/{self.name}" if self.parent else self.name

    @property
    def place(self) -> str:
        """Where the component stands: view and path."""
        return f"{self.view.path} {self.path}"

    def resolve(self, path: str) -> Any:
        """Return what a reference in a binding of this component means."""
        if path.startswith("this."):
            return self.properties.read(path.removeprefix("this."))
        if path.startswith("parent."):
            return self._ancestor(1, path).properties.read(path.removeprefix("parent."))
        if match := _RELATIVE.match(path):
            start = self._ancestor(len(match["dots"]) - 1, path)
            return start.descendant(match["names"], path).properties.read(match["rest"])
        return self.view.resolve(path)

    def descendant(self, names: str, path: str) -> Component:
        """Return the component that names separated by slashes lead to."""
        found = self
        for name in names.strip("/").split("/") if names.strip("/") else ():
            try:
                found = next(child for child in found.children if child.name == name)
            except StopIteration:
                raise MissingProperty(f'"{path}": there is no component {name}') from None
        return found

    def everything(self) -> Iterator[Component]:
        """Give this component and all below it."""
        yield self
        for child in self.children:
            yield from child.everything()

    def _ancestor(self, steps: int, path: str) -> Component:
        found: Component | None = self
        for _ in range(steps):
            found = found.parent if found else None
        if found is None:
            raise MissingProperty(f'"{path}" leads above the root')
        return found

    def _evaluate(self, path: str, binding: dict[str, Any]) -> Any:
        return _evaluated(self.view.session.binder, self, path, binding)


def _evaluated(binder: Binder, owner: Placed, path: str, binding: dict[str, Any]) -> Any:
    try:
        return binder.evaluate(owner, binding)
    except PreviewProblem as problem:
        raise problem.placed(owner.place, f"binding of {path}") from problem


def _two_way(config: dict[str, Any]) -> dict[str, str]:
    """Return which properties write back, with what they are bound to."""
    bindings = {path: entry["binding"] for path, entry in config.items() if "binding" in entry}
    return {
        path: binding["config"]["path"]
        for path, binding in bindings.items()
        if binding["type"] == "property" and binding["config"].get("bidirectional")
    }


def _scripts(action: Any) -> list[str]:
    """Return the scripts among the actions of an event."""
    actions = action if isinstance(action, list) else [action] if action else []
    return [each["config"]["script"] for each in actions if each["type"] == "script"]


def _check_keys(content: Mapping[str, Any], known: set[str], place: str, prefix: str = "") -> None:
    unknown = ", ".join(prefix + name for name in sorted(set(content) - known))
    if unknown:
        raise PreviewProblem(f"the preview does not know {unknown}").placed(place)
