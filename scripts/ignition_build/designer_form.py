"""The Designer's form: how the Designer writes the JSON of resources, byte for byte.

Keys are sorted, indented by two spaces, without a line break at the end; Gson escapes what HTML
would take for its own. A manifest has its keys in the order of the platform, and its attributes in
the order of the hash map that the Designer keeps them in. What is written so stays as it is when
the Designer saves it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ignition_build.java import hash_map_order
from ignition_build.resources import (
    MANIFEST,
    MODIFIED,
    PERSPECTIVE,
    PROJECT_FILE,
    resource_folders,
)

GSON_ESCAPES = {
    ord(sign): f"\\u{ord(sign):04x}" for sign in ("<", ">", "&", "=", "'", "\u2028", "\u2029")
}
MANIFEST_KEYS = (
    "scope",
    "version",
    "restricted",
    "overridable",
    "files",
    "attributes",
    "documentation",
)
SIGNATURE = "lastModificationSignature"
MODIFICATION = "lastModification"
MODIFICATION_KEYS = ("actor", "timestamp")
SORTED_FILES = frozenset({"view.json", "style.json", "props.json", "config.json"})
EVENT_FOLDERS = ("startup", "shutdown", "update", "timer", "scheduled", "tag-change", "message")


def sorted_json(value: Any) -> str:
    """Write a view, style, page configuration or session properties."""
    return _gson(value, sort_keys=True)


def manifest_json(manifest: dict[str, Any]) -> str:
    """Write a ``resource.json``."""
    ordered = {key: manifest[key] for key in MANIFEST_KEYS if key in manifest}
    ordered |= {key: manifest[key] for key in sorted(manifest) if key not in MANIFEST_KEYS}
    attributes = manifest.get("attributes", {})
    # The signature decides about the size of the map although we leave it to the gateway. Keys
    # that fall into the same place of the map stay in the order in which they were read.
    keys = hash_map_order(list(dict.fromkeys((*attributes, SIGNATURE, MODIFICATION))))
    ordered["attributes"] = {key: attributes[key] for key in keys if key in attributes}
    return _gson(ordered, sort_keys=False)


def faults(project: Path) -> list[str]:
    """Return what in a project is not as the Designer writes it, with its place."""
    found = [f"{path}: {what}" for path, what in _faults(project)]
    return sorted(text.replace(f"{project}/", "", 1) for text in found)


def rewrite(project: Path) -> list[Path]:
    """Bring a project into the Designer's form; return the files that were changed."""
    changed = []
    for folder in resource_folders(project):
        for path, text in _wanted(folder).items():
            if path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                changed.append(path)
    return changed


def _gson(value: Any, *, sort_keys: bool) -> str:
    text = json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False)
    return text.translate(GSON_ESCAPES)


def _wanted(folder: Path) -> dict[Path, str]:
    """Return the files of a resource that have a form, as they should be."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    present = _files(folder)
    listed = manifest.get("files", [])
    manifest["files"] = listed + [name for name in present if name not in listed]
    attributes = manifest.setdefault("attributes", {})
    modification = attributes.get(MODIFICATION) or MODIFIED
    attributes[MODIFICATION] = {key: modification[key] for key in MODIFICATION_KEYS}
    wanted = {path: manifest_json(manifest)}
    for name in present:
        if name in SORTED_FILES and PERSPECTIVE in folder.parts:
            body = json.loads((folder / name).read_text(encoding="utf-8"))
            wanted[folder / name] = sorted_json(body)
        elif _is_event(folder) and name.endswith(".py"):
            wanted[folder / name] = (folder / name).read_text(encoding="utf-8").rstrip()
    return wanted


def _faults(project: Path) -> Iterator[tuple[Path, str]]:
    if not (project / PROJECT_FILE).is_file():
        yield project / PROJECT_FILE, "is missing: without it nothing can be imported"
    for folder in resource_folders(project):
        try:
            wanted = _wanted(folder)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield folder, f"cannot be read as a resource: {error!r}"
            continue
        for path, text in wanted.items():
            present = path.read_bytes().decode("utf-8")
            if present != text:
                yield path, _difference(present, text)
        missing = set(json.loads(wanted[folder / MANIFEST])["files"]) - set(_files(folder))
        for name in sorted(missing):
            yield folder / MANIFEST, f"names the file {name}, which is not there"


def _difference(present: str, wanted: str) -> str:
    """Say where two texts begin to differ."""
    if present.rstrip() == wanted:
        return "has a line break or space at its end"
    pairs = zip(present.splitlines(), wanted.splitlines(), strict=False)
    for number, (line, other) in enumerate(pairs, 1):
        if line != other:
            return f"line {number} is {line.strip()!r}, the Designer writes {other.strip()!r}"
    return "has more or fewer lines than the Designer writes"


def _files(folder: Path) -> list[str]:
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file() and path.name != MANIFEST and path.suffix not in (".pyc", ".class")
    )


def _is_event(folder: Path) -> bool:
    return any(part in EVENT_FOLDERS for part in folder.parts[-2:]) and (
        "script-python" not in folder.parts
    )
