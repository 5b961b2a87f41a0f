"""Texts that name something of this project: style classes, views, roles, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ignition_check import roles
from ignition_check.findings import Finding, one_of
from ignition_check.library import texts_in
from ignition_check.project import PERSPECTIVE, Project, strings_in

ROLE_PATH = re.compile(r"Authenticated/Roles/([\w -]+)")
VARIABLE = re.compile(r"var\((--cs-[\w-]+)")
VARIABLE_DEFINED = re.compile(r"(--cs-[\w-]+)\s*:")


def check(project: Project) -> Iterator[Finding]:
    """Give every text that names a style class, view, role or variable that does not exist."""
    folders = _own_folders(project)
    for file in project.files:
        if not file.startswith(f"{PERSPECTIVE}/"):
            continue
        if file.endswith(".json") and not file.endswith("resource.json"):
            for at, key, text in _candidates(project.text(file)):
                yield from _text(project, folders, file, at, key, text)
            yield from _permissions(project, file)
        elif file.endswith(".css"):
            yield from _variables(project, file)
    for module in project.library.modules.values():
        yield from _module(project, folders, module.file, module.text)


@lru_cache(maxsize=4096)
def _candidates(content: str) -> tuple[tuple[str, str, str], ...]:
    """Return the texts of a JSON file that can name something."""
    return tuple(
        (at, key, text)
        for at, key, text in strings_in(content)
        if "/" in text or "var(" in text or key == "classes" or at.endswith("style/classes")
    )


def _own_folders(project: Project) -> set[str]:
    """Return the top folders that this project gives its views and style classes."""
    return {path.split("/")[0] for path in (*project.views, *project.styles)}


def _text(
    project: Project, folders: set[str], file: str, at: str, key: str, text: str
) -> Iterator[Finding]:
    if key == "classes" or at.endswith("style/classes"):
        for name in text.split():
            if name not in project.styles and not name.startswith("psc-"):
                yield Finding(file, at, f'there is no style class "{name}"', one_of(project.styles))
    elif key not in ("path", "viewPath", "view", "code", "script", "expression"):
        yield from _named(project, folders, file, at, text)
    if key == "expression":
        for name in re.findall(r"[\"']([^\"']*)[\"']", text):
            yield from _named(project, folders, file, at, name)
    if key in ("code", "script"):
        yield from _embedded_script(project, folders, file, at, text)
    for role in ROLE_PATH.findall(text):
        yield from _role(project, file, at, role)
    for variable in VARIABLE.findall(text):
        yield from _variable(project, file, at, variable)


def _embedded_script(
    project: Project, folders: set[str], file: str, at: str, text: str
) -> Iterator[Finding]:
    for name in re.findall(r"[\"']([^\"'\n]*)[\"']", text):
        yield from _named(project, folders, file, at, name)


def _named(project: Project, folders: set[str], file: str, at: str, text: str) -> Iterator[Finding]:
    """A text such as ``Countersign/Parts/Row`` is a view or a style class, or several of them.

    One that ends with a slash, ``Countersign/Tone/``, is the beginning of some.
    """
    if "/" not in text:
        return
    words = text.split()
    for word in words:
        top, _, rest = word.partition("/")
        is_name = rest and top in folders and re.fullmatch(r"[\w/-]+", word)
        if not is_name or not all("/" in one or one in project.styles for one in words):
            continue
        known = (*project.views, *project.styles)
        if word.endswith("/"):
            is_known = any(one.startswith(word) for one in known)
        else:
            is_known = word in known
        if not is_known:
            problem = f'"{word}" is neither a view nor a style class'
            yield Finding(file, at, problem, one_of(known, 40))


def _role(project: Project, file: str, at: str, role: str) -> Iterator[Finding]:
    known = roles.known(project)
    if known and role not in known:
        yield Finding(file, at, f"the gateway knows no role {role}", one_of(known))


def _permissions(project: Project, file: str) -> Iterator[Finding]:
    """Security levels in a view's permissions: Authenticated / Roles / role."""
    node = project.json(file)
    levels = node.get("permissions", {}) if isinstance(node, dict) else {}
    for at, path in _levels(levels.get("securityLevels", []), "/permissions/securityLevels", ()):
        if len(path) == 3 and path[:2] == ("Authenticated", "Roles"):
            yield from _role(project, file, f"{at}/name", path[2])


def _levels(
    nodes: list[dict[str, object]], at: str, above: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for index, node in enumerate(nodes):
        here, path = f"{at}/{index}", (*above, str(node.get("name", "")))
        yield here, path
        below = node.get("children")
        if isinstance(below, list):
            yield from _levels(below, f"{here}/children", path)


def _variables(project: Project, file: str) -> Iterator[Finding]:
    for number, line in enumerate(project.text(file).splitlines(), 1):
        for variable in VARIABLE.findall(line):
            yield from _variable(project, file, f"line {number}", variable)


def _variable(project: Project, file: str, at: str, variable: str) -> Iterator[Finding]:
    sheet = f"{PERSPECTIVE}/stylesheet/stylesheet.css"
    text = project.text(sheet) if sheet in project.files else ""
    known = set(VARIABLE_DEFINED.findall(text))
    if variable not in known:
        yield Finding(file, at, f"the stylesheet sets no {variable}", one_of(known))


def _module(project: Project, folders: set[str], file: str, source: str) -> Iterator[Finding]:
    for line, text in _paths_in(source):
        yield from _named(project, folders, file, f"line {line}", text)
        for role in ROLE_PATH.findall(text):
            yield from _role(project, file, f"line {line}", role)


@lru_cache(maxsize=2048)
def _paths_in(source: str) -> tuple[tuple[int, str], ...]:
    return tuple((line, text) for line, text in texts_in(source) if "/" in text)
