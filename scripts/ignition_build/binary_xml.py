"""Binary object XML: how a gateway of 8.1 writes objects that are no text.

A file is a header, a table of strings and a tree. The tree names strings by their number, in the
order in which it meets them; the table stands in the order of a Java hash map. An attribute has one
of four kinds of value; elements ``str`` hold a string of the table, other elements raw bytes.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ignition_build.java import hash_map_order

MAGIC = bytes.fromhex("98298faa43f74a4fb28dca3c4896afc9")
VERSION = 2
PADDING = bytes(20)
GZIP_MAGIC = b"\x1f\x8b"
TEXT_ELEMENT = "str"
SHORT_TEXT_LIMIT = 1 << 16

IS_REFERENCE, HAS_TAIL, HAS_IDENTITY, HAS_ATTRIBUTES, HAS_CHILDREN, HAS_CONTENT = (
    0x01,
    0x02,
    0x04,
    0x08,
    0x10,
    0x20,
)
KNOWN_FLAGS = HAS_TAIL | HAS_IDENTITY | HAS_ATTRIBUTES | HAS_CHILDREN | HAS_CONTENT
COUNT_KIND, WORD_KIND, CLASS_KIND, SIGNATURE_KIND = 0x02, 0x08, 0x09, 0x0A


class BinaryXmlError(ValueError):
    """The bytes are not binary object XML as it is known; the text says where."""


@dataclass(frozen=True, slots=True)
class Word:
    """A text as the value of an attribute."""

    text: str


@dataclass(frozen=True, slots=True)
class ClassName:
    """The name of a Java class as the value of an attribute."""

    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number as the value of an attribute; ``mark`` leads it and is 255 in every known file."""

    number: int
    mark: int = 0xFF


@dataclass(frozen=True, slots=True)
class Signature:
    """The types of a method's arguments as the value of an attribute."""

    types: tuple[str, ...]


Value = Word | ClassName | Count | Signature


@dataclass(frozen=True, slots=True)
class Reference:
    """An element that was written before, by its identity."""

    identity: int


@dataclass(frozen=True, slots=True)
class Element:
    """An element; ``content`` is a text in ``str`` elements and bytes in all others.

    ``children`` tells an element without children (``None``) from one with an empty list of them.
    """

    name: str
    attributes: tuple[tuple[str, Value], ...] = ()
    children: tuple[Element | Reference, ...] | None = None
    content: str | bytes | None = None
    identity: int | None = None


def encode(root: Element, written_at_ms: int) -> bytes:
    """Write a tree as the platform does, before gzip."""
    writer = _Writer()
    tree = writer.element(root)
    head = MAGIC + struct.pack(">IQ", VERSION, written_at_ms) + PADDING
    return head + writer.strings() + tree


def decode(content: bytes) -> tuple[Element, int]:
    """Read a file, gzipped or not; return the tree and when it was written in milliseconds.

    Raises :class:`BinaryXmlError`.
    """
    if content.startswith(GZIP_MAGIC):
        content = gzip.decompress(content)
    reader = _Reader(content)
    try:
        written_at_ms = reader.head()
        root = reader.node()
    except (struct.error, KeyError, UnicodeDecodeError) as error:
        raise BinaryXmlError(f"broken off at byte {reader.position}: {error!r}") from error
    if reader.position != len(content) or not isinstance(root, Element):
        raise BinaryXmlError(f"the tree does not end with the file, but at {reader.position}")
    return root, written_at_ms


