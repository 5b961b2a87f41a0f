"""What an expression comes to: operators, functions and references.

Where Ignition's own behaviour is not certain (null in a sum, comparison of different types), the
preview refuses, so that no view depends on it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ignition_check.expressions import (
    Call,
    Expression,
    ExpressionError,
    Literal,
    Operation,
    Reference,
    parse,
)

from ignition_preview.functions import FUNCTIONS, as_text
from ignition_preview.problems import PreviewProblem
from ignition_preview.scripts import Scripts

Resolve = Callable[[str], Any]
SHORTEST_POLL_MS = 5000


@dataclass(frozen=True)
class Surroundings:
    """What an expression can reach besides its references: the scripts and who is signed in."""

    scripts: Scripts
    roles: frozenset[str]
    locale: str


def evaluate(text: str, resolve: Resolve, surroundings: Surroundings) -> Any:
    """Return the value of an expression. Raises PreviewProblem."""
    return _Evaluation(resolve, surroundings).of(_parsed(text))


@cache
def _parsed(text: str) -> Expression:
    try:
        return parse(text)
    except ExpressionError as problem:
        raise PreviewProblem(f"{problem}, in the expression: {text}") from problem


class _Evaluation:
    """One evaluation; arguments of ``if``, ``try`` and their like are evaluated when needed."""

    def __init__(self, resolve: Resolve, surroundings: Surroundings) -> None:
        self._resolve = resolve
        self._around = surroundings
        self._lazy: dict[str, Callable[..., Any]] = {
            "if": self._if,
            "case": self._case,
            "coalesce": self._coalesce,
            "try": self._try,
        }
        self._asking: dict[str, Callable[..., Any]] = {
            "runScript": self._run_script,
            "isAuthorized": self._is_authorized,
            "numberFormat": self._number_format,
            "dateFormat": self._date_format,
            "now": self._now,
        }

    def of(self, node: Expression) -> Any:
        match node:
            case Literal(value):
                return value
            case Reference(path):
                return self._resolve(path)
            case Operation("||" | "&&" as name, (left, right)):
                first = self._truth(left)
                return first if first == (name == "||") else self._truth(right)
            case Operation(name, operands):
                return _operate(name, [self.of(operand) for operand in operands])
            case Call(name, arguments):
                return self._call(name, arguments)

    def _call(self, name: str, arguments: tuple[Expression, ...]) -> Any:
        if name in self._lazy:
            return self._lazy[name](*arguments)
        values = [self.of(argument) for argument in arguments]
        function = self._asking.get(name) or FUNCTIONS.get(name)
        if function is None:
            raise PreviewProblem(f'the preview does not know the expression function "{name}"')
        try:
            return function(*values)
        except TypeError as problem:
            raise PreviewProblem(f"{name}({len(values)} arguments): {problem}") from problem

    def _truth(self, node: Expression) -> bool:
        value = self.of(node)
        if isinstance(value, bool):
            return value
        raise PreviewProblem(f"a condition comes to {value!r}, not to true or false")

    def _if(self, condition: Expression, positive: Expression, negative: Expression) -> Any:
        return self.of(positive if self._truth(condition) else negative)

    def _case(self, subject: Expression, *rest: Expression) -> Any:
        value = self.of(subject)
        if len(rest) % 2 == 0:
            raise PreviewProblem("case() needs a value for everything else as its last argument")
        for candidate, result in zip(rest[:-1:2], rest[1:-1:2], strict=True):
            if self.of(candidate) == value:
                return self.of(result)
        return self.of(rest[-1])

    def _coalesce(self, *candidates: Expression) -> Any:
        values = (self.of(candidate) for candidate in candidates)
        return next((value for value in values if value is not None), None)

    def _try(self, attempt: Expression, failed: Expression) -> Any:
        try:
            return self.of(attempt)
        except PreviewProblem:
            return self.of(failed)

    def _run_script(self, function: str, poll_ms: int = 0, *arguments: Any) -> Any:
        if 0 < poll_ms < SHORTEST_POLL_MS:
            raise PreviewProblem(f"runScript polls every {poll_ms} ms, faster than 5 s")
        return self._around.scripts.call(function, list(arguments))

    def _is_authorized(self, needs_all: bool, *levels: str) -> bool:
        held = [
            level.removeprefix("Authenticated/Roles/") in self._around.roles for level in levels
        ]
        return all(held) if needs_all else any(held)

    def _number_format(self, number: Any, pattern: str) -> str:
        return self._around.scripts.format_number(number, pattern, self._around.locale)

    def _date_format(self, date: Any, pattern: str) -> str:
        return self._around.scripts.format_date(date, pattern)

    def _now(self, _poll_ms: int = 1000) -> Any:
        return self._around.scripts.now()


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def _operate(name: str, values: list[Any]) -> Any:
    if len(values) == 1:
        return _operate_on_one(name, values[0])
    left, right = values
    if name in ("=", "==", "!="):
        return _equal(left, right) == (name != "!=")
    if name == "+" and (isinstance(left, str) or isinstance(right, str)):
        return as_text(left) + as_text(right)
    compute = _ARITHMETIC.get(name) or _ORDER.get(name)
    if compute is None:
        raise PreviewProblem(f'the preview does not know the operator "{name}"')
    return compute(_number(left, name), _number(right, name))


def _operate_on_one(name: str, value: Any) -> Any:
    if name == "-":
        return -_number(value, "-")
    if name == "!" and isinstance(value, bool):
        return not value
    raise PreviewProblem(f'the preview does not know "{name}" of {value!r}')


def _equal(left: Any, right: Any) -> bool:
    kinds = [float if _is_number(value) else type(value) for value in (left, right)]
    if left is not None and right is not None and kinds[0] is not kinds[1]:
        raise PreviewProblem(f"{left!r} is compared with {right!r}, which is of another type")
    return bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any, name: str) -> Any:
    if not _is_number(value):
        raise PreviewProblem(f'"{name}" needs numbers, not {value!r}')
    return value
