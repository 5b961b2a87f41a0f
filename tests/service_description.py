"""What the service's description says of a message: whether it could be sent or answered."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = (
    Path(__file__).resolve().parents[1] / "inference-service/src/countersign/contracts/openapi.yaml"
)
INTERFACE = "urn:countersign:interface"


def answer_errors(path: str, message: Any) -> list[str]:
    """Return why a message cannot be the good answer to GET of a path; nothing when it can."""
    place = f"#/paths/{path.replace('/', '~1')}/get/responses/200"
    answer = _description()["paths"][path]["get"]["responses"]["200"]
    return _errors(answer.get("$ref", place), message)


def request_errors(path: str, message: Any) -> list[str]:
    """Return why a message cannot be the body of POST to a path; nothing when it can."""
    return _errors(f"#/paths/{path.replace('/', '~1')}/post/requestBody", message)


def _errors(place: str, message: Any) -> list[str]:
    reference = f"{INTERFACE}{place}/content/application~1json/schema"
    resource = DRAFT202012.create_resource(_description())
    registry: Registry[Any] = Registry().with_resource(INTERFACE, resource)
    validator = Draft202012Validator(
        {"$ref": reference}, registry=registry, format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(message)]


@lru_cache(maxsize=1)
def _description() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return content
