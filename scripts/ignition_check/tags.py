"""Tags: the type of a work centre and the tags of this package, as the exports define them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ignition_check.findings import Finding, one_of
from ignition_check.project import Project
from ignition_check.scripts import tag_files

PATH = re.compile(r"\[[A-Za-z0-9_ ~.-]*\][^\s\"']+")
OTHER_PROVIDERS = ("[System]", "[client]")
"""Tags of Ignition itself and of Vision clients; no export has them."""

BUILT_IN_PARAMETERS = frozenset({"InstanceName", "ParentInstanceName", "PathToParentFolder"})
"""The parameters that every instance of a type has."""

_NEIGHBOUR = re.compile(r"\{\[\.\]([^{}/]+)\}")
_ABSOLUTE = re.compile(r"\{(\[default\][^{}]+)\}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TAG_OF_GROUP = re.compile(r"\s*(?:trigger_)?tag\s*=\s*[\"']([^\"']+)[\"']")
_PROPERTIES = re.compile(r"\.(value|Value|Quality|quality|Timestamp|timestamp|Enabled|enabled)$")


class TagTree:
    """The paths of all tags, and what instances of a type have."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.folders: set[str] = set()
        self.instances: set[str] = set()
        self.members: set[str] = set()
        self.types: dict[str, list[dict[str, Any]]] = {}

    @property
    def own_folders(self) -> set[str]:
        """The top folders of this package: those with tags but without work centres."""
        tops = {one.split("/")[0] for one in self.paths}
        return tops - {one.split("/")[0] for one in self.instances}

    def add_types(self, node: dict[str, Any], path: str) -> None:
        """Learn the types below a node."""
        for child in node.get("tags", []):
            name = str(child.get("name", ""))
            if child.get("tagType") == "UdtType":
                self.types[f"{path}{name}".removeprefix("_types_/")] = child.get("tags", [])
                self.members.update(_leaves(child.get("tags", []), ""))
            elif child.get("tagType") == "Folder":
                self.add_types(child, f"{path}{name}/")

    def add(self, node: dict[str, Any], path: str) -> None:
        """Learn the tags below a node; an instance has what its type has."""
        for child in node.get("tags", []):
            name = str(child.get("name", ""))
            here = f"{path}{name}"
            kind = child.get("tagType")
            if name == "_types_" or kind == "UdtType":
                continue
            if kind == "UdtInstance":
                self.instances.add(here)
                own = self.types.get(str(child.get("typeId", "")), [])
                self.paths.update(f"{here}/{leaf}" for leaf in _leaves(own, ""))
            if kind in ("Folder", "UdtInstance"):
                self.folders.add(here)
                self.add(child, f"{here}/")
            else:
                self.paths.add(here)


@lru_cache(maxsize=4)
def tree_of(project: Project) -> TagTree:
    """Return the tags of all exports of a project."""
    tree = TagTree()
    nodes = [_rooted(project.json(file)) for file in tag_files(project)]
    for node in nodes:
        tree.add_types(node, "")
    for node in nodes:
        tree.add(node, "")
    return tree


def _rooted(node: dict[str, Any]) -> dict[str, Any]:
    """Return an export of one folder as one of a provider that has the folder."""
    return {"tags": [node]} if node.get("name") else node


def refusal(project: Project, path: str) -> tuple[str, str] | None:
    """Return (fault, remedy) of a tag path that leads nowhere, else None.

    Work centres lie wherever the plant has them, so below a folder that is not of this package the
    last names must be those of the type. ``{1}``, ``*`` and ``%s`` stand for any text.
    """
    tree = tree_of(project)
    if path.startswith(OTHER_PROVIDERS) or not (tree.paths or tree.members):
        return None
    inner = _PROPERTIES.sub("", path.partition("]")[2].rstrip("/"))
    if not inner or inner in tree.paths or inner in tree.folders:
        return None
    pattern = _pattern(inner)
    if any(pattern.fullmatch(one) for one in (*tree.paths, *tree.folders)):
        return None
    names = inner.split("/")
    if names[0] in tree.own_folders:
        near = [one for one in tree.paths if one.startswith(f"{names[0]}/")]
        return f"there is no tag {path}", one_of(near)
    tails = ["/".join(names[start:]) for start in range(1, len(names))]
    if not tails or any(_pattern(tail).fullmatch(one) for tail in tails for one in tree.members):
        return None
    return f"the type of a work centre has no tag {names[-1]}", one_of(tree.members)


