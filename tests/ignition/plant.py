"""A copy of the real project in which one fault is planted at a time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2] / "ignition-project"
PERSPECTIVE = "com.inductiveautomation.perspective"
LIBRARY = "ignition/script-python/countersign"
HIDDEN = shutil.ignore_patterns(".ruff_cache", "__pycache__")

Json = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a fault is expected: a file and a JSON pointer or line in it."""

    file: str
    place: str


class Plant:
    """Changes a copy; each method returns where its change stands; ``undo`` takes all back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before: dict[Path, str | None] = {}
        views = sorted((folder / PERSPECTIVE / "views").glob("**/view.json"))
        self.view_file = views[0].relative_to(folder).as_posix()
        self.view_path = self.view_file.split("/views/")[1].removesuffix("/view.json")

    def write(self, file: str, content: str | None) -> None:
        """Write a file, or remove it."""
        path = self.folder / file
        is_there = path.exists()
        self._before.setdefault(path, path.read_text(encoding="utf-8") if is_there else None)
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")

    def undo(self) -> None:
        """Make every file what it was."""
        for path, content in self._before.items():
            if content is not None:
                path.write_text(content, encoding="utf-8")
                continue
            path.unlink(missing_ok=True)
            while not any(path.parent.iterdir()):
                path = path.parent
                path.rmdir()
        self._before.clear()

    @contextmanager
    def json(self, file: str) -> Iterator[Json]:
        """Give the content of a file and write it back."""
        content = json.loads((self.folder / file).read_text(encoding="utf-8"))
        yield content
        self.write(file, json.dumps(content, indent=2, sort_keys=True))

    def text(self, file: str, old: str, new: str) -> int:
        """Replace a text once and return its line."""
        content = (self.folder / file).read_text(encoding="utf-8")
        before, found, after = content.partition(old)
        assert found, f"{file} has no {old!r}"
        self.write(file, before + new + after)
        return before.count("\n") + 1

    def append(self, file: str, text: str) -> int:
        """Add lines at the end and return the number of the first."""
        content = (self.folder / file).read_text(encoding="utf-8").rstrip("\n") + "\n"
        self.write(file, content + text)
        return content.count("\n") + 1

    def component(self, **node: Any) -> Place:
        """Add a component to the first view."""
        node = {"meta": {"name": "Planted"}, "type": "ia.display.label"} | node
        with self.json(self.view_file) as view:
            children = view["root"].setdefault("children", [])
            children.append(node)
            return Place(self.view_file, f"/root/children/{len(children) - 1}")

    def binding(self, kind: str, config: Json, rest: str, **more: Any) -> Place:
        """Add a component with a binding on its text; ``rest`` is the place within the binding."""
        transforms = more.pop("transforms", None)
        binding: Json = {"config": config, "type": kind}
        if transforms is not None:
            binding["transforms"] = transforms
        where = self.component(propConfig={"props.text": {"binding": binding}}, **more)
        return Place(where.file, f"{where.place}/propConfig/props.text/binding{rest}")

    def path(self, path: str) -> Place:
        """Add a property binding."""
        return self.binding("property", {"path": path}, "/config/path")

    def expression(self, expression: str) -> Place:
        """Add an expression binding."""
        return self.binding("expr", {"expression": expression}, "/config/expression")

    def action(self, script: str, line: int = 1, **more: Any) -> Place:
        """Add a button with a script."""
        event = {"config": {"script": script}, "scope": "G", "type": "script"}
        events = {"component": {"onActionPerformed": event}}
        where = self.component(type="ia.input.button", events=events, **more)
        pointer = f"{where.place}/events/component/onActionPerformed/config/script"
        return Place(where.file, f"{pointer} line {line}")

    def client_action(self, kind: str, config: Json, rest: str) -> Place:
        """Add a button that opens a pop-up, goes to a page or moves a dock."""
        event = {"config": config, "scope": "C", "type": kind}
        where = self.component(events={"component": {"onActionPerformed": event}})
        pointer = f"{where.place}/events/component/onActionPerformed/config{rest}"
        return Place(where.file, pointer)

    def script_file(self, text: str) -> Place:
        """Add lines to a module of the library; the fault is in the last of them."""
        file = f"{LIBRARY}/gateway/code.py"
        first = self.append(file, f"\n\n{text}\n")
        return Place(file, f"line {first + 1 + len(text.splitlines())}")

    def resource(self, folder: str, name: str, text: str, **attributes: Any) -> str:
        """Add a resource with its manifest and return its folder."""
        self.write(f"{folder}/{name}", text)
        changed = {"actor": "external", "timestamp": "2026-01-01T00:00:00Z"}
        kind = folder.split("/")[1]
        manifest = {
            "scope": {"named-query": "DG", "script-python": "A"}.get(kind, "G"),
            "version": 2 if kind == "named-query" else 1,
            "restricted": False,
            "overridable": True,
            "files": [name],
            "attributes": {**attributes, "lastModification": changed},
        }
        self.write(f"{folder}/resource.json", json.dumps(manifest, indent=2))
        return folder


def copy(target: Path) -> Plant:
    """Return a copy of the real project."""
    shutil.copytree(PROJECT, target, ignore=HIDDEN)
    return Plant(target)
