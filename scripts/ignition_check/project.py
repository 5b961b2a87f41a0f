"""The Ignition project as the checks read it: views, scripts, library, resources, tags."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ignition_check.findings import Finding, escaped
from ignition_check.library import Library

PERSPECTIVE = "com.inductiveautomation.perspective"
LIBRARY = "ignition/script-python"
HIDDEN = (".ruff_cache", "__pycache__")


@dataclass(eq=False)
class Component:
    """One component of a view: its JSON, where it stands, its parent and children."""

    view: View
    parent: Component | None
    node: dict[str, Any]
    pointer: str
    children: list[Component] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name in the component tree; siblings must differ in it."""
        return str(self.node.get("meta", {}).get("name", ""))

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self.view.file

    def child(self, name: str) -> Component | None:
        """Return the child of a name."""
        return next((one for one in self.children if one.name == name), None)

    def all(self) -> Iterator[Component]:
        """Give this component and all below it."""
        yield self
        for one in self.children:
            yield from one.all()


@dataclass(eq=False)
class View:
    """A view: its path as other views name it, and its components."""

    path: str
    file: str
    node: dict[str, Any]

    pointer = ""

    @cached_property
    def root(self) -> Component:
        """The root container."""
        return self._component(None, self.node.get("root", {}), "/root")

    def _component(self, parent: Component | None, node: dict[str, Any], at: str) -> Component:
        component = Component(self, parent, node, at)
        for index, child in enumerate(node.get("children", [])):
            component.children.append(self._component(component, child, f"{at}/children/{index}"))
        return component

    @property
    def params(self) -> set[str]:
        """The names of its parameters."""
        declared = set(self.node.get("params", {}))
        config = self.node.get("propConfig", {})
        return declared | {key.split(".")[1] for key in config if key.startswith("params.")}


@dataclass(eq=False)
class Session:
    """The session's properties (session-props)."""

    file: str
    node: dict[str, Any]

    pointer = ""


Owner = Component | View | Session
"""Whose bindings and scripts these are; ``self`` in a script."""


@dataclass(frozen=True)
class Script:
    """A script: its text, where it stands, and what it is handed.

    A script inside JSON is the body of a function; ``header`` is the line before it.
    """

    file: str
    place: str
    source: str
    header: str = ""
    owner: Owner | None = None

    def line(self, number: int) -> str:
        """Return the place of a line of the parsed text."""
        if self.place:
            return f"{self.place} line {number - 1}" if self.header else f"{self.place} {number}"
        return f"line {number}"

    @property
    def text(self) -> str:
        """The whole text to be parsed."""
        return f"{self.header}\n{self.source}\n" if self.header else self.source


class Project:
    """A project folder, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unreadable: list[Finding] = []
        self._texts: dict[str, str] = {}

    @cached_property
    def files(self) -> list[str]:
        """All files, relative to the folder."""
        found: list[str] = []
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in HIDDEN]
            below = Path(folder).relative_to(self.folder).as_posix()
            prefix = "" if below == "." else f"{below}/"
            found.extend(f"{prefix}{name}" for name in names)
        return sorted(found)

    def text(self, file: str) -> str:
        """Return the content of a file."""
        if file not in self._texts:
            self._texts[file] = (self.folder / file).read_text(encoding="utf-8")
        return self._texts[file]

    def json(self, file: str) -> Any:
        """Return the parsed content of a file; an empty object when it cannot be read."""
        try:
            return _parsed(self.text(file))
        except (ValueError, OSError) as problem:
            finding = Finding(file, "/", f"cannot be read: {problem}", "JSON in UTF-8 is wanted")
            if finding not in self.unreadable:
                self.unreadable.append(finding)
            return {}

    def below(self, folder: str, name: str) -> list[tuple[str, str]]:
        """Return (path below the folder, file) of every resource that has a file of this name."""
        start, end = f"{folder}/", f"/{name}"
        return [
            (file[len(start) : -len(end)], file)
            for file in self.files
            if file.startswith(start) and file.endswith(end)
        ]

    @cached_property
    def views(self) -> dict[str, View]:
        """The views by their path."""
        found = self.below(f"{PERSPECTIVE}/views", "view.json")
        return {path: View(path, file, self.json(file)) for path, file in found}

    @cached_property
    def styles(self) -> set[str]:
        """The style classes."""
        return {path for path, _ in self.below(f"{PERSPECTIVE}/style-classes", "style.json")}

    @cached_property
    def queries(self) -> dict[str, set[str]]:
        """The named queries with the names of their parameters."""
        found = {}
        for path, file in self.below("ignition/named-query", "query.sql"):
            attributes = self.json(file.replace("query.sql", "resource.json")).get("attributes", {})
            found[path] = {one.get("identifier") for one in attributes.get("parameters", [])}
        return found

    @cached_property
    def session(self) -> Session:
        """The session's properties."""
        file = f"{PERSPECTIVE}/session-props/props.json"
        return Session(file, self.json(file) if file in self.files else {})

    @cached_property
    def page_config(self) -> dict[str, Any]:
        """Pages and docks."""
        file = f"{PERSPECTIVE}/page-config/config.json"
        return self.json(file) if file in self.files else {}

    @cached_property
    def library(self) -> Library:
        """The script library."""
        modules = {
            path.replace("/", "."): (file, self.text(file))
            for path, file in self.below(LIBRARY, "code.py")
        }
        return Library.read(modules)

    @cached_property
    def gateway_messages(self) -> set[str]:
        """The gateway's message handlers."""
        return {path for path, _ in self.below("ignition/message", "handleMessage.py")}

    @cached_property
    def session_messages(self) -> set[str]:
        """The session's message handlers."""
        return {path for path, _ in self.below(f"{PERSPECTIVE}/message", "handleMessage.py")}

    @cached_property
    def owners(self) -> list[Owner]:
        """All that has properties with bindings: the session, views, components."""
        owners: list[Owner] = [self.session]
        for view in self.views.values():
            owners.append(view)
            owners.extend(view.root.all())
        return owners


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str, str]]:
    """Give (pointer, key, text) of every text inside a JSON value."""
    pairs: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        pairs = [(str(key), one) for key, one in value.items()]
    elif isinstance(value, list):
        pairs = [(str(index), one) for index, one in enumerate(value)]
    for key, one in pairs:
        at = f"{pointer}/{escaped(key)}"
        if isinstance(one, str):
            yield at, key, one
        else:
            yield from strings(one, at)


@lru_cache(maxsize=4096)
def strings_in(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return the texts of a JSON file; none when it cannot be read, which is found elsewhere."""
    try:
        return tuple(strings(_parsed(text)))
    except ValueError:
        return ()


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    return json.loads(text)
