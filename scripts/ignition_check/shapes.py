"""Shapes: which keys the value of a function has, as far as its text says so.

A screen binds to a function of the library and reads keys of what it returns. Functions here return
dictionaries that are written out, so a misspelt key can be found without running them. Whatever is
not written out has an unknown shape, of which nothing is said.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache

from ignition_check.expressions import Call, ExpressionError, Literal, parse
from ignition_check.library import Library, Module
from ignition_check.project import Project
from ignition_check.uses import aliases_of

MUTATORS = frozenset({"setdefault", "clear", "pop", "append", "extend", "insert", "sort"})


@dataclass(frozen=True)
class Record:
    """A dictionary with these keys, some of them perhaps in some cases only."""

    fields: tuple[tuple[str, Shape], ...]

    def get(self, key: str) -> Shape:
        """Return the shape of a field."""
        return dict(self.fields).get(key)

    @property
    def keys(self) -> set[str]:
        """The names of the fields."""
        return {key for key, _ in self.fields}


@dataclass(frozen=True)
class Rows:
    """A list whose elements have this shape."""

    element: Shape


Shape = Record | Rows | None
"""None is a value of which nothing is known."""


def of_expression(project: Project, text: str) -> Shape:
    """Return the shape of an expression that is a runScript."""
    try:
        tree = parse(text)
    except ExpressionError:
        return None
    first = tree.arguments[0] if isinstance(tree, Call) and tree.arguments else None
    if not isinstance(tree, Call) or tree.name != "runScript" or not isinstance(first, Literal):
        return None
    return of_function(project, str(first.value))


def of_function(project: Project, dotted: str) -> Shape:
    """Return the shape of what a function of the library returns."""
    return _of_function(project.library, dotted)


@lru_cache(maxsize=4096)
def _of_function(library: Library, dotted: str) -> Shape:
    return _Reader(library).function(dotted)


def missing(shape: Shape, steps: tuple[str | int, ...]) -> tuple[str, set[str]] | None:
    """Return (key, known keys) of the first step that a value cannot have, else None."""
    for step in steps:
        if isinstance(shape, Record):
            if step not in shape.keys:
                return str(step), shape.keys
            shape = shape.get(str(step))
        elif isinstance(shape, Rows) and isinstance(step, int):
            shape = shape.element
        else:
            return None
    return None


def below(shape: Shape, steps: tuple[str | int, ...]) -> Shape:
    """Return the shape of what lies at steps inside a value."""
    for step in steps:
        if isinstance(shape, Record):
            shape = shape.get(str(step))
        elif isinstance(shape, Rows) and isinstance(step, int):
            shape = shape.element
        else:
            return None
    return shape


def merged(shapes: list[Shape]) -> Shape:
    """Return what values of all these shapes may have: a record has the keys of all."""
    if not shapes:
        return None
    if all(isinstance(one, Rows) for one in shapes):
        return Rows(merged([one.element for one in shapes if isinstance(one, Rows)]))
    fields: dict[str, list[Shape]] = {}
    for one in shapes:
        if not isinstance(one, Record):
            return None
        for key, shape in one.fields:
            fields.setdefault(key, []).append(shape)
    return Record(tuple((key, merged(each)) for key, each in fields.items()))


class _Reader:
    """Reads functions; one that calls itself has an unknown shape."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._open: set[str] = set()

    def function(self, dotted: str) -> Shape:
        """Return the shape of a function by its dotted name."""
        name, _, function_name = dotted.rpartition(".")
        module = self._library.modules.get(name)
        found = _functions(module).get(function_name) if module is not None else None
        if module is None or found is None or dotted in self._open:
            return None
        self._open.add(dotted)
        returned = [one.value for one in ast.walk(found) if isinstance(one, ast.Return)]
        scope = _Scope(name, module, found)
        shape = merged([self._of(value, scope) for value in returned])
        self._open.discard(dotted)
        return shape

    def _of(self, node: ast.expr | None, scope: _Scope) -> Shape:
        if isinstance(node, ast.Dict):
            return self._dictionary(node, scope)
        if isinstance(node, ast.List):
            return Rows(merged([self._of(one, scope) for one in node.elts]))
        if isinstance(node, ast.ListComp):
            return Rows(self._of(node.elt, scope))
        if isinstance(node, ast.IfExp):
            return merged([self._of(node.body, scope), self._of(node.orelse, scope)])
        if isinstance(node, ast.Call):
            return self._call(node, scope)
        if isinstance(node, ast.Name):
            return self._named(node.id, scope)
        return None

    def _named(self, name: str, scope: _Scope) -> Shape:
        """A name has the fields of its value and those that are added to it somewhere."""
        shape = self._of(scope.value_of(name), scope)
        for addition in _names_in(scope.function).additions.get(name, []):
            more = self._of(addition, scope)
            if not isinstance(shape, Record) or not isinstance(more, Record):
                return None
            shape = Record(tuple({**dict(shape.fields), **dict.fromkeys(more.keys)}.items()))
        return shape

    def _dictionary(self, node: ast.Dict, scope: _Scope) -> Shape:
        fields: dict[str, Shape] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            shape = self._of(value, scope)
            if key is None:
                if not isinstance(shape, Record):
                    return None
                fields.update(shape.fields)
            elif isinstance(key, ast.Constant):
                fields[str(key.value)] = shape
            else:
                return None
        return Record(tuple(fields.items()))

    def _call(self, node: ast.Call, scope: _Scope) -> Shape:
        if isinstance(node.func, ast.Name) and node.func.id == "dict":
            return self._dict_call(node, scope)
        dotted = scope.dotted(node.func)
        return self.function(dotted) if dotted is not None else None

    def _dict_call(self, node: ast.Call, scope: _Scope) -> Shape:
        fields: dict[str, Shape] = {}
        for argument in node.args:
            shape = self._of(argument, scope)
            if not isinstance(shape, Record):
                return None
            fields.update(shape.fields)
        for keyword in node.keywords:
            if keyword.arg is None:
                shape = self._of(keyword.value, scope)
                if not isinstance(shape, Record):
                    return None
                fields.update(shape.fields)
            else:
                fields[keyword.arg] = self._of(keyword.value, scope)
        return Record(tuple(fields.items()))


