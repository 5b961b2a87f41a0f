"""Messages: whoever is called by name exists and listens in the scope that the call goes to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from ignition_check import scripts
from ignition_check.findings import one_of
from ignition_check.project import Component, Project
from ignition_check.tables import SYSTEM_FUNCTIONS
from ignition_check.uses import uses_of

TO_HANDLERS = frozenset(
    {"system.util.sendMessage", "system.util.sendRequest", "system.util.sendRequestAsync"}
)
SCOPES = {"page": "pageScope", "session": "sessionScope", "view": "viewScope"}


def arguments(dotted: str, call: ast.Call) -> dict[str, str]:
    """Return the arguments that are plain texts, by the names of the parameters."""
    signature = SYSTEM_FUNCTIONS["8.1"].get(dotted)
    names = signature.names if signature is not None else ()
    pairs: list[tuple[str, ast.expr]] = list(zip(names, call.args, strict=False))
    pairs += [(one.arg, one.value) for one in call.keywords if one.arg]
    return {
        name: value.value
        for name, value in pairs
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


@lru_cache(maxsize=4)
def forwarders(project: Project) -> dict[str, int]:
    """Return the functions of the library that hand a handler's name on, with its position."""
    found = {}
    for name, module in project.library.modules.items():
        if module.tree is None or "system.util.send" not in module.text:
            continue
        for function in module.tree.body:
            if isinstance(function, ast.FunctionDef):
                position = _handed_on(function)
                if position is not None:
                    found[f"{name}.{function.name}"] = position
    return found


def _handed_on(function: ast.FunctionDef) -> int | None:
    names = [one.arg for one in function.args.args]
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in TO_HANDLERS:
            handler = node.args[1] if len(node.args) > 1 else None
            if isinstance(handler, ast.Name) and handler.id in names:
                return names.index(handler.id)
    return None


def handler_named(tree: ast.Module, call: ast.Call, index: int) -> str | None:
    """Return the handler that a call names: a text, or a constant of its module."""
    argument = call.args[index] if len(call.args) > index else None
    for one in call.keywords:
        if one.arg == "messageHandler":
            argument = one.value
    if isinstance(argument, ast.Constant):
        return str(argument.value)
    return _constants(tree).get(argument.id) if isinstance(argument, ast.Name) else None


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a module gives names to."""
    return {
        target.id: str(statement.value.value)
        for statement in tree.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def gateway_refusal(project: Project, name: str, scope: str) -> tuple[str, str] | None:
    """Return (fault, remedy) when no handler of the project listens in the scope."""
    in_gateway = name in project.gateway_messages
    in_session = name in project.session_messages
    if not in_gateway and not in_session:
        known = {*project.gateway_messages, *project.session_messages}
        return f"there is no message handler {name}", one_of(known)
    if not (in_gateway and "G" in scope) and not (in_session and "S" in scope):
        where = "G" if in_gateway else "S"
        return f"the message handler {name} does not hear scope {scope}", f'"{where}" is wanted'
    return None


def view_handlers(project: Project) -> Iterator[dict[str, Any]]:
    """Give the message handlers of all components."""
    for owner in project.owners:
        if isinstance(owner, Component):
            yield from (owner.node.get("scripts") or {}).get("messageHandlers") or []


def view_refusal(project: Project, name: str | None, scope: str) -> tuple[str, str] | None:
    """Return (fault, remedy) when no component listens for a message in the scope."""
    if name is None:
        return None
    handlers = [one for one in view_handlers(project) if one.get("messageType") == name]
    if not handlers:
        known = {one.get("messageType") for one in view_handlers(project)}
        return f"no component handles the message {name}", one_of(known)
    if scope not in SCOPES:
        return f"there is no scope {scope}", one_of(SCOPES)
    if not any(one.get(SCOPES[scope]) for one in handlers):
        heard = [key for key, flag in SCOPES.items() if any(one.get(flag) for one in handlers)]
        return f"the handlers of {name} do not hear scope {scope}", one_of(heard)
    return None


@lru_cache(maxsize=4)
def popup_ids(project: Project) -> set[str]:
    """Return the names of the pop-ups that scripts open."""
    found = set()
    for script in scripts.of_project(project):
        if "Popup" not in script.source:
            continue
        for use in uses_of(script.text, frozenset({"system"})).found:
            opens = use.dotted.endswith((".openPopup", ".togglePopup"))
            if opens and use.call is not None:
                found.add(arguments(use.dotted, use.call).get("id", ""))
    return found
