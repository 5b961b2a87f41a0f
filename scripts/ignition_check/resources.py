"""Resources: every folder has its manifest, every manifest its files and what its kind needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ignition_check.findings import Finding, one_of
from ignition_check.project import LIBRARY, PERSPECTIVE, Project

KEYS = ("scope", "version", "restricted", "overridable", "files", "attributes")
PROJECT_KEYS = frozenset({"title", "description", "enabled", "inheritable", "parent"})
MANIFEST = "resource.json"
MODULE_FOLDERS = ("ignition/", "com.inductiveautomation.")

ATTRIBUTES = {
    "timer": ("delay", "fixedDelay", "sharedThread", "enabled"),
    "scheduled": ("cronExpression", "enabled"),
    "tag-change": ("paths", "changeTypes", "enabled"),
    "message": ("threadType", "enabled"),
    "startup": ("enabled",),
    "shutdown": ("enabled",),
    "update": ("enabled",),
}
"""What the manifest of each gateway event must say."""

FILES = {
    "startup": "onStartup.py",
    "shutdown": "onShutdown.py",
    "update": "onUpdate.py",
    "timer": "handleTimerEvent.py",
    "scheduled": "handleScheduleEvent.py",
    "tag-change": "onTagChange.py",
    "message": "handleMessage.py",
    "script-python": "code.py",
    "named-query": "query.sql",
    "views": "view.json",
    "style-classes": "style.json",
    "page-config": "config.json",
    "session-props": "props.json",
    "stylesheet": "stylesheet.css",
}
"""The file that each kind of resource has."""


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with project.json, the manifests and the files beside them."""
    if "project.json" not in project.files:
        yield Finding("project.json", "/", "is missing", "an export has it at its root")
    else:
        missing = sorted(PROJECT_KEYS - set(project.json("project.json")))
        for key in missing:
            yield Finding("project.json", f"/{key}", "is missing", one_of(PROJECT_KEYS))
    folders: dict[str, list[str]] = {}
    for file in project.files:
        if file.startswith(MODULE_FOLDERS):
            folder, _, name = file.rpartition("/")
            folders.setdefault(folder, []).append(name)
    for folder, names in sorted(folders.items()):
        if MANIFEST not in names:
            problem = f"has no {MANIFEST}"
            yield Finding(folder, "/", problem, "Ignition ignores a folder without one")
            continue
        yield from _manifest(project, folder, [name for name in names if name != MANIFEST])


def _manifest(project: Project, folder: str, names: list[str]) -> Iterator[Finding]:
    file = f"{folder}/{MANIFEST}"
    resource = project.json(file)
    for key in KEYS:
        if key not in resource:
            yield Finding(file, f"/{key}", "is missing", one_of(KEYS, 6))
    listed = resource.get("files", [])
    for name in sorted(set(listed) - set(names)):
        yield Finding(file, "/files", f"lists {name}, which does not exist", one_of(names))
    for name in sorted(set(names) - set(listed)):
        yield Finding(file, "/files", f"does not list {name}", "Ignition ignores the file then")
    attributes = resource.get("attributes", {})
    changed = attributes.get("lastModification", {})
    if not {"actor", "timestamp"} <= set(changed):
        problem = "the time of the last change is missing"
        wanted = "the Designer leaves out a resource without it on import"
        yield Finding(file, "/attributes/lastModification", problem, wanted)
    yield from _kind(file, folder, resource, attributes, listed)


def _kind(
    file: str, folder: str, resource: dict[str, Any], attributes: dict[str, Any], listed: list[str]
) -> Iterator[Finding]:
    kind = folder.split("/")[1] if "/" in folder else folder
    if kind in FILES and FILES[kind] not in listed:
        yield Finding(file, "/files", f"lists no {FILES[kind]}", "a resource of this kind has it")
    if not folder.startswith(PERSPECTIVE):
        for name in ATTRIBUTES.get(kind, ()):
            if name not in attributes:
                wanted = one_of(ATTRIBUTES[kind])
                yield Finding(file, f"/attributes/{name}", "is missing", wanted)
    scope = {LIBRARY.split("/")[1]: "A", "named-query": "DG"}.get(kind, "G")
    if kind in FILES and resource.get("scope") != scope:
        yield Finding(file, "/scope", f"is {resource.get('scope')}", f'"{scope}" is wanted')
    version = 2 if kind == "named-query" else 1
    if kind in FILES and resource.get("version") != version:
        problem = f"is {resource.get('version')}"
        yield Finding(file, "/version", problem, f"{version} is wanted")
    if kind == "timer" and not str(attributes.get("delay", 1)).isdigit():
        yield Finding(file, "/attributes/delay", "is no number", "milliseconds are wanted")
