"""Every example is what its folder and its name say."""

from __future__ import annotations

from typing import Any

import pytest
from contract_messages import files, oracle
from jsonschema import Draft202012Validator

from countersign.contracts import validators

VALID = files.examples("valid")
INVALID = files.examples("invalid")
EXPECTED = files.expected_errors()


def named(examples: list[tuple[str, str, Any]]) -> list[Any]:
    return [pytest.param(*example, id="/".join(example[:2])) for example in examples]


@pytest.mark.parametrize(("schema", "name", "message"), named(VALID))
def test_valid_examples_have_no_error(schema: str, name: str, message: Any) -> None:
    assert validators.errors(schema, message) == []
    assert oracle.errors(schema, message) == []


@pytest.mark.parametrize(("schema", "name", "message"), named(INVALID))
def test_invalid_examples_break_what_is_written_down(schema: str, name: str, message: Any) -> None:
    found = [(pointer, keyword) for pointer, keyword, _ in validators.errors(schema, message)]
    assert found == EXPECTED[f"{schema}/{name}"]
    assert sorted(found) == oracle.errors(schema, message)


def test_for_every_invalid_example_its_errors_are_written_down() -> None:
    assert set(EXPECTED) == {f"{schema}/{name}" for schema, name, _ in INVALID}
    assert all(EXPECTED.values())


@pytest.mark.parametrize("schema", validators.schema_names())
def test_every_message_has_valid_and_invalid_examples(schema: str) -> None:
    for examples in (VALID, INVALID):
        assert len([name for owner, name, _ in examples if owner == schema]) >= 2


def test_every_schema_is_a_schema_and_named_after_its_file() -> None:
    for name, document in files.documents().items():
        Draft202012Validator.check_schema(document)
        assert document["$id"] == f"https://countersign.example/schemas/v1/{name}.json"
        assert document["title"]
        assert document["description"]