@dataclass(frozen=True)
class _Scope:
    """The function that is read, in its module."""

    name: str
    module: Module
    function: ast.FunctionDef

    def value_of(self, name: str) -> ast.expr | None:
        """Return what a name stands for when it is given once and never changed."""
        given = [one.arg for one in self.function.args.args]
        names = _names_in(self.function)
        values = names.values.get(name, [])
        if name in given or len(values) > 1 or name in names.changed:
            return None
        if not values and self.module.tree is not None:
            values = _names_in(self.module.tree).values.get(name, [])
        return values[0] if len(values) == 1 else None

    def dotted(self, node: ast.expr) -> str | None:
        """Return the dotted name of a function that is called."""
        if isinstance(node, ast.Name):
            return f"{self.name}.{node.id}" if node.id in _functions(self.module) else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = aliases_of(self.module.text).get(node.value.id)
            is_hidden = node.value.id in _names_in(self.function).values
            return f"{module}.{node.attr}" if module and not is_hidden else None
        return None


def _functions(module: Module) -> dict[str, ast.FunctionDef]:
    return _functions_in(module.tree) if module.tree is not None else {}


@lru_cache(maxsize=1024)
def _functions_in(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}


@dataclass(frozen=True)
class _Names:
    """What a function or module gives names to, adds to them, or changes in another way.

    A value of None cannot be read.
    """

    values: dict[str, list[ast.expr | None]]
    additions: dict[str, list[ast.expr]]
    changed: set[str]


@lru_cache(maxsize=4096)
def _names_in(owner: ast.FunctionDef | ast.Module) -> _Names:
    """Read a function with all that is in it, of a module only what stands at its top."""
    found = _Names({}, {}, set())
    for node in ast.walk(owner) if isinstance(owner, ast.FunctionDef) else owner.body:
        if isinstance(node, ast.Assign):
            _assigned(found, node)
        elif isinstance(node, ast.For | ast.comprehension | ast.AugAssign):
            for name in _stored(node.target):
                found.values.setdefault(name, []).append(None)
            if isinstance(node.target, ast.Subscript) and isinstance(node.target.value, ast.Name):
                found.changed.add(node.target.value.id)
        elif isinstance(node, ast.Call):
            _called_on(found, node)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            # Nobody takes what this call returns, so it may change what it is handed.
            handed = (one.id for one in node.value.args if isinstance(one, ast.Name))
            found.changed.update(handed)
    return found


def _assigned(found: _Names, node: ast.Assign) -> None:
    for target in node.targets:
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            key = target.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                added = ast.Dict(keys=[key], values=[node.value])
                found.additions.setdefault(target.value.id, []).append(added)
            else:
                found.changed.add(target.value.id)
            continue
        for name in _stored(target):
            value = node.value if isinstance(target, ast.Name) else None
            found.values.setdefault(name, []).append(value)


def _called_on(found: _Names, call: ast.Call) -> None:
    """A call such as ``row.update(other)``, or another change in place."""
    if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
        return
    name, method = call.func.value.id, call.func.attr
    if method == "update":
        of_dict = ast.Name(id="dict", ctx=ast.Load())
        more = ast.Call(func=of_dict, args=call.args, keywords=call.keywords)
        found.additions.setdefault(name, []).append(more)
    elif method in MUTATORS:
        found.changed.add(name)


def _stored(target: ast.expr) -> list[str]:
    nodes = [one for one in ast.walk(target) if isinstance(one, ast.Name)]
    return [one.id for one in nodes if isinstance(one.ctx, ast.Store)]
