"""The interface's documentation: the OpenAPI file and a page that shows it, no network needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, render_template

CONTRACTS = Path(__file__).parent.parent / "contracts" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")

blueprint = Blueprint(
    "documentation",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/docs/static",
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one route, as the page shows it."""

    tag: str
    operation_id: str
    method: str
    path: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None
    answers: tuple[tuple[str, str], ...]


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI description."""
    return jsonify(_description())


@blueprint.get("/docs")
def page() -> str:
    """Show the routes, their bodies and answers."""
    api = _description()
    schemas = sorted(api.get("components", {}).get("schemas", {}).items())
    return render_template(
        "documentation.html", api=api, operations=list(_operations(api)), schemas=schemas
    )


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = yaml.safe_load(CONTRACTS.read_text(encoding="utf-8"))
    return description


def _operations(api: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in api["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method not in item:
                continue
            row = item[method]
            parameters = [_resolve(api, one) for one in [*shared, *row.get("parameters", [])]]
            answers = {
                str(status): _resolve(api, answer) for status, answer in row["responses"].items()
            }
            yield Operation(
                tag=row.get("tags", ["operation"])[0],
                operation_id=row.get("operationId", f"{method}-{path}"),
                method=method,
                path=path,
                summary=row.get("summary", ""),
                description=row.get("description", ""),
                scopes=tuple(
                    scope for rule in row.get("security", []) for scope in rule.get("bearer", [])
                ),
                parameters=tuple(parameters),
                body=_body(row),
                answers=tuple(
                    (status, answer.get("description", "")) for status, answer in answers.items()
                ),
            )


def _body(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = row.get("requestBody", {}).get("content", {})
    schema: Mapping[str, Any] | None = content.get("application/json", {}).get("schema")
    return schema


def _resolve(api: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference inside the description."""
    while "$ref" in node:
        found: Any = api
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node
