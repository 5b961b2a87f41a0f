"""The translations: every key in three languages with the same places to fill in, and every use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from ignition_check.findings import Finding, one_of
from ignition_check.library import tree_of
from ignition_check.project import Project, strings_in

LANGUAGES = ("en", "de", "nl")
KEY = re.compile(r"[a-z][a-z0-9]*(_[A-Za-z0-9]+)*")
"""Lower case; a part may be a code of the ERP, as it is written there."""
USE = re.compile(
    r"session\.custom\.texts(?:\.(?P<name>\w+)\b(?!\()|(?:\.get\(|\[)\s*[\"'](?P<item>\w+)[\"'])"
)


@dataclass(frozen=True)
class Row:
    """One key with its texts and where it stands."""

    key: str
    texts: tuple[str | None, ...]
    file: str
    line: int


@lru_cache(maxsize=4)
def rows(project: Project) -> tuple[Row, ...]:
    """Return the rows of all tables named TEXTS in modules ``…texts`` and ``…texts_<page>``."""
    return tuple(
        row
        for name, module in project.library.modules.items()
        if re.search(r"\.texts(_\w+)?$", name)
        for row in _rows(module.file, module.text)
    )


@lru_cache(maxsize=256)
def _rows(file: str, text: str) -> tuple[Row, ...]:
    tree = tree_of(text)
    found: list[Row] = []
    for statement in [] if isinstance(tree, SyntaxError) else tree.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Dict):
            continue
        if any(isinstance(one, ast.Name) and one.id == "TEXTS" for one in statement.targets):
            table = statement.value
            found.extend(
                Row(str(key.value), _texts(value), file, key.lineno)
                for key, value in zip(table.keys, table.values, strict=True)
                if isinstance(key, ast.Constant)
            )
    return tuple(found)


def _texts(node: ast.expr) -> tuple[str | None, ...]:
    return tuple(_text(one) for one in node.elts) if isinstance(node, ast.Tuple | ast.List) else ()


def _text(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def places_of(row: Row) -> set[str]:
    """Return the names of the places that a text holds: ``{count}``; none when it is broken."""
    try:
        return {name for name in _places(row.texts[0] or "") if name}
    except ValueError:
        return set()


def _places(text: str) -> list[str]:
    """Return the names of the places of a text in their order. Raises ValueError."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with the tables and with their uses in views and the session."""
    table = rows(project)
    seen: dict[str, Row] = {}
    for row in table:
        before = seen.get(row.key)
        if before is not None:
            problem = f"the text {row.key} is there twice"
            wanted = f"it stands in {before.file} line {before.line}"
            yield Finding(row.file, f"line {row.line}", problem, wanted)
        yield from _row(row)
        seen.setdefault(row.key, row)
    yield from _joined(project)
    if table:
        yield from _uses(project, set(seen))


def _joined(project: Project) -> Iterator[Finding]:
    """Every table of texts is one of the TABLES that are joined."""
    for name in project.library.modules:
        package, _, last = name.rpartition(".")
        joined = project.library.modules.get(f"{package}.texts")
        if joined is None or not last.startswith("texts_"):
            continue
        if f"{last}.TEXTS" not in joined.text:
            problem = f"the table of {name} is not joined with the others"
            yield Finding(joined.file, "line 1", problem, f"{last}.TEXTS in TABLES is wanted")


@lru_cache(maxsize=4096)
def _row(row: Row) -> tuple[Finding, ...]:
    return tuple(_faults_of(row))


def _faults_of(row: Row) -> Iterator[Finding]:
    place = f"line {row.line}"
    if not KEY.fullmatch(row.key):
        problem = f'"{row.key}" is no key of a text'
        yield Finding(row.file, place, problem, "lower case with underscores is wanted")
    if len(row.texts) != len(LANGUAGES):
        problem = f"the text {row.key} has {len(row.texts)} languages"
        yield Finding(row.file, place, problem, f"{', '.join(LANGUAGES)} are wanted")
        return
    for language, text in zip(LANGUAGES, row.texts, strict=True):
        if text is None or not text.strip():
            problem = f"the text {row.key} has nothing in {language}"
            yield Finding(row.file, place, problem, "a text is wanted")
    try:
        filled = [sorted(_places(text or "")) for text in row.texts]
    except ValueError as error:
        wanted = "a single brace is written twice"
        yield Finding(row.file, place, f"the text {row.key} cannot be filled: {error}", wanted)
        return
    for language, places in zip(LANGUAGES[1:], filled[1:], strict=True):
        if places != filled[0]:
            problem = f"the text {row.key} has the places {places} in {language}"
            yield Finding(row.file, place, problem, f"{filled[0]} as in en is wanted")


def _uses(project: Project, keys: set[str]) -> Iterator[Finding]:
    for file in (*(view.file for view in project.views.values()), project.session.file):
        if file not in project.files:
            continue
        for at, _, text in strings_in(project.text(file)):
            for key in [match["name"] or match["item"] for match in USE.finditer(text)]:
                if key not in keys:
                    near = [one for one in keys if one.split("_")[0] == key.split("_")[0]]
                    problem = f"there is no text {key}"
                    yield Finding(file, at, problem, one_of(near or keys))
