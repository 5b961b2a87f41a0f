"""The schema files: read, with every reference made absolute and merged with its neighbours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Node = dict[str, Any]

ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "$comment", "title", "description", "examples"})
"""Keywords that say something to readers and nothing to a validator."""


class SchemaError(Exception):
    """A schema file says something that the validator cannot hold; the message says where."""


class Schemas:
    """All schema files of one version, by name without ending.

    A definition is named ``event`` (the whole file) or ``common#quantity`` (an entry of its
    ``$defs``).
    """

    def __init__(self, documents: dict[str, Node]) -> None:
        self._documents = documents

    @classmethod
    def read(cls, folder: Path) -> Schemas:
        """Read every ``*.json`` of the folder; raises :class:`SchemaError` for bad JSON."""
        documents = {}
        for path in sorted(folder.glob("*.json")):
            try:
                documents[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise SchemaError(f"{path.name}: {error}") from error
        return cls(documents)

    def messages(self) -> list[str]:
        """Return the files that describe a message, not only definitions."""
        return [name for name, node in self._documents.items() if set(node) - ANNOTATIONS]

    def definition(self, name: str, where: str) -> Node:
        """Return a definition, its references absolute (``common#quantity``), annotations left out.

        ``where`` is the place that asks for it. Raises :class:`SchemaError` when there is none.
        """
        document, _, entry = name.partition("#")
        try:
            node = self._documents[document]
            node = node["$defs"][entry] if entry else node
        except KeyError as error:
            raise SchemaError(f"{where}: refers to {name}, which does not exist") from error
        plain = _with_absolute_references(node, document)
        if not isinstance(plain, dict):
            raise SchemaError(f"{name}: must be an object")
        return plain

    def merged(self, node: Node, where: str) -> Node:
        """Return the node with its reference resolved when other keywords stand beside it.

        JSON Schema asks for both to hold; that is the same as one node as long as no keyword
        stands on both sides, anything else raises :class:`SchemaError`.
        """
        if "$ref" not in node or len(node) == 1:
            return node
        target = self.merged(self.definition(node["$ref"], where), where)
        if "$ref" in target:
            target = self.definition(target["$ref"], where)
        own = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
        twice = set(own) & set(target)
        if twice:
            raise SchemaError(f"{where}: {sorted(twice)} stand here and in {node['$ref']}")
        return {**target, **own}


def _with_absolute_references(value: Any, document: str) -> Any:
    if isinstance(value, list):
        return [_with_absolute_references(entry, document) for entry in value]
    if not isinstance(value, dict):
        return value
    node: Node = {}
    for keyword, entry in value.items():
        if keyword == "$ref":
            node[keyword] = _absolute(entry, document)
        elif keyword == "properties":
            node[keyword] = {
                name: _with_absolute_references(field, document) for name, field in entry.items()
            }
        elif keyword not in ANNOTATIONS:
            node[keyword] = _with_absolute_references(entry, document)
    return node


def _absolute(reference: str, document: str) -> str:
    file, _, fragment = reference.partition("#")
    if file and not file.endswith(".json"):
        raise SchemaError(f"{document}: {reference} does not name a schema file")
    name = file.removesuffix(".json") or document
    if not fragment:
        return name
    entry = fragment.removeprefix("/$defs/")
    if entry == fragment or "/" in entry:
        raise SchemaError(f"{document}: {reference} must point to a file or to its $defs")
    return f"{name}#{entry}"
