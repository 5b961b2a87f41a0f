"""Object XML as text: how the platform writes a transaction group.

A string or enumeration that is met again is written once, with an id, and referred to afterwards;
ids are given in the order of the second meetings. An element with one child that fits on its line
stands on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

ATTRIBUTE_ESCAPES = {'"': "&quot;"}


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its attributes in order, and either children or a text."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    text: str | None = None

    @property
    def is_shared(self) -> bool:
        """Tell whether an equal node is written only once."""
        return self.tag == "enum" or (self.tag == "str" and bool(self.text))


def write(root: Node, framework: str, written_at: str) -> str:
    """Write an object as the platform does."""
    head = f'<objects framework.version="{framework}" timestamp="{written_at}">'
    lines = _Lines(_identities(root))
    lines.block(root, 1)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *lines.written, "</objects>"])


def _identities(root: Node) -> dict[Node, int]:
    """Number the shared nodes that occur more than once."""
    met: set[Node] = set()
    identities: dict[Node, int] = {}
    for node in _walk(root):
        if not node.is_shared:
            continue
        if node in met:
            identities.setdefault(node, len(identities))
        met.add(node)
    return identities


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


class _Lines:
    def __init__(self, identities: dict[Node, int]) -> None:
        self._identities = identities
        self._done: set[Node] = set()
        self.written: list[str] = []

    def block(self, node: Node, depth: int) -> None:
        """Write a node on lines of its own."""
        indent = "\t" * depth
        line = self._inline(node)
        if line is None and len(node.children) == 1:
            inner = self._inline(node.children[0])
            if inner is not None:
                line = f"{self._opening(node)}{inner}</{node.tag}>"
        if line is not None:
            self.written.append(indent + line)
            return
        self.written.append(indent + self._opening(node))
        for child in node.children:
            self.block(child, depth + 1)
        self.written.append(f"{indent}</{node.tag}>")

    def _inline(self, node: Node) -> str | None:
        """Return a node that fits on one line."""
        if node in self._done:
            return f"<ref>{self._identities[node]}</ref>"
        if node.children:
            return None
        opening = self._opening(node)
        if node.text is not None:
            return f"{opening}{escape(node.text)}</{node.tag}>"
        return f"{opening}</{node.tag}>" if node.tag == "str" else f"{opening[:-1]}/>"

    def _opening(self, node: Node) -> str:
        parts = [node.tag]
        if node.is_shared and node in self._identities:
            parts.append(f'id="{self._identities[node]}"')
            self._done.add(node)
        parts += [f'{name}="{_quoted(value)}"' for name, value in node.attributes]
        return f"<{' '.join(parts)}>"


def _quoted(value: str) -> str:
    return escape(value, ATTRIBUTE_ESCAPES).replace("&gt;", ">")
