"""Binary object XML: what is written is read back, and is what the platform writes."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ignition_build.binary_xml import (
    MAGIC,
    BinaryXmlError,
    ClassName,
    Count,
    Element,
    Reference,
    Signature,
    Word,
    decode,
    encode,
)
from ignition_build.java import hash_map_order, hash_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(["o", "o-c", "str", "lng", "arraylist", "enumset"])
NUMBERS = st.integers(0, 2**32 - 1)
VALUES = st.one_of(
    st.builds(Word, TEXTS),
    st.builds(ClassName, TEXTS),
    st.builds(Count, NUMBERS),
    st.builds(Signature, st.lists(TEXTS, max_size=3).map(tuple)),
)
ATTRIBUTES = st.lists(st.tuples(TEXTS, VALUES), max_size=3).map(tuple)


def _element(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Element]:
    lists = st.none() | st.lists(children, max_size=3).map(tuple)
    identities = st.none() | NUMBERS
    texts = st.builds(Element, st.just("str"), ATTRIBUTES, lists, st.none() | TEXTS, identities)
    others = NAMES.filter(lambda name: name != "str")
    return texts | st.builds(
        Element, others, ATTRIBUTES, lists, st.none() | st.binary(max_size=9), identities
    )


TREES = st.recursive(
    _element(st.builds(Reference, NUMBERS)),
    lambda inner: _element(inner | st.builds(Reference, NUMBERS)),
    max_leaves=8,
)


@given(TREES, st.integers(0, 2**63))
def test_what_is_written_is_read_back(tree: Element, written_at_ms: int) -> None:
    raw = encode(tree, written_at_ms)
    assert decode(raw) == (tree, written_at_ms)
    assert decode(gzip.compress(raw)) == (tree, written_at_ms)


@given(TREES)
def test_a_file_that_ends_too_early_is_refused(tree: Element) -> None:
    raw = encode(tree, 0)
    for length in (len(raw) - 1, len(raw) // 2, 3):
        with pytest.raises(BinaryXmlError):
            decode(raw[:length])


@pytest.mark.parametrize(
    "raw",
    [b"", b"PK\x03\x04" * 20, MAGIC + bytes(40), encode(Element("o"), 0) + b"\x00"],
    ids=["nothing", "a zip", "another version", "more behind it"],
)
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(BinaryXmlError):
        decode(raw)


def test_a_text_of_64_kib_takes_the_long_form() -> None:
    tree = Element("str", content="x" * 65_536)
    assert decode(encode(tree, 0))[0] == tree


@pytest.mark.parametrize(("text", "value"), [("", 0), ("a", 97), ("hello", 99162322), ("ü", 252)])
def test_strings_hash_as_in_java(text: str, value: int) -> None:
    assert hash_of(text) == value


def test_the_attributes_of_a_named_query_stand_as_the_designer_writes_them() -> None:
    """The order of a saved manifest, which shows what map the platform keeps them in."""
    written = [
        "useMaxReturnSize",
        "autoBatchEnabled",
        "fallbackValue",
        "maxReturnSize",
        "cacheUnit",
        "type",
        "enabled",
        "cacheAmount",
        "cacheEnabled",
        "database",
        "fallbackEnabled",
        "lastModificationSignature",
        "permissions",
        "lastModification",
        "parameters",
    ]
    assert hash_map_order(written) == written


@given(TREES)
def test_the_bytes_are_those_of_the_measured_encoder(tree: Element) -> None:
    prototype = _prototype()
    assert encode(tree, 7) == prototype.encode(_as_prototype(tree, prototype), 7)


def _prototype() -> Any:
    import sys

    from unit.ignition_build.conftest import PROTOTYPES

    if not PROTOTYPES.is_dir():
        pytest.skip("the prototypes are not on this machine")
    sys.path.insert(0, str(PROTOTYPES))
    try:
        import binxml2
    finally:
        sys.path.remove(str(PROTOTYPES))
    return binxml2


def _as_prototype(node: Element | Reference, prototype: Any) -> Any:
    if isinstance(node, Reference):
        return prototype.Ref(node.identity)
    content = node.content
    return prototype.Node(
        node.name,
        node.identity,
        [(name, _value(value)) for name, value in node.attributes],
        None
        if node.children is None
        else [_as_prototype(child, prototype) for child in node.children],
        None if content is None else ("s" if isinstance(content, str) else "r", content),
    )


def _value(value: object) -> tuple[Any, ...]:
    match value:
        case Word(text):
            return (8, text)
        case ClassName(text):
            return (9, text)
        case Count(number, mark):
            return (2, mark, number)
        case Signature(types):
            return (0x0A, types)
    raise AssertionError(value)
