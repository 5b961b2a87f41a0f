"""The oracle: jsonschema (Draft 2020-12) over the schema files, as lists of (pointer, keyword).

Three rules differ in our validator from the library, on purpose; the oracle is brought to them so
that everything else can be compared exactly: ``$`` matches at the end only and not before a
trailing newline (patterns and date-time), entries beyond ``maxItems`` are not looked at, and a
wrong type is said once, however many branches of the schema ask for the type.
"""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from rfc3339_validator import validate_rfc3339  # type: ignore[import-untyped]

from contract_messages import files

_CHECKER = FormatChecker(formats=["date"])


@_CHECKER.checks("date-time")
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return not value.endswith("\n") and bool(validate_rfc3339(value.upper()))


def errors(schema_name: str, instance: Any) -> list[tuple[str, str]]:
    """Return what jsonschema finds, sorted."""
    found = list(_validators()[schema_name].iter_errors(instance))
    limits = {
        tuple(error.absolute_path): error.validator_value
        for error in found
        if error.validator == "maxItems"
    }
    pairs = [
        (_pointer(error), str(error.validator))
        for error in found
        if not _is_beyond(limits, tuple(error.absolute_path))
    ]
    wrong_types = {pair for pair in pairs if pair[1] == "type"}
    return sorted([*wrong_types, *(pair for pair in pairs if pair[1] != "type")])


@functools.cache
def _validators() -> dict[str, Draft202012Validator]:
    documents = {name: _anchored(node) for name, node in files.documents().items()}
    registry: Registry[Any] = Registry().with_resources(
        (node["$id"], Resource.from_contents(node)) for node in documents.values()
    )
    return {
        name: Draft202012Validator(node, registry=registry, format_checker=_CHECKER)
        for name, node in documents.items()
    }


def _anchored(value: Any) -> Any:
    if isinstance(value, list):
        return [_anchored(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        name: entry[:-1] + r"\Z"
        if name == "pattern" and isinstance(entry, str)
        else _anchored(entry)
        for name, entry in value.items()
    }


def _pointer(error: ValidationError) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in error.absolute_path)
    return "".join(f"/{step}" for step in steps)


def _is_beyond(limits: dict[tuple[str | int, ...], Any], path: tuple[str | int, ...]) -> bool:
    """Tell whether the place lies in an entry that its list is too long for."""
    return any(
        path[: len(place)] == place and len(path) > len(place) and path[len(place)] >= limit
        for place, limit in limits.items()
    )
