"""What no honest producer sends: the validator refuses it, quickly and in a few words."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from contract_messages import files

from countersign.contracts.validators import errors, event_errors, is_valid, schema_names

VALID = {(schema, name): message for schema, name, message in files.examples("valid")}
DEPTH = 100_000


def scrap_event(**data: Any) -> dict[str, Any]:
    event = VALID["event", "scrap-with-process-values"]
    return {**event, "data": {**event["data"], **data}}


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_nan_and_infinity_are_no_numbers(value: float) -> None:
    assert [error[:2] for error in errors("assessment", assessment(confidence=value))] == [
        ("/confidence", "type")
    ]
    decision = {**VALID["decision", "review-while-supervised"], "policy_version": value}
    assert errors("decision", decision) == [
        ("/policy_version", "type", "must be a whole number, is not a finite number")
    ]


def test_true_and_false_are_no_numbers_and_one_is_not_true() -> None:
    assert [error[:2] for error in errors("assessment", assessment(confidence=True))] == [
        ("/confidence", "type")
    ]
    decision = {**VALID["decision", "review-while-supervised"], "eligible": 1}
    assert errors("decision", decision) == [
        ("/eligible", "type", "must be true or false, is a number")
    ]


@pytest.mark.parametrize("schema", schema_names())
def test_deep_nesting_is_refused_without_descending(schema: str) -> None:
    assert errors(schema, nested(DEPTH))[0][1] == "type"


@pytest.mark.parametrize(
    ("field", "pointer"),
    [
        ("note", "/data/note"),
        ("quantity", "/data/quantity"),
        ("process_values", "/data/process_values/0"),
        ("unknown", "/data"),
    ],
)
def test_deep_nesting_inside_an_event_is_refused_where_it_begins(field: str, pointer: str) -> None:
    assert [error[0] for error in event_errors(scrap_event(**{field: nested(DEPTH)}))] == [pointer]


@pytest.mark.parametrize("character", [*map(chr, range(32)), "\x7f", "\x85", "\ud800", "\uffff"])
def test_control_and_half_characters_are_refused_in_every_free_text(character: str) -> None:
    text = f"a{character}b"
    found = event_errors(scrap_event(material_id=text, note=text))
    refused = {"/data/material_id"} | ({"/data/note"} if character not in "\n\r" else set())
    assert {(pointer, keyword) for pointer, keyword, _ in found} == {
        (pointer, "pattern") for pointer in refused
    }


@pytest.mark.parametrize("field", ["site_id", "order_id", "operation_id", "scrap_reason_code"])
def test_a_trailing_newline_is_not_passed_over(field: str) -> None:
    assert [error[:2] for error in event_errors(scrap_event(**{field: "100\n"}))] == [
        (f"/data/{field}", "pattern")
    ]


def test_entries_beyond_the_limit_are_counted_and_not_looked_at() -> None:
    found = errors("material-consumption", {"material_actual": [{}] * 100_000})
    assert ("/material_actual", "maxItems", "must have at most 200 entries, has 100000") in found
    assert len(found) < 3 + 1 + 2 * 200 + 1


def test_many_and_long_unknown_names_make_a_short_error() -> None:
    names = {f"{position:06d}" + "n" * 1_000: 1 for position in range(10_000)}
    ((pointer, keyword, text),) = event_errors(scrap_event(**names))
    assert (pointer, keyword) == ("/data", "additionalProperties")
    assert len(text) < 250
    assert text.endswith("and 9997 more")


def test_a_value_never_appears_in_an_error() -> None:
    found = event_errors(scrap_event(note="secret\x00", quantity="secret", material_id=["secret"]))
    assert len(found) == 3
    assert "secret" not in json.dumps(found)


def test_pointers_escape_the_names_that_the_sender_chose() -> None:
    found = errors("assessment", assessment(facts={"a/b~c": 1}))
    assert [error[0] for error in found] == ["/facts/a~1b~0c"]


def test_patterns_need_no_more_than_linear_time() -> None:
    event = scrap_event(
        material_id="x" * 1_000_000,
        note="\x00" * 1_000_000,
        quantity={"quantity_string": "1" * 1_000_000, "unit_of_measure": "A" * 1_000_000},
    )
    event["time"] = "2026-03-02T14:05:09." + "1" * 1_000_000
    event["source"] = "/" * 1_000_000 + " "
    before = time.perf_counter()
    assert not is_valid("event", event)
    assert len(event_errors(event)) >= 6
    assert time.perf_counter() - before < 1


def test_an_unknown_schema_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError):
        errors("no-such-schema", {})


def assessment(**changes: Any) -> dict[str, Any]:
    return {**VALID["assessment", "decimal-point-slipped"], **changes}
