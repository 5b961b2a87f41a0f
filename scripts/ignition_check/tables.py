"""The tables that stand beside this package: functions of the platform and their signatures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ignition_check.signatures import Signature, parsed

HERE = Path(__file__).resolve().parent
VERSIONS = ("8.1", "8.3")


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return content


def _signature(row: str) -> tuple[str, Signature | None]:
    """A row without parentheses is a value, not a function."""
    return parsed(row) if "(" in row else (row, None)


_SYSTEM = _read("system_functions.json")

SYSTEM_FUNCTIONS: dict[str, dict[str, Signature | None]] = {
    version: dict(_signature(row) for row in (*_SYSTEM["both"], *_SYSTEM[version]))
    for version in VERSIONS
}
"""What ``system`` offers, by version of Ignition."""

CHOOSE_BY_VERSION = frozenset(_SYSTEM["modules_that_choose_by_version"])
"""The modules that may call what only one version has, because they ask which one it is."""

EXPRESSION_FUNCTIONS: dict[str, Signature] = dict(
    parsed(row) for row in _read("expression_functions.json")["functions"]
)
"""The functions of the expression language."""

_NAMES = _read("names.json")

COMPONENT_PROPS: dict[str, frozenset[str]] = {
    kind: frozenset(props) for kind, props in _NAMES["component_props"].items()
}
"""The properties that a component of each type has even where its file does not set them."""


def names(kind: str) -> frozenset[str]:
    """Return a list of names.json."""
    return frozenset(_NAMES[kind])
