"""Roles: those of Ignition that the configuration knows, and those of screens that they mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from ignition_check.findings import Finding, one_of
from ignition_check.project import Project

CONFIGURATION = "countersign.configuration"
COMMANDS = "countersign.commands"


@lru_cache(maxsize=4)
def known(project: Project) -> dict[str, str]:
    """Return the roles of the screens by role of Ignition: ``roles`` of the DEFAULTS."""
    defaults = _top(project, CONFIGURATION).get("DEFAULTS")
    pairs = (
        zip(defaults.keys, defaults.values, strict=True) if isinstance(defaults, ast.Dict) else ()
    )
    for key, value in pairs:
        if isinstance(key, ast.Constant) and key.value == "roles":
            found: dict[str, str] = ast.literal_eval(value)
            return found
    return {}


def check(project: Project) -> Iterator[Finding]:
    """Give every role that a command wants and that no role of Ignition stands for."""
    names = set(known(project).values())
    values = _top(project, COMMANDS)
    wanted = values.get("ROLES")
    if not names or not isinstance(wanted, ast.Dict):
        return
    file = project.library.modules[COMMANDS].file
    for key, value in zip(wanted.keys, wanted.values, strict=True):
        given = values.get(value.id) if isinstance(value, ast.Name) else value
        for role in given.elts if isinstance(given, ast.Tuple) else []:
            if isinstance(role, ast.Constant) and role.value not in names:
                command = key.value if isinstance(key, ast.Constant) else key
                problem = f"the command {command!s} wants the role {role.value!s}"
                yield Finding(file, f"line {role.lineno}", problem, one_of(names))


def _top(project: Project, name: str) -> dict[str, ast.expr]:
    """Return what a module gives names to at its top."""
    module = project.library.modules.get(name)
    return {
        target.id: statement.value
        for statement in (module.tree.body if module and module.tree else [])
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
