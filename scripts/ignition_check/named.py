"""Names that scripts hand to functions of the library: of answers, commands and texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from ignition_check import texts
from ignition_check.findings import one_of
from ignition_check.project import Project

TABLES = {
    "countersign.board.read": ("name", "countersign.board", "PATHS"),
    "countersign.commands.submit": ("command", "countersign.commands", "ROLES"),
}
"""By function: the parameter that is a name, and the table whose keys are the known names."""

SAY = "countersign.texts.say"


def of_call(project: Project, dotted: str, call: ast.Call) -> Iterator[tuple[str, str]]:
    """Give (fault, remedy) of every name in a call that is not known."""
    given = {one.arg: one.value for one in call.keywords if one.arg is not None}
    signature = project.library.signature(dotted)
    if signature is not None:
        given |= dict(zip(signature.names, call.args, strict=False))
    literals = {
        name: value.value
        for name, value in given.items()
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }
    if dotted in TABLES:
        parameter, module, table = TABLES[dotted]
        known = keys_of(project, module, table)
        if parameter in literals and known and literals[parameter] not in known:
            yield f'{dotted} knows no "{literals[parameter]}"', one_of(known)
    elif dotted == SAY and isinstance(given.get("key"), ast.BinOp):
        yield from _beginning(project, given["key"])
    elif dotted == SAY and "key" in literals:
        is_open = any(one.arg is None for one in call.keywords)
        places = None if is_open else set(given) - {"key", "locale"}
        yield from _text(project, literals["key"], places)


def _text(project: Project, key: str, places: set[str] | None) -> Iterator[tuple[str, str]]:
    table = _table(project)
    if not table:
        return
    if key not in table:
        near = [one for one in table if one.split("_")[0] == key.split("_")[0]]
        yield f"there is no text {key}", one_of(near or table)
        return
    missing = texts.places_of(table[key]) - places if places is not None else set()
    if missing:
        wanted = one_of(texts.places_of(table[key]))
        yield f"the text {key} does not get {', '.join(sorted(missing))}", wanted


def _beginning(project: Project, key: ast.expr) -> Iterator[tuple[str, str]]:
    """A key that is put together, ``"cause_" + code``: some text must begin so."""
    first = key.left if isinstance(key, ast.BinOp) else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return
    begins = first.value.partition("%")[0]
    table = _table(project)
    if table and not any(name.startswith(begins) for name in table):
        yield f"no text begins with {begins}", one_of({name.split("_")[0] for name in table}, 40)


@lru_cache(maxsize=4)
def _table(project: Project) -> dict[str, texts.Row]:
    return {row.key: row for row in texts.rows(project)}


def keys_of(project: Project, module: str, table: str) -> set[str]:
    """Return the keys of a dictionary that stands at the top of a module."""
    found = project.library.modules.get(module)
    for statement in found.tree.body if found is not None and found.tree is not None else []:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        is_it = any(isinstance(one, ast.Name) and one.id == table for one in targets)
        if is_it and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            keys = statement.value.keys
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return set()
