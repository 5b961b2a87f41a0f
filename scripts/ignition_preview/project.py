"""The project's Perspective resources as they lie in its folder."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ignition_preview.problems import PreviewProblem

PERSPECTIVE = "com.inductiveautomation.perspective"


@dataclass
class Project:
    """One project folder; views are read when they are first used."""

    folder: Path
    _views: dict[str, dict[str, Any]] = field(default_factory=dict)

    def view(self, path: str) -> dict[str, Any]:
        """Return the content of a view by its path below ``views``. Raises PreviewProblem."""
        if path not in self._views:
            file = self.folder / PERSPECTIVE / "views" / path / "view.json"
            if not path or not file.is_file():
                raise PreviewProblem(f'there is no view "{path}"')
            self._views[path] = json.loads(file.read_text(encoding="utf-8"))
        return self._views[path]

    def view_paths(self) -> list[str]:
        """Return the paths of all views."""
        folder = self.folder / PERSPECTIVE / "views"
        files = folder.glob("**/view.json")
        return sorted(file.parent.relative_to(folder).as_posix() for file in files)

    @cached_property
    def style_classes(self) -> dict[str, dict[str, Any]]:
        """The content of every style class by its path."""
        folder = self.folder / PERSPECTIVE / "style-classes"
        return {
            file.parent.relative_to(folder).as_posix(): json.loads(file.read_text("utf-8"))
            for file in sorted(folder.glob("**/style.json"))
        }

    @cached_property
    def stylesheet(self) -> str:
        """The project's stylesheet, empty when it has none."""
        file = self.folder / PERSPECTIVE / "stylesheet/stylesheet.css"
        return file.read_text("utf-8") if file.is_file() else ""

    @cached_property
    def stylesheet_classes(self) -> set[str]:
        """The classes that views can use because the stylesheet has rules for them."""
        names = re.findall(r"\.psc-((?:[\w-]|\\.)+)", self.stylesheet)
        return {re.sub(r"\\(.)", r"\1", name) for name in names}

    @cached_property
    def page_config(self) -> dict[str, Any]:
        """Pages by their URL, and the docks that all of them share."""
        return self._json("page-config/config.json", {"pages": {}, "sharedDocks": {}})

    @cached_property
    def session_props(self) -> dict[str, Any]:
        """What a new session starts with."""
        return self._json("session-props/props.json", {"custom": {}, "propConfig": {}, "props": {}})

    def _json(self, path: str, default: dict[str, Any]) -> dict[str, Any]:
        file = self.folder / PERSPECTIVE / path
        if not file.is_file():
            return default
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return content
