"""The generated validator agrees with jsonschema on every message, place by place."""

from __future__ import annotations

from typing import Any

import pytest
from contract_messages import files, mutations, oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.contracts import validators

SEEDS = range(8)
MESSAGES_PER_SEED = 1_000
VALID = [(schema, message) for schema, _, message in files.examples("valid")]
ORIGINALS = VALID + 4 * [(schema, message) for schema, message in VALID if schema == "event"]


def found(schema: str, message: Any) -> list[tuple[str, str]]:
    return sorted((pointer, keyword) for pointer, keyword, _ in validators.errors(schema, message))


def assert_agreement(schema: str, message: Any) -> None:
    expected = oracle.errors(schema, message)
    assert found(schema, message) == expected, (schema, message)
    assert validators.is_valid(schema, message) == (expected == []), (schema, message)


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_messages_are_judged_as_the_schema_says(seed: int) -> None:
    for schema, message in mutations.mutations(seed, ORIGINALS, MESSAGES_PER_SEED):
        assert_agreement(schema, message)


def test_the_broken_messages_cover_every_keyword_and_stay_valid_often_enough() -> None:
    keywords: set[str] = set()
    valid = 0
    for seed in SEEDS:
        for schema, message in mutations.mutations(seed, ORIGINALS, MESSAGES_PER_SEED):
            errors = found(schema, message)
            keywords |= {keyword for _, keyword in errors}
            valid += not errors
    assert keywords == {
        *("type", "required", "additionalProperties", "enum", "const", "pattern", "format"),
        *("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"),
    }
    assert valid > len(SEEDS) * MESSAGES_PER_SEED / 20


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=20,
)


@given(st.sampled_from(validators.schema_names()), json_values)
@settings(max_examples=300, deadline=None)
def test_any_json_value_is_judged_as_the_schema_says(schema: str, value: Any) -> None:
    assert_agreement(schema, value)


@given(st.sampled_from(VALID), st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_place_of_a_field_is_judged_as_the_schema_says(
    original: tuple[str, Any], data: st.DataObject
) -> None:
    schema, message = original
    if message:
        name = data.draw(st.sampled_from(sorted(message)))
        message = {**message, name: data.draw(json_values)}
    assert_agreement(schema, message)


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_as_time_date_or_quantity_is_judged_as_the_schema_says(text: str) -> None:
    quantity = {"quantity_string": text, "unit_of_measure": text}
    data = {"yield_quantity": quantity, "posting_date": text, "actual_start_time": text}
    assert_agreement("production-confirmation", data)
