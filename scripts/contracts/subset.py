"""The part of JSON Schema 2020-12 that the contracts may use, and its form in the validator.

Everything else is refused at build time: a keyword that no validator enforces would be a promise
that nobody keeps.
"""

from __future__ import annotations

from typing import Any

from contracts.patterns import accepting, portable
from contracts.schemas import ANNOTATIONS, Node, SchemaError, Schemas

_KEYWORDS_OF_TYPE = {
    "string": {"minLength", "maxLength", "pattern", "format", "x-expected"},
    "integer": {"minimum", "maximum"},
    "number": {"minimum", "maximum"},
    "boolean": set(),
    "array": {"items", "minItems", "maxItems"},
    "object": {"properties", "required", "additionalProperties", "allOf"},
}
_FORMATS = ("date", "date-time")


class Translator:
    """Turns definitions into what the validator module reads.

    The result keeps the words of JSON Schema; strings get ``accept`` (one pattern for the first
    pass) and ``expected`` (words for people), ``allOf`` of conditions becomes ``switch`` and
    ``cases``.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self.definitions: dict[str, Node] = {}
        self._open: list[str] = []

    def add(self, name: str, where: str = "") -> None:
        """Translate a definition and all that it refers to; raises :class:`SchemaError`.

        ``where`` is the place that refers to it.
        """
        if name in self._open:
            raise SchemaError(f"{name}: refers to itself by way of {' > '.join(self._open)}")
        if name in self.definitions:
            return
        self._open.append(name)
        self.definitions[name] = self._node(self._schemas.definition(name, where), name)
        self._open.pop()

    def _node(self, node: Node, where: str) -> Node:
        if set(node) == {"$ref"}:
            self.add(node["$ref"], where)
            return node
        node = self._schemas.merged(node, where)
        if "enum" in node or "const" in node:
            return _choice(node, where)
        if not node:
            return {}
        kind = _kind(node, where)
        unknown = set(node) - _KEYWORDS_OF_TYPE[kind] - {"type"} - ANNOTATIONS
        if unknown:
            raise SchemaError(f"{where}: {sorted(unknown)} is not in the subset for {kind}")
        if kind == "string":
            return _string(node, where)
        if kind == "array":
            return self._array(node, where)
        return self._object(node, where) if kind == "object" else node

    def _array(self, node: Node, where: str) -> Node:
        if "maxItems" not in node:
            raise SchemaError(f"{where}: a list needs maxItems")
        return {**node, "items": self._node(node.get("items", {}), f"{where}/items")}

    def _object(self, node: Node, where: str) -> Node:
        fields = node.get("properties", {})
        if "additionalProperties" in node:
            _check_declared(node, fields, where)
        result = {keyword: value for keyword, value in node.items() if keyword != "allOf"}
        if fields:
            result["properties"] = {
                name: self._node(field, f"{where}/{name}") for name, field in fields.items()
            }
        if isinstance(node.get("additionalProperties"), dict):
            result["additionalProperties"] = self._node(node["additionalProperties"], f"{where}/*")
        if "allOf" in node:
            result.update(self._cases(node, where))
        return result

    def _cases(self, node: Node, where: str) -> Node:
        """Translate ``allOf: [{if: this field is X, then: ...}, ...]``, one case for each value."""
        cases: Node = {}
        switches = set()
        for branch in node["allOf"]:
            switch, value = _condition(branch, where)
            switches.add(switch)
            then = branch["then"]
            if "$ref" not in then:
                then = {"type": "object", **then}
                _check_declared(then, node["properties"], where)
            cases[value] = self._node(then, f"{where}/{value}")
        switch = switches.pop()
        choice = self._node(node["properties"].get(switch, {}), where)
        while "$ref" in choice:
            choice = self.definitions[choice["$ref"]]
        complete = set(choice.get("enum", [])) == set(cases) and switch in node.get("required", [])
        if switches or not complete or isinstance(node.get("additionalProperties"), dict):
            raise SchemaError(f"{where}: allOf needs one case for each value of one required enum")
        return {"switch": switch, "cases": cases}


def _condition(branch: Any, where: str) -> tuple[str, str]:
    try:
        (switch,) = branch["if"]["required"]
        value = branch["if"]["properties"][switch]["const"]
        expected = {
            "if": {"required": [switch], "properties": {switch: {"const": value}}},
            "then": branch["then"],
        }
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"{where}: allOf holds conditions on one field's const only") from error
    if branch != expected:
        raise SchemaError(f"{where}: the condition on {switch} says more than a const")
    return switch, value


def _check_declared(node: Node, fields: Node, where: str) -> None:
    undeclared = [name for name in node.get("required", []) if name not in fields]
    if undeclared:
        raise SchemaError(f"{where}: requires {undeclared} without describing them")


def _choice(node: Node, where: str) -> Node:
    values = node.get("enum", [node.get("const")])
    if len(node) != 1 or not values or not all(isinstance(value, str) for value in values):
        raise SchemaError(f"{where}: enum and const stand alone and hold texts")
    return node


def _kind(node: Node, where: str) -> str:
    kind = node.get("type")
    if isinstance(kind, list) and len(kind) == 2 and kind[1] == "null":
        kind = kind[0]
    if not isinstance(kind, str) or kind not in _KEYWORDS_OF_TYPE:
        raise SchemaError(f"{where}: type must be one of {sorted(_KEYWORDS_OF_TYPE)} or [it, null]")
    return kind


def _string(node: Node, where: str) -> Node:
    result = {keyword: value for keyword, value in node.items() if keyword != "x-expected"}
    if "format" in node and node["format"] not in _FORMATS:
        raise SchemaError(f"{where}: format must be one of {list(_FORMATS)}")
    if "pattern" in node:
        result["pattern"] = portable(node["pattern"], where)
    if "pattern" in node or "format" in node:
        if "x-expected" not in node:
            raise SchemaError(f"{where}: pattern and format need x-expected, in words")
        result["expected"] = node["x-expected"]
    result["accept"] = accepting(result)
    return result