def placeholders(path: str) -> list[str]:
    """Return the names in braces of an indirect tag path."""
    return _PLACEHOLDER.findall(path)


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong in the tag exports and in the paths that tag-change scripts watch."""
    tree = tree_of(project)
    for file in tag_files(project):
        yield from _instances(tree, file, project.json(file), "")
        yield from _types(project, file, project.json(file), "")
    for name, file in project.below("ignition/tag-change", "resource.json"):
        paths = project.json(file).get("attributes", {}).get("paths", [])
        for index, path in enumerate(paths):
            fault = refusal(project, str(path))
            if fault is not None:
                at = f"/attributes/paths/{index}"
                yield Finding(file, at, f"{name} watches {path}: {fault[0]}", fault[1])
    yield from _groups(project, tree)


def _types(project: Project, file: str, node: dict[str, Any], at: str) -> Iterator[Finding]:
    """What the tags of a type refer to: its parameters and each other."""
    for index, child in enumerate(node.get("tags", [])):
        here = f"{at}/tags/{index}"
        if child.get("tagType") == "UdtType":
            known = {*child.get("parameters", {}), *BUILT_IN_PARAMETERS}
            nodes = child.get("tags", [])
            members = set(_leaves(nodes, ""))
            for place, text in (*_bound(nodes, here), *_expressions(nodes, here)):
                for name in placeholders(text):
                    if name not in known:
                        problem = f"the type has no parameter {name}"
                        yield Finding(file, place, problem, one_of(child.get("parameters", {})))
            for place, text in _expressions(nodes, here):
                for name in _NEIGHBOUR.findall(text):
                    if name not in members:
                        problem = f"the type has no tag {name}"
                        yield Finding(file, place, problem, one_of(members))
        else:
            yield from _types(project, file, child, here)
    for place, text in _expressions(node.get("tags", []), at):
        for path in _ABSOLUTE.findall(text):
            fault = refusal(project, path)
            if fault is not None:
                yield Finding(file, place, *fault)


def _bound(nodes: list[dict[str, Any]], at: str) -> Iterator[tuple[str, str]]:
    """Give (pointer, text) of everything that is bound to parameters."""
    for index, node in enumerate(nodes):
        here = f"{at}/tags/{index}"
        for key, value in node.items():
            if isinstance(value, dict) and value.get("bindType") == "parameter":
                yield f"{here}/{key}/binding", str(value.get("binding", ""))
        yield from _bound(node.get("tags", []), here)


def _expressions(nodes: list[dict[str, Any]], at: str) -> Iterator[tuple[str, str]]:
    """Give (pointer, text) of the expressions of the tags just below a node."""
    for index, node in enumerate(nodes):
        if isinstance(node.get("expression"), str):
            yield f"{at}/tags/{index}/expression", node["expression"]


def _groups(project: Project, tree: TagTree) -> Iterator[Finding]:
    """Every column of a transaction group has a tag in the type of a work centre."""
    for file in project.files:
        if not file.startswith("transaction-groups/") or not file.endswith(".toml"):
            continue
        lines = project.text(file).splitlines()
        for number, line in enumerate(lines, 1):
            match = _TAG_OF_GROUP.match(line)
            if match and match[1] not in tree.members:
                problem = f"the type of a work centre has no tag {match[1]}"
                yield Finding(file, f"line {number}", problem, one_of(tree.members))


def _instances(tree: TagTree, file: str, node: dict[str, Any], at: str) -> Iterator[Finding]:
    names: set[str] = set()
    for index, child in enumerate(node.get("tags", [])):
        here = f"{at}/tags/{index}"
        name = str(child.get("name", ""))
        if name in names:
            yield Finding(file, f"{here}/name", f"{name} is there twice", "one of them is wanted")
        names.add(name)
        kind = str(child.get("typeId", ""))
        if child.get("tagType") == "UdtInstance" and kind not in tree.types:
            yield Finding(file, f"{here}/typeId", f"there is no type {kind}", one_of(tree.types))
        yield from _instances(tree, file, child, here)


def _leaves(nodes: list[dict[str, Any]], path: str) -> Iterator[str]:
    for node in nodes:
        here = f"{path}{node.get('name', '')}"
        if node.get("tagType") == "Folder":
            yield from _leaves(node.get("tags", []), f"{here}/")
        else:
            yield here


@lru_cache(maxsize=4096)
def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}|\*|%s", path)
    return re.compile(".*".join(re.escape(part) for part in parts))
