"""The files of shared-contracts/ as the tests read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "shared-contracts"
SCHEMAS = FOLDER / "schemas" / "v1"
EXAMPLES = FOLDER / "examples" / "v1"


def documents() -> dict[str, dict[str, Any]]:
    """Read every schema file, by name without ending."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.json"))}


def examples(kind: str) -> list[tuple[str, str, Any]]:
    """Read the valid or invalid examples as (schema, name, message)."""
    return [
        (path.parent.name, path.stem, json.loads(path.read_text()))
        for path in sorted((EXAMPLES / kind).glob("*/*.json"))
    ]


def expected_errors() -> dict[str, list[tuple[str, str]]]:
    """Read what is wrong with each invalid example: pairs of pointer and keyword."""
    found = json.loads((EXAMPLES / "invalid" / "expected-errors.json").read_text())
    return {
        name: [(pointer, keyword) for pointer, keyword in pairs] for name, pairs in found.items()
    }
