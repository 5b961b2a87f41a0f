"""A query: ``$filter`` and ``$orderby`` of OData V2, read into conditions on stored rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap.edm import EdmError, converted, from_literal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.tables import EntityType, Property

Condition = Callable[[Row], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<literal>(?:datetimeoffset|datetime|time|guid)?'(?:[^']|'')*'|-?\d+(?:\.\d+)?[MmDdLl]?"
    r"|true|false|null)(?![\w.])|(?P<word>[A-Za-z_]\w*)|(?P<sign>[(),]))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": lambda one, other: bool(one > other),
    "ge": lambda one, other: bool(one >= other),
    "lt": lambda one, other: bool(one < other),
    "le": lambda one, other: bool(one <= other),
}
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "substringof": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


@dataclass(slots=True)
class Filter:
    """A condition, and the equalities that must hold in any case (for a search by index)."""

    condition: Condition
    equal: dict[str, Any] = field(default_factory=dict)


def parse_filter(text: str, type_: EntityType) -> Filter:
    """Read a ``$filter``.

    Raises:
        Refusal: it is none, or speaks of fields that do not exist.
    """
    parser = _Parser(_tokens(text), type_)
    found = parser.disjunction()
    if parser.position != len(parser.tokens):
        raise _invalid(f"near '{parser.tokens[parser.position][1]}'")
    return found


def parse_order(text: str, type_: EntityType) -> Callable[[list[Row]], list[Row]]:
    """Read an ``$orderby`` into a function that sorts.

    Raises:
        Refusal: it speaks of fields that do not exist.
    """
    keys = []
    for part in reversed(text.split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in type_.properties or direction.strip() not in ("", "asc", "desc"):
            raise _invalid(f"$orderby {part.strip()}")
        keys.append((type_.properties[name], direction.strip() == "desc"))

    def ordered(rows: list[Row]) -> list[Row]:
        for prop, descending in keys:
            rows = sorted(rows, key=lambda row: _sortable(prop, row[prop.name]), reverse=descending)
        return rows

    return ordered


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _invalid(f"at position {position}")
        tokens.append((str(match.lastgroup), str(match[str(match.lastgroup)])))
        position = match.end()
    return tokens


class _Parser:
    """Reads a filter from left to right; ``or`` binds weakest, then ``and``, then ``not``."""

    def __init__(self, tokens: list[tuple[str, str]], type_: EntityType) -> None:
        self.tokens = tokens
        self.position = 0
        self._type = type_

    def disjunction(self) -> Filter:
        """Read conditions joined by ``or``."""
        parts = [self._conjunction()]
        while self._take("or"):
            parts.append(self._conjunction())
        if len(parts) == 1:
            return parts[0]
        return Filter(lambda row: any(part.condition(row) for part in parts))

    def _conjunction(self) -> Filter:
        parts = [self._negation()]
        while self._take("and"):
            parts.append(self._negation())
        if len(parts) == 1:
            return parts[0]
        equal = {name: value for part in parts for name, value in part.equal.items()}
        return Filter(lambda row: all(part.condition(row) for part in parts), equal)

    def _negation(self) -> Filter:
        if self._take("not"):
            inner = self._negation().condition
            return Filter(lambda row: not inner(row))
        if self._take("("):
            inside = self.disjunction()
            self._expect(")")
            return inside
        return self._test()

    def _test(self) -> Filter:
        kind, word = self._next()
        if kind != "word":
            raise _invalid(f"near '{word}'")
        if word in _TEXT_TESTS:
            found = Filter(self._text_test(word))
            if self._take("eq"):
                self._next()
            return found
        prop = self._property(word)
        _, comparison = self._next()
        if comparison not in _COMPARISONS:
            raise _invalid(f"near '{comparison}'")
        value = self._value(prop)
        return _comparison(prop, comparison, value)

    def _text_test(self, function: str) -> Condition:
        self._expect("(")
        first = self._next()
        self._expect(",")
        second = self._next()
        self._expect(")")
        word, literal = (second, first) if function == "substringof" else (first, second)
        prop = self._property(word[1])
        part = literal[1][1:-1].replace("''", "'")
        part = converted(prop, part) if prop.conversion == "UPPER" else part
        test = _TEXT_TESTS[function]
        return lambda row: test(str(row[prop.name]), part)

    def _property(self, name: str) -> Property:
        if name not in self._type.properties:
            raise bad_request(
                "/IWBEP/CM_MGW_RT/020", f"Property {name} not found in type {self._type.name}Type"
            )
        return self._type.properties[name]

    def _value(self, prop: Property) -> Any:
        kind, text = self._next()
        if kind != "literal":
            raise _invalid(f"near '{text}'")
        if text == "null":
            return None
        try:
            return from_literal(prop, text)
        except EdmError as error:
            raise _invalid(f"{prop.name}: {error}") from None

    def _next(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise _invalid("it ends too early")
        self.position += 1
        return self.tokens[self.position - 1]

    def _take(self, word: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position][1] == word:
            self.position += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise _invalid(f"'{word}' is missing")


def _comparison(prop: Property, name: str, value: Any) -> Filter:
    compare = _COMPARISONS[name]
    if value is None:
        return Filter(lambda row: compare(row[prop.name] is None, True))
    wanted = _sortable(prop, value)

    def holds(row: Row) -> bool:
        stored = row[prop.name]
        return stored is not None and compare(_sortable(prop, stored), wanted)

    return Filter(holds, {prop.name: value} if name == "eq" else {})


def _sortable(prop: Property, value: Any) -> Any:
    if prop.type == "Edm.Decimal":
        return Decimal(value)
    return "" if value is None else value


def _invalid(detail: str) -> Exception:
    return bad_request("/IWBEP/CM_MGW_RT/176", f"Invalid filter or order: {detail}")
