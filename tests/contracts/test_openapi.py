"""The interface description is valid, complete, and true of the application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from contract_messages import files
from flask import Flask
from openapi_spec_validator import validate
from openapi_spec_validator.readers import read_from_filename

from countersign.contracts import validators
from countersign.settings import Settings
from countersign.web.app import create_app
from countersign.web.auth import SCOPES

METHODS = {"get", "put", "post", "delete", "patch"}
SOURCE = files.FOLDER / "openapi.yaml"


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """The description as the service shows it: in one file."""
    service = files.FOLDER.parent / "inference-service/src/countersign/contracts"
    loaded: dict[str, Any] = yaml.safe_load((service / "openapi.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("service")
    made = create_app(Settings(f"sqlite:///{folder}/service.sqlite", models_dir=folder))
    yield made
    made.extensions["countersign"].close()


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_source_and_the_bundle_are_valid_openapi(description: dict[str, Any]) -> None:
    source, url = read_from_filename(str(SOURCE))
    validate(source, base_uri=url)
    validate(description)


def test_the_bundle_stands_alone(description: dict[str, Any]) -> None:
    references = set(re.findall(r"\$ref: '?([^'\n]+)", yaml.safe_dump(description, width=1000)))
    assert references
    assert all(reference.startswith("#/components/") for reference in references)


def test_every_message_of_the_contracts_is_part_of_the_interface(
    description: dict[str, Any],
) -> None:
    assert set(validators.schema_names()) <= set(description["components"]["schemas"])


def test_every_described_operation_exists(description: dict[str, Any], app: Flask) -> None:
    routes = app.url_map.bind("localhost")
    for path, method, _ in operations(description):
        url = re.sub(r"{[a-z_]+}", "x", path)
        assert routes.test(url, method.upper()), f"{method.upper()} {path} has no route"


def test_every_route_of_the_interface_is_described(description: dict[str, Any], app: Flask) -> None:
    described = {
        (re.sub(r"{[a-z_]+}", "{}", path), method) for path, method, _ in operations(description)
    }
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1/"):
            template = re.sub(r"<[a-z_:]+>", "{}", rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                matching = [
                    path
                    for path, known in described
                    if known == method.lower() and _covers(template, path)
                ]
                assert matching, f"{method} {rule.rule} is not described"


def _covers(template: str, path: str) -> bool:
    """Tell whether a route with placeholders takes the described path."""
    pattern = "[^/]+".join(re.escape(part) for part in template.split("{}"))
    return re.fullmatch(pattern, path) is not None


def test_every_body_is_checked_against_a_message_of_the_contracts(
    description: dict[str, Any],
) -> None:
    source = yaml.safe_load(SOURCE.read_text())
    for path, method, operation in operations(source):
        if method in ("post", "put"):
            content = operation["requestBody"]["content"]["application/json"]["schema"]
            assert "schemas/v1/" in str(content), path


def test_operations_ask_for_scopes_that_keys_can_have(description: dict[str, Any]) -> None:
    for path, _, operation in operations(description):
        for requirement in operation["security"]:
            assert set(requirement["bearer"]) <= set(SCOPES), path


def test_without_a_key_everything_but_health_and_documentation_is_refused(
    description: dict[str, Any], app: Flask
) -> None:
    client = app.test_client()
    for path, method, operation in operations(description):
        if operation["security"]:
            answer = client.open(re.sub(r"{[a-z_]+}", "x", path), method=method.upper())
            assert answer.status_code == 401, path
            assert answer.mimetype == "application/problem+json"
            assert validators.errors("problem", answer.get_json()) == []
            assert "401" in operation["responses"]
        elif path not in ("/docs", "/openapi.json"):
            assert client.open(path, method=method.upper()).status_code == 200
