"""Patterns that mean the same to JSON Schema, to Python 3 and to Jython 2.7."""

from __future__ import annotations

import re

from contracts.schemas import Node, SchemaError
from contracts.validator import FORMATS

_ESCAPED_CHARACTER = re.compile(r"\\u([0-9a-fA-F]{4})")
_CLASS = r"\[(?:[^\]\\]|\\.)+\]"
_ONE_CLASS = re.compile(rf"({_CLASS})([+*])\\Z")
_NEGATED_CLASS = re.compile(r"\[\^((?:[^\]\\]|\\.)+)\]")
_OUTSIDE_CLASSES = re.compile(rf"{_CLASS}|\\.")
_CLASS_ENTRY = re.compile(r"[^\\]-[^\\]|[^\\]", re.DOTALL)
_FIRST_HALF, _LAST_CHARACTER = 0xD800, 0x10FFFF
_DIFFERING = re.compile(r"\\[dDwWsSbBAzZpPxkG0-9]|\(\?")


def portable(pattern: str, where: str) -> str:
    r"""Return the pattern for ``match`` of both Pythons: ``^a*$`` becomes ``a*\Z``.

    ``$`` would let a trailing newline through. Classes like ``\d`` differ between the engines,
    an unanchored pattern means a search, a bare dot depends on flags: all three raise
    :class:`SchemaError`.
    """
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise SchemaError(f"{where}: pattern {pattern!r} must begin with ^ and end with $")
    if _DIFFERING.search(pattern):
        raise SchemaError(f"{where}: pattern {pattern!r} must use classes such as [0-9]")
    body = _ESCAPED_CHARACTER.sub(_character, pattern[1:-1])
    body = _NEGATED_CLASS.sub(_positive, body)
    bare = _OUTSIDE_CLASSES.sub("", body)
    if set(bare) & set("^$."):
        raise SchemaError(f"{where}: pattern {pattern!r} may not use ^, $ or a bare dot inside")
    if _has_alternative_outside_groups(bare):
        raise SchemaError(f"{where}: pattern {pattern!r} needs a group around its alternatives")
    re.compile(body)
    return body + r"\Z"


def accepting(node: Node) -> str:
    """Return one pattern that holds all limits of a string node at once, for the first pass.

    ``node["pattern"]`` is portable already. The dots are meant with ``re.DOTALL``: such a
    look-ahead costs the same for any length.
    """
    shortest, longest = node.get("minLength", 0), node.get("maxLength")
    pattern: str = node.get("pattern", "")
    one_class = _ONE_CLASS.fullmatch(pattern)
    if one_class and "format" not in node:
        least = max(shortest, 1 if one_class[2] == "+" else 0)
        most = "" if longest is None else longest
        return f"{one_class[1]}{{{least},{most}}}\\Z"
    ahead = f"(?=.{{{shortest}}})" if shortest else ""
    if longest is not None:
        ahead += f"(?!.{{{longest + 1}}})"
    if pattern and "format" in node:
        ahead += f"(?={pattern})"
        pattern = ""
    form: str = FORMATS.get(node.get("format", ""), "")
    return ahead + pattern + form


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _positive(negated: re.Match[str]) -> str:
    """Turn a class around that excludes half characters: no text of Jython can name those."""
    excluded = sorted((ord(entry[0]), ord(entry[-1])) for entry in _CLASS_ENTRY.findall(negated[1]))
    if not any(low <= _FIRST_HALF <= high for low, high in excluded):
        return negated[0]
    allowed, start = [], 0
    for low, high in [*excluded, (_LAST_CHARACTER + 1, 0)]:
        if start < low:
            allowed.append(f"{_in_class(start)}-{_in_class(low - 1)}")
        start = max(start, high + 1)
    return f"[{''.join(allowed)}]"


def _in_class(code_point: int) -> str:
    character = chr(code_point)
    return "\\" + character if character in "\\]^-" else character


def _has_alternative_outside_groups(bare: str) -> bool:
    depth = 0
    for character in bare:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            return True
    return False