class _Writer:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def strings(self) -> bytes:
        """Return the table of all strings met."""
        entries = [self._entry(text) for text in hash_map_order(list(self._numbers))]
        return struct.pack(">I", len(entries)) + b"".join(entries)

    def element(self, element: Element) -> bytes:
        base, _, tail = element.name.partition("-")
        parts = [bytes([self._flags(element, tail)]), self._number(base)]
        if tail:
            parts.append(self._number(tail))
        if element.identity is not None:
            parts.append(struct.pack(">I", element.identity))
        if element.attributes:
            parts.append(bytes([len(element.attributes)]))
            for name, value in element.attributes:
                parts += [self._number(name), self._value(value)]
        if element.children is not None:
            parts.append(struct.pack(">I", len(element.children)))
            parts += [self._node(child) for child in element.children]
        if element.content is not None:
            content = element.content
            raw = self._number(content) if isinstance(content, str) else content
            parts += [struct.pack(">I", len(raw)), raw]
        return b"".join(parts)

    def _node(self, node: Element | Reference) -> bytes:
        if isinstance(node, Reference):
            return struct.pack(">BI", IS_REFERENCE, node.identity)
        return self.element(node)

    def _flags(self, element: Element, tail: str) -> int:
        return (
            (HAS_TAIL if tail else 0)
            | (HAS_IDENTITY if element.identity is not None else 0)
            | (HAS_ATTRIBUTES if element.attributes else 0)
            | (HAS_CHILDREN if element.children is not None else 0)
            | (HAS_CONTENT if element.content is not None else 0)
        )

    def _value(self, value: Value) -> bytes:
        if isinstance(value, Count):
            return struct.pack(">BBI", COUNT_KIND, value.mark, value.number)
        if isinstance(value, Signature):
            types = b"".join(self._number(name) for name in value.types)
            return bytes([SIGNATURE_KIND, len(value.types)]) + types
        kind = CLASS_KIND if isinstance(value, ClassName) else WORD_KIND
        return bytes([kind]) + self._number(value.text)

    def _number(self, text: str) -> bytes:
        return struct.pack(">I", self._numbers.setdefault(text, len(self._numbers)))

    def _entry(self, text: str) -> bytes:
        raw = text.encode("utf-8")
        is_short = len(raw) < SHORT_TEXT_LIMIT
        length = struct.pack(">BH" if is_short else ">BI", not is_short, len(raw))
        return struct.pack(">I", self._numbers[text]) + length + raw


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._strings: dict[int, str] = {}
        self.position = 0

    def head(self) -> int:
        """Read the header and the strings; return when the file was written."""
        if self._take(len(MAGIC)) != MAGIC or self._number(">I") != VERSION:
            raise BinaryXmlError("the file does not begin as binary object XML of version 2 does")
        written_at_ms = self._number(">Q")
        self._take(len(PADDING))
        for _ in range(self._number(">I")):
            number, is_long = self._number(">I"), self._number(">B")
            length = self._number(">I" if is_long else ">H")
            self._strings[number] = self._take(length).decode("utf-8")
        return written_at_ms

    def node(self) -> Element | Reference:
        flags = self._number(">B")
        if flags == IS_REFERENCE:
            return Reference(self._number(">I"))
        if flags & ~KNOWN_FLAGS:
            raise BinaryXmlError(f"unknown flags {flags:#x} before byte {self.position}")
        name = self._text()
        if flags & HAS_TAIL:
            name = f"{name}-{self._text()}"
        return Element(
            name=name,
            identity=self._number(">I") if flags & HAS_IDENTITY else None,
            attributes=tuple(self._attributes()) if flags & HAS_ATTRIBUTES else (),
            children=tuple(self._children()) if flags & HAS_CHILDREN else None,
            content=self._read_content(name) if flags & HAS_CONTENT else None,
        )

    def _attributes(self) -> Iterator[tuple[str, Value]]:
        for _ in range(self._number(">B")):
            yield self._text(), self._value()

    def _children(self) -> Iterator[Element | Reference]:
        for _ in range(self._number(">I")):
            yield self.node()

    def _read_content(self, name: str) -> str | bytes:
        raw = self._take(self._number(">I"))
        if name != TEXT_ELEMENT:
            return raw
        return self._strings[struct.unpack(">I", raw)[0]]

    def _value(self) -> Value:
        kind = self._number(">B")
        if kind == COUNT_KIND:
            mark = self._number(">B")
            return Count(self._number(">I"), mark)
        if kind == SIGNATURE_KIND:
            return Signature(tuple(self._text() for _ in range(self._number(">B"))))
        if kind in (WORD_KIND, CLASS_KIND):
            text = self._text()
            return ClassName(text) if kind == CLASS_KIND else Word(text)
        raise BinaryXmlError(f"unknown kind of value {kind:#x} before byte {self.position}")

    def _text(self) -> str:
        return self._strings[self._number(">I")]

    def _number(self, form: str) -> int:
        number: int = struct.unpack_from(form, self._content, self.position)[0]
        self.position += struct.calcsize(form)
        return number

    def _take(self, length: int) -> bytes:
        raw = self._content[self.position : self.position + length]
        if len(raw) < length:
            raise BinaryXmlError(f"the file ends at byte {self.position + len(raw)}, too early")
        self.position += length
        return raw
