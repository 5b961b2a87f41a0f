"""Ignition's expression language: text to a tree of literals, references, calls and operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


class ExpressionError(ValueError):
    """The text is no expression; says what was met and where."""


@dataclass(frozen=True)
class Literal:
    """A text, a number, a truth value or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True)
class Reference:
    """A property or tag in braces, without them."""

    path: str


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Operation:
    """An operator with one operand or two; ``[]`` takes an element."""

    operator: str
    operands: tuple[Expression, ...]


Expression = Literal | Reference | Call | Operation

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<reference>\{[^{}]*\})
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign>&&|\|\||<<|>>|<=|>=|!=|==|[-+*/%^(),\[\]<>=!&|~])
    )""",
    re.VERBOSE | re.DOTALL,
)
_PRECEDENCE = (
    ("||",),
    ("&&",),
    ("=", "==", "!="),
    ("<", ">", "<=", ">=", "LIKE"),
    ("|",),
    ("^",),
    ("&",),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "none": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Return the tree of an expression. Raises ExpressionError."""
    reader = _Reader(text)
    tree = reader.binary(0)
    if reader.token[0] != "end":
        raise ExpressionError(f"{reader.token[1]!r} at {reader.start} is not expected")
    return tree


def walk(tree: Expression) -> Iterator[Expression]:
    """Give the tree and all that is in it."""
    yield tree
    below = tree.arguments if isinstance(tree, Call) else ()
    if isinstance(tree, Operation):
        below = tree.operands
    for one in below:
        yield from walk(one)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.start = 0
        self.token = ("end", "")
        self.advance()

    def advance(self) -> tuple[str, str]:
        """Return the token that was current and read the next one."""
        before = self.token
        while True:
            match = _TOKEN.match(self._text, self._at)
            if match is None:
                rest = self._text[self._at :].strip()
                if rest:
                    raise ExpressionError(f"{rest[:20]!r} at {self._at} cannot be read")
                self.token, self.start = ("end", ""), len(self._text)
                return before
            self._at = match.end()
            kind = match.lastgroup or ""
            if kind != "comment":
                self.token, self.start = (kind, match[kind]), match.start(kind)
                return before

    def takes(self, sign: str) -> bool:
        """Tell whether the sign stands here, and go past it."""
        if self.token == ("sign", sign):
            self.advance()
            return True
        return False

    def expect(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if not self.takes(sign):
            found = self.token[1] or "the end"
            raise ExpressionError(f"{sign!r} is missing before {found!r} at {self.start}")

    def binary(self, level: int) -> Expression:
        """Read operators of one precedence and above."""
        if level == len(_PRECEDENCE):
            return self.unary()
        left = self.binary(level + 1)
        while self._is_operator(_PRECEDENCE[level]):
            operator = self.advance()[1].upper()
            left = Operation(operator, (left, self.binary(level + 1)))
        return left

    def _is_operator(self, operators: tuple[str, ...]) -> bool:
        kind, text = self.token
        return (kind == "sign" and text in operators) or (
            kind == "name" and text.upper() in operators
        )

    def unary(self) -> Expression:
        """Read a sign before a value, then the value and the elements taken from it."""
        for sign in ("-", "!", "~"):
            if self.takes(sign):
                return Operation(sign, (self.unary(),))
        value = self.value()
        while self.takes("["):
            value = Operation("[]", (value, self._list_of_expressions("]")[0]))
        return value

    def value(self) -> Expression:
        """Read a literal, a reference, a call or an expression in parentheses."""
        kind, text = self.advance()
        if kind == "number":
            return Literal(int(text) if text.isdigit() else float(text))
        if kind == "text":
            return Literal(re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1]))
        if kind == "reference":
            return Reference(text[1:-1].strip())
        if kind == "name" and self.takes("("):
            return Call(text, tuple(self._list_of_expressions(")")))
        if kind == "name" and text.lower() in _WORDS:
            return Literal(_WORDS[text.lower()])
        if (kind, text) == ("sign", "("):
            inner = self.binary(0)
            self.expect(")")
            return inner
        raise ExpressionError(f"a value is missing before {text or 'the end'!r}")

    def _list_of_expressions(self, end: str) -> list[Expression]:
        found: list[Expression] = []
        if end == ")" and self.takes(end):
            return found
        found.append(self.binary(0))
        while self.takes(","):
            found.append(self.binary(0))
        self.expect(end)
        return found
