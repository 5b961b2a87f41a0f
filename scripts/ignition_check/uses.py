"""What a script uses from outside: dotted names with their calls, and names nobody has given it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ignition_check.library import tree_of
from ignition_check.tables import names


@dataclass(frozen=True)
class Use:
    """A dotted name from outside the script, with the call when it is called."""

    dotted: str
    line: int
    call: ast.Call | None


@lru_cache(maxsize=2048)
def uses_of(text: str, given: frozenset[str]) -> Uses:
    """Return what a script uses besides the names it is given; a broken one uses nothing."""
    tree = tree_of(text)
    return Uses(given) if isinstance(tree, SyntaxError) else Uses(given).read(tree)


class Uses(ast.NodeVisitor):
    """Collects what a script uses; names that the script binds itself are its own matter."""

    def __init__(self, given: frozenset[str]) -> None:
        self.given = given | names("python_builtins")
        self.found: list[Use] = []
        self.unknown: list[tuple[str, int]] = []
        self._scopes: list[tuple[bool, set[str]]] = []
        self._aliases: dict[str, str] = {}

    def read(self, tree: ast.Module) -> Uses:
        """Read a whole script."""
        self._scopes.append((False, _bound_in(tree)))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                self._aliases.update(_aliases(node))
        for statement in tree.body:
            self.visit(statement)
        return self

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Read a function; what it binds hides what is outside."""
        for default in (*node.decorator_list, *node.args.defaults):
            self.visit(default)
        self._inside(node, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Read a lambda."""
        for default in node.args.defaults:
            self.visit(default)
        self._inside(node, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Read a class; its own names are seen in its body only."""
        for base in (*node.decorator_list, *node.bases):
            self.visit(base)
        self._inside(node, node.body)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """Read a generator; its variables are its own."""
        self._inside(node, [*node.generators, node.elt])

    def visit_ListComp(self, node: ast.ListComp) -> None:
        """Read a comprehension; its variables are its own."""
        self._inside(node, [*node.generators, node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        """Read a comprehension; its variables are its own."""
        self._inside(node, [*node.generators, node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        """Read a comprehension; its variables are its own."""
        self._inside(node, [*node.generators, node.key, node.value])

    def visit_Call(self, node: ast.Call) -> None:
        """Read a call of a dotted name as one."""
        if not self._take(node.func, node):
            self.visit(node.func)
        for argument in (*node.args, *node.keywords):
            self.visit(argument)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Read a dotted name."""
        if not self._take(node, None):
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name that nobody has given to the script."""
        self._take(node, None)

    def _inside(self, owner: ast.AST, body: Sequence[ast.AST]) -> None:
        self._scopes.append((isinstance(owner, ast.ClassDef), _bound_in(owner)))
        for one in body:
            self.visit(one)
        self._scopes.pop()

    def _take(self, node: ast.expr, call: ast.Call | None) -> bool:
        """Note a dotted name; tell whether the expression was one."""
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return False
        root = inner.id
        if self._is_local(root):
            return True
        if root in self._aliases:
            dotted = [self._aliases[root], *reversed(parts)]
        elif root in self._scopes[0][1]:
            return True
        else:
            dotted = [root, *reversed(parts)]
            if root not in self.given:
                self.unknown.append((root, inner.lineno))
                return True
        self.found.append(Use(".".join(dotted), node.lineno, call))
        return True

    def _is_local(self, name: str) -> bool:
        """Tell whether a scope inside binds the name; a class's names end at its functions."""
        inside = self._scopes[1:]
        return any(
            name in names
            for index, (is_class, names) in enumerate(inside)
            if not is_class or index == len(inside) - 1
        )


@lru_cache(maxsize=1024)
def aliases_of(text: str) -> dict[str, str]:
    """Return what the imports of a script make known, by the name in the script."""
    tree = tree_of(text)
    found: dict[str, str] = {}
    for node in [] if isinstance(tree, SyntaxError) else ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.update(_aliases(node))
    return found


@lru_cache(maxsize=2048)
def http_calls(text: str) -> tuple[ast.Call, ...]:
    """Return the calls of methods of something called client: the platform's HTTP client."""
    tree = tree_of(text)
    if isinstance(tree, SyntaxError) or "client." not in text:
        return ()
    return tuple(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).endswith("client")
    )


def dotted_parts(node: ast.expr) -> tuple[ast.expr, list[ast.expr]]:
    """Return the innermost expression of a chain and the links from the inside out."""
    links: list[ast.expr] = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        links.append(node)
        node = node.func if isinstance(node, ast.Call) else node.value
    links.reverse()
    return node, links


def _aliases(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            root = alias.name.split(".")[0]
            yield root, root


def _bound_in(owner: ast.AST) -> set[str]:
    """Return the names that a scope binds: parameters, assignments, loops, nested functions.

    An import binds as well, but what it stands for is known, so it is left out here.
    """
    bound: set[str] = set()
    of_module: set[str] = set()
    arguments = getattr(owner, "args", None)
    if isinstance(arguments, ast.arguments):
        bound.update(one.arg for one in arguments.args)
        bound.update(one.arg for one in (arguments.vararg, arguments.kwarg) if one)
    pending = list(ast.iter_child_nodes(owner))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            bound.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.Global):
            of_module.update(node.names)
        pending.extend(ast.iter_child_nodes(node))
    return bound - of_module
