"""The script library: what each module offers to others, read without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from ignition_check.signatures import Signature, of_function


@dataclass(frozen=True)
class Module:
    """A module: its file, its tree (None when it does not parse) and its names.

    A function or class has a signature, any other name has None.
    """

    file: str
    text: str
    tree: ast.Module | None
    names: dict[str, Signature | None] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Library:
    """All modules by their dotted names; two of the same texts are equal."""

    modules: dict[str, Module]

    @cached_property
    def _content(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, module.text) for name, module in self.modules.items())

    @cached_property
    def _hash(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Library) and self._content == other._content

    def __hash__(self) -> int:
        return self._hash

    @classmethod
    def read(cls, texts: dict[str, tuple[str, str]]) -> Library:
        """Return the library of (file, text) by dotted name."""
        return cls({name: _module(file, text) for name, (file, text) in texts.items()})

    @cached_property
    def packages(self) -> frozenset[str]:
        """The names that every script knows without an import."""
        return frozenset(name.split(".")[0] for name in self.modules)

    @cached_property
    def _above(self) -> frozenset[str]:
        names = set()
        for name in self.modules:
            while "." in name:
                name = name.rpartition(".")[0]
                names.add(name)
        return frozenset(names)

    def is_package(self, name: str) -> bool:
        """Tell whether there are modules below a name."""
        return name in self._above

    def refusal(self, dotted: str) -> str | None:
        """Tell why a dotted name such as ``countersign.texts.all`` leads nowhere."""
        if dotted in self.modules or self.is_package(dotted):
            return None
        module, _, name = dotted.rpartition(".")
        if module not in self.modules:
            while module and module not in self.modules:
                if self.is_package(module):
                    return f"{module} has no module {dotted[len(module) + 1 :].split('.')[0]}"
                module = module.rpartition(".")[0]
            if module not in self.modules:
                return f"there is no module {dotted.rpartition('.')[0] or dotted}"
            name = dotted[len(module) + 1 :].split(".")[0]
        found = self.modules[module]
        if found.tree is not None and name not in found.names:
            return f"{module} has no {name}"
        return None

    def signature(self, dotted: str) -> Signature | None:
        """Return the signature of a function or class; None when it is none or unknown."""
        module, _, name = dotted.rpartition(".")
        return self.modules[module].names.get(name) if module in self.modules else None

    def known_beside(self, dotted: str) -> list[str]:
        """Return what there is instead of a name that is not there."""
        module = dotted.rpartition(".")[0]
        if module in self.modules:
            public = self.modules[module].names
            return [name for name in public if not name.startswith("_")]
        return sorted(self.modules)


@lru_cache(maxsize=1024)
def tree_of(text: str) -> ast.Module | SyntaxError:
    """Return the tree of a script, or why it has none."""
    try:
        return ast.parse(text)
    except SyntaxError as problem:
        return problem


@lru_cache(maxsize=1024)
def texts_in(text: str) -> tuple[tuple[int, str], ...]:
    """Return (line, value) of every text that stands in a script."""
    tree = tree_of(text)
    if isinstance(tree, SyntaxError):
        return ()
    return tuple(
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@lru_cache(maxsize=1024)
def _module(file: str, text: str) -> Module:
    tree = tree_of(text)
    if isinstance(tree, SyntaxError):
        return Module(file, text, None)
    return Module(file, text, tree, dict(_names(tree.body)))


def _names(body: list[ast.stmt]) -> Iterator[tuple[str, Signature | None]]:
    """Give the names that statements define at the top of a module."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            plain = not statement.decorator_list
            yield statement.name, of_function(statement) if plain else None
        elif isinstance(statement, ast.ClassDef):
            yield statement.name, _constructor(statement)
        elif isinstance(statement, ast.Import | ast.ImportFrom):
            for alias in statement.names:
                yield (alias.asname or alias.name.split(".")[0]), None
        elif isinstance(statement, ast.Try):
            handlers = [one for handler in statement.handlers for one in handler.body]
            yield from _names([*statement.body, *handlers, *statement.orelse])
        elif isinstance(statement, ast.If | ast.With | ast.For | ast.While):
            yield from _names([*statement.body, *getattr(statement, "orelse", [])])
            yield from ((name, None) for name in _stored(statement))
        else:
            yield from ((name, None) for name in _stored(statement))


def _constructor(kind: ast.ClassDef) -> Signature | None:
    for one in kind.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return of_function(one, skip_self=True)
    has_plain_base = all(isinstance(b, ast.Name) and b.id == "object" for b in kind.bases)
    return Signature((), 0) if has_plain_base else None


def _stored(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
