"""The generator writes what the schemas say, and refuses what no validator would enforce."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}


def generate(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "scripts" / "generate-contracts"), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def repository(folder: Path, **schemas: Any) -> Path:
    """Make the folder a repository that holds only these schemas."""
    contracts = folder / "shared-contracts"
    target = contracts / "schemas" / "v1"
    target.mkdir(parents=True)
    (contracts / "codelists").mkdir()
    (contracts / "codelists" / "uom_rec20.csv").write_text("code,name,dimension,factor_to_base\n")
    references = {name: {"$ref": f"schemas/v1/{name}.json"} for name in schemas}
    (contracts / "openapi.yaml").write_text(json.dumps({"components": {"schemas": references}}))
    for name, schema in schemas.items():
        (target / f"{name}.json").write_text(json.dumps(schema), encoding="utf-8")
    return folder


def validator_of(root: Path, folder: Path, **schemas: Any) -> ModuleType:
    """Generate a validator for these schemas and load it."""
    made = generate(root, "--root", str(repository(folder, **schemas)))
    assert made.returncode == 0, made.stderr
    path = folder / "inference-service/src/countersign/contracts/validators.py"
    spec = importlib.util.spec_from_file_location("generated_validator", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_files_are_up_to_date(root: Path) -> None:
    checked = generate(root, "--check")
    assert (checked.returncode, checked.stderr) == (0, "")


def test_both_sides_have_the_same_validator_byte_by_byte(root: Path) -> None:
    service = root / "inference-service/src/countersign/contracts/validators.py"
    gateway = root / "ignition-project/ignition/script-python/countersign/contracts/code.py"
    assert service.read_bytes() == gateway.read_bytes()
    assert service.read_bytes().isascii()


def test_the_service_shows_the_interface_in_one_file(root: Path, tmp_path: Path) -> None:
    common = {"$defs": {"line": {"type": "string", "maxLength": 9}}}
    message = {
        "$id": "https://countersign.example/message.json",
        "type": "object",
        "properties": {
            "far": {"$ref": "common.json#/$defs/line"},
            "near": {"$ref": "#/$defs/own"},
        },
        "additionalProperties": False,
        "$defs": {"own": {"type": "boolean"}},
    }
    copy = repository(tmp_path, message=message, common=common)
    assert generate(root, "--root", str(copy)).returncode == 0
    shown = yaml.safe_load(
        (copy / "inference-service/src/countersign/contracts/openapi.yaml").read_text()
    )
    schemas = shown["components"]["schemas"]
    assert schemas["message"]["properties"] == {
        "far": {"$ref": "#/components/schemas/common.line"},
        "near": {"$ref": "#/components/schemas/message.own"},
    }
    assert schemas["common.line"] == {"type": "string", "maxLength": 9}
    assert schemas["message.own"] == {"type": "boolean"}
    assert "$id" not in schemas["message"]


def test_the_interface_may_not_refer_to_a_schema_that_does_not_exist(
    root: Path, tmp_path: Path
) -> None:
    copy = repository(tmp_path, message={"type": "string"})
    description = copy / "shared-contracts" / "openapi.yaml"
    description.write_text('{"paths": {"$ref": "schemas/v1/other.json"}}')
    made = generate(root, "--root", str(copy))
    assert made.returncode == 2
    assert "schemas/v1/other.json does not exist" in made.stderr


def test_the_gateway_resource_is_complete_for_an_import(root: Path) -> None:
    folder = root / "ignition-project/ignition/script-python/countersign/contracts"
    resource = json.loads((folder / "resource.json").read_text())
    assert resource["files"] == ["code.py"]
    assert resource["scope"] == "A"
    assert "lastModification" in resource["attributes"]


def test_check_names_each_file_that_is_out_of_date(root: Path, tmp_path: Path) -> None:
    copy = repository(tmp_path, note={"type": "string", "maxLength": 3})
    assert generate(root, "--root", str(copy)).returncode == 0
    assert generate(root, "--root", str(copy), "--check").returncode == 0
    schema = copy / "shared-contracts/schemas/v1/note.json"
    schema.write_text('{"type": "string", "maxLength": 4}')
    checked = generate(root, "--root", str(copy), "--check")
    assert checked.returncode == 1
    assert checked.stderr.count("out of date") == 3
    shutil.rmtree(copy / "ignition-project")
    assert "code.py" in generate(root, "--root", str(copy), "--check").stderr


UNENFORCEABLE = {
    "unknown keyword": {"type": "string", "contentEncoding": "base64"},
    "keyword of another type": {"type": "string", "maximum": 3},
    "format without a checker": {"type": "string", "format": "email", "x-expected": "mail"},
    "pattern without words": {"type": "string", "pattern": "^a$"},
    "pattern that is a search": {"type": "string", "pattern": "a", "x-expected": "a"},
    "pattern with a bare dot": {"type": "string", "pattern": "^a.c$", "x-expected": "a"},
    "pattern with \\d": {"type": "string", "pattern": "^\\d$", "x-expected": "a"},
    "pattern with a look-ahead": {"type": "string", "pattern": "^(?=a)a$", "x-expected": "a"},
    "pattern of open alternatives": {"type": "string", "pattern": "^a|b$", "x-expected": "a"},
    "list without a limit": {"type": "array", "items": {}},
    "no type": {"maxLength": 3},
    "two types": {"type": ["string", "integer"]},
    "choice of numbers": {"enum": [1, 2]},
    "choice with a type": {"type": "string", "enum": ["a"]},
    "required field that is not described": {**CLOSED, "required": ["a"]},
    "reference into nowhere": {"$ref": "other.json"},
    "reference into a field": {"$ref": "#/properties/a"},
    "reference with a doubled keyword": {
        "$ref": "#/$defs/a",
        "maxLength": 1,
        "$defs": {"a": {"type": "string", "maxLength": 2}},
    },
    "definition of itself": {
        "type": "object",
        "properties": {"inner": {"$ref": "#"}},
        "additionalProperties": False,
    },
    "anyOf": {"anyOf": [{"type": "string"}]},
    "condition without a case for each value": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": ["a", "b"]}},
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": "a"}}},
                "then": {"required": ["kind"]},
            }
        ],
    },
    "condition on more than one field": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": ["a"]}},
        "allOf": [
            {
                "if": {"required": ["kind", "b"], "properties": {"kind": {"const": "a"}}},
                "then": {"required": ["kind"]},
            }
        ],
    },
}


@pytest.mark.parametrize("schema", UNENFORCEABLE.values(), ids=UNENFORCEABLE.keys())
def test_what_no_validator_enforces_is_a_build_error(
    schema: dict[str, Any], root: Path, tmp_path: Path
) -> None:
    made = generate(root, "--root", str(repository(tmp_path, message=schema)))
    assert made.returncode == 2
    assert made.stderr.startswith("generate-contracts: message")
    assert not (tmp_path / "inference-service").exists()


def test_a_final_dollar_does_not_let_a_newline_through(root: Path, tmp_path: Path) -> None:
    schema = {"type": "string", "pattern": "^(ab|c)*$", "x-expected": "ab or c"}
    validator = validator_of(root, tmp_path, message=schema)
    assert validator.errors("message", "abc") == []
    assert validator.errors("message", "abc\n") == [("", "pattern", "must be ab or c")]


def test_a_reference_with_neighbours_means_both(root: Path, tmp_path: Path) -> None:
    line = {"type": "string", "pattern": "^[a-z]*$", "x-expected": "small letters"}
    validator = validator_of(
        root,
        tmp_path,
        common={"$defs": {"line": line}},
        message={"$ref": "common.json#/$defs/line", "minLength": 2, "maxLength": 3},
    )
    assert validator.schema_names() == ["message"]
    for text, keywords in {
        "ab": [],
        "a": ["minLength"],
        "abcd": ["maxLength"],
        "AB": ["pattern"],
        "ABCD": ["maxLength", "pattern"],
    }.items():
        assert [keyword for _, keyword, _ in validator.errors("message", text)] == keywords


def test_lengths_count_characters_and_not_code_units(root: Path, tmp_path: Path) -> None:
    validator = validator_of(
        root, tmp_path, message={"type": "string", "minLength": 2, "maxLength": 2}
    )
    assert validator.errors("message", "\U0001f600\U0001f600") == []
    assert validator.errors("message", "\U0001f600") == [
        ("", "minLength", "must have at least 2 characters, has 1")
    ]
    assert validator.errors("message", "a\n\n") != []
