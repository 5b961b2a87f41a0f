"""A body: what a client sends to make or change an entity, held strictly against its fields."""

from __future__ import annotations

import json
from typing import Any

from countersign.erp.sandbox.sap.edm import EdmError, from_json
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.tables import EntityType, entity

_IGNORED = "__metadata"
MAX_DEPTH = 5


def read(body: bytes, type_: EntityType, *, whole: bool = True) -> tuple[Row, dict[str, list[Row]]]:
    """Read a body into a row and its children by navigation name.

    ``whole`` fills what is not given with initial values and reads children; without it only the
    fields given come back, for a change. A child row has its own children under its navigation
    names.

    Raises:
        Refusal: no JSON object, an unknown field, a wrong type, too long, or not to be set.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("CX_SXML_PARSE_ERROR", "Error while parsing a JSON stream") from None
    if not isinstance(data, dict):
        raise bad_request("CX_SXML_PARSE_ERROR", "The body is no JSON object")
    row = _row(data.get("d", data), type_, whole)
    children = {name: row.pop(name) for name in list(row) if name in type_.navigations}
    return row, children


def bad_request(code: str, text: str, target: str = "") -> Refusal:
    """Return the gateway's own refusal of a call that makes no sense."""
    return Refusal([Message(code, text, target=target)])


def _row(data: Any, type_: EntityType, whole: bool, depth: int = 0) -> Row:
    if not isinstance(data, dict) or depth > MAX_DEPTH:
        raise bad_request("CX_SXML_PARSE_ERROR", f"{type_.name}: an object is expected")
    row = type_.blank() if whole else {}
    for name, value in data.items():
        if name in type_.properties:
            row[name] = _value(type_, name, value)
        elif name in type_.navigations and whole:
            row[name] = _children(type_, name, value, depth)
        elif name != _IGNORED:
            text = f"Property '{name}' at offset '1' is invalid"
            raise bad_request("/IWCOR/CX_DS_EP_PROPERTY_ERROR", text, name)
    return row


def _value(type_: EntityType, name: str, value: Any) -> Any:
    prop = type_.properties[name]
    try:
        stored = from_json(prop, value)
    except EdmError as error:
        text = f"Property '{name}' has invalid value: {error}"
        raise bad_request("/IWCOR/CX_DS_EDM_FACET_ERROR", text, name) from None
    if not prop.creatable and stored != prop.default:
        text = f"Property '{name}' of '{type_.name}' cannot be set"
        raise bad_request("/IWBEP/CM_MGW_RT/021", text, name)
    return stored


def _children(type_: EntityType, name: str, value: Any, depth: int) -> list[Row]:
    navigation = type_.navigations[name]
    target = entity(navigation.target)
    if not navigation.many:
        return [_row(value, target, True, depth + 1)]
    rows = value.get("results") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        text = f"Property '{name}' takes a list of {navigation.target}"
        raise bad_request("/IWCOR/CX_DS_EP_PROPERTY_ERROR", text, name)
    return [_row(row, target, True, depth + 1) for row in rows]
