"""Request bodies: JSON, checked once against their contract."""

from __future__ import annotations

from typing import Any

from flask import request

from countersign.contracts.validators import errors as contract_errors
from countersign.intake.envelope import NotJson, parse_json
from countersign.web.problems import Problem

JSON_TYPES = frozenset(
    {"application/json", "application/cloudevents+json", "application/cloudevents-batch+json"}
)


def read_json() -> Any:
    """Read the body as strict JSON; raises a 400, 413 or 415 problem."""
    if request.mimetype not in JSON_TYPES:
        raise Problem(
            415,
            "unsupported-media-type",
            "Not JSON",
            f"send Content-Type: application/json, not {request.mimetype or 'nothing'}",
        )
    try:
        return parse_json(request.get_data(cache=False))
    except NotJson as error:
        raise Problem(400, "bad-json", "The body is not JSON", str(error)) from error


def read_message(schema: str) -> dict[str, Any]:
    """Read the body and check it against a schema; raises a 422 problem that names each place."""
    message = read_json()
    found = contract_errors(schema, message)
    if found:
        raise invalid([(pointer, text) for pointer, _, text in found])
    checked: dict[str, Any] = message
    return checked


def invalid(errors: list[tuple[str, str]]) -> Problem:
    """Return the 422 problem of a message that breaks its contract."""
    return Problem(422, "invalid-message", "The message breaks its contract", errors=errors)


def check_parameters(schema: str, message: object, *, within: str = "") -> None:
    """Check what the query says against a schema; raises a 400 problem that names each parameter.

    ``within`` is where the parameters stand in the message.
    """
    found = [
        f"{pointer.removeprefix(within) or 'parameters'}: {text}"
        for pointer, _, text in contract_errors(schema, message)
    ]
    if found:
        raise Problem(400, "bad-parameter", "A parameter makes no sense", "; ".join(found))


def read_number(name: str, default: int, *, low: int = 0, high: int = 1_000_000_000_000) -> int:
    """Read a whole number from the query; raises a 400 problem."""
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise Problem(
            400,
            "bad-parameter",
            "A parameter makes no sense",
            f"{name} must be a whole number from {low} to {high}",
        )
    return int(text)
