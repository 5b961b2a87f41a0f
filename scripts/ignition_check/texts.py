"""The translations: every key in three languages with the same places to fill in, and every use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ignition_check.findings import Finding, one_of
from ignition_check.project import Project, strings

LANGUAGES = ("en", "de", "nl")
KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
USE = re.compile(r"session\.custom\.texts\.(\w+)")
_FILLED = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True)
class Row:
    """One key with its texts and where it stands."""

    key: str
    texts: tuple[str | None, ...]
    file: str
    line: int


def rows(project: Project) -> list[Row]:
    """Return the rows of all tables named TEXTS in modules ``…texts`` and ``…texts_<page>``."""
    found: list[Row] = []
    for name, module in project.library.modules.items():
        if not re.search(r"\.texts(_\w+)?$", name) or module.tree is None:
            continue
        for statement in module.tree.body:
            targets = statement.targets if isinstance(statement, ast.Assign) else []
            is_table = any(isinstance(t, ast.Name) and t.id == "TEXTS" for t in targets)
            if is_table and isinstance(statement.value, ast.Dict):  # type: ignore[attr-defined]
                found.extend(_rows(module.file, statement.value))  # type: ignore[attr-defined]
    return found


def _rows(file: str, table: ast.Dict) -> Iterator[Row]:
    for key, value in zip(table.keys, table.values, strict=True):
        texts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if isinstance(key, ast.Constant):
            yield Row(str(key.value), tuple(_text(one) for one in texts), file, key.lineno)


def _text(node: ast.expr) -> str | None:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def check(project: Project) -> Iterator[Finding]:
    """Give what is wrong with the tables and with their uses in views and the session."""
    table = rows(project)
    seen: dict[str, Row] = {}
    for row in table:
        yield from _row(row, seen.get(row.key))
        seen.setdefault(row.key, row)
    if table:
        yield from _uses(project, set(seen))


def _row(row: Row, before: Row | None) -> Iterator[Finding]:
    place = f"line {row.line}"
    if before is not None:
        problem = f"the text {row.key} is there twice"
        yield Finding(row.file, place, problem, f"it stands in {before.file} line {before.line}")
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
    filled = [sorted(m[0] for m in _FILLED.finditer(text or "")) for text in row.texts]
    for language, places in zip(LANGUAGES[1:], filled[1:], strict=True):
        if places != filled[0]:
            problem = f"the text {row.key} fills in {places} in {language}"
            yield Finding(row.file, place, problem, f"{filled[0]} as in en is wanted")


def _uses(project: Project, keys: set[str]) -> Iterator[Finding]:
    for owner_file, node in (
        *((view.file, view.node) for view in project.views.values()),
        (project.session.file, project.session.node),
    ):
        for at, _, text in strings(node):
            for key in USE.findall(text):
                if key not in keys:
                    near = [one for one in keys if one.split("_")[0] == key.split("_")[0]]
                    problem = f"there is no text {key}"
                    yield Finding(owner_file, at, problem, one_of(near or keys))
