"""Resources: the folders of a project that hold a ``resource.json``, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "resource.json"
PROJECT_FILE = "project.json"
DATA_FILE = "data.bin"
MODIFIED = {"actor": "external", "timestamp": "2026-01-01T00:00:00Z"}
"""Who changed a resource last: the gateway sets its own when it loads it."""

PLATFORM = "ignition"
PERSPECTIVE = "com.inductiveautomation.perspective"
SQL_BRIDGE = "com.inductiveautomation.sqlbridge"
WEB_DEV = "com.inductiveautomation.webdev"
MODULES = (PLATFORM, PERSPECTIVE, SQL_BRIDGE, WEB_DEV)
"""Folders of a project whose resources go into a zip."""


class BuildError(Exception):
    """The project cannot be built as it stands; the text says where and what to do."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: its folder inside the project, its files, and what its manifest says."""

    folder: PurePosixPath
    files: Mapping[str, bytes]
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the last part of the folder."""
        return self.folder.name

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Return the attributes of the manifest."""
        attributes: Mapping[str, Any] = self.manifest["attributes"]
        return attributes


def generated(folder: PurePosixPath, content: bytes) -> Resource:
    """Make a resource of one ``data.bin``."""
    manifest = {
        "scope": "G",
        "version": 1,
        "restricted": False,
        "overridable": True,
        "files": [DATA_FILE],
        "attributes": {"lastModification": MODIFIED},
    }
    return Resource(folder, {DATA_FILE: content}, manifest)


def resource_folders(project: Path) -> Iterator[Path]:
    """Find the folders of all resources, in the order of their names."""
    for module in MODULES:
        for manifest in sorted((project / module).rglob(MANIFEST)):
            yield manifest.parent


def read_resource(project: Path, folder: Path) -> Resource:
    """Read one resource; raises :class:`BuildError`."""
    place = PurePosixPath(folder.relative_to(project).as_posix())
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (folder / name).read_bytes() for name in manifest["files"]}
        return Resource(place, files, {"attributes": {}, **manifest})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{place}/{MANIFEST}: {error!r}") from error


def read_resources(project: Path) -> list[Resource]:
    """Read all resources of a project; raises :class:`BuildError`."""
    return [read_resource(project, folder) for folder in resource_folders(project)]
