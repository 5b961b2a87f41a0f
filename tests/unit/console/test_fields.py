"""Fields: facts become a form and come back, changed only where a person changed them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.console import fields
from countersign.console.field_sets import EVENT_FIELDS, fields_of_document

EXAMPLES = Path(__file__).parents[3] / "shared-contracts" / "examples" / "v1" / "valid"
USE_CASE_OF_FOLDER = {
    "production-confirmation": "production_confirmation",
    "material-consumption": "material_consumption",
    "scrap-report": "scrap_report",
}
EVENT_EXAMPLES = [
    (use_case, json.loads(path.read_text(encoding="utf-8")))
    for folder, use_case in USE_CASE_OF_FOLDER.items()
    for path in sorted((EXAMPLES / folder).glob("*.json"))
]
DOCUMENT_EXAMPLES = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((EXAMPLES / "document").glob("*.json"))
]


def pieces(text: str) -> dict[str, str]:
    return {"quantity_string": text, "unit_of_measure": "C62"}


CONFIRMATION = {
    "site_id": "1000",
    "order_id": "100234",
    "operation_id": "0010",
    "yield_quantity": pieces("48"),
    "confirmation": "partial",
    "note": "late shift",
}


@pytest.mark.parametrize(("use_case", "data"), EVENT_EXAMPLES)
def test_a_form_sent_as_it_was_drawn_changes_nothing(use_case: str, data: Any) -> None:
    field_set = EVENT_FIELDS[use_case]
    form = {field.name: field.value for field in fields.draw(field_set, data, data)}
    assert fields.read(field_set, data, form) == data
    assert fields.changes(field_set, data, data) == []


@pytest.mark.parametrize("document", DOCUMENT_EXAMPLES, ids=lambda document: document["kind"])
def test_documents_of_every_kind_have_a_form(document: Any) -> None:
    field_set = fields_of_document(document)
    drawn = fields.draw(field_set, document, document)
    assert drawn
    assert (
        fields.read(field_set, document, {field.name: field.value for field in drawn}) == document
    )


@given(data=st.data())
def test_only_the_boxes_that_changed_change_the_facts(data: st.DataObject) -> None:
    use_case, original = data.draw(st.sampled_from(EVENT_EXAMPLES))
    field_set, before = EVENT_FIELDS[use_case], copy.deepcopy(original)
    drawn = [
        field for field in fields.draw(field_set, original, original) if field.kind != "choice"
    ]
    chosen = data.draw(st.sampled_from(drawn))
    text = data.draw(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=10))
    changed = fields.read(field_set, original, {chosen.name: text})
    assert original == before
    names = [field.name for field in fields.draw(field_set, original, changed) if field.is_changed]
    assert names == ([] if text == chosen.original else [chosen.name])


def test_a_missing_quantity_takes_the_unit_of_its_sibling() -> None:
    field_set = EVENT_FIELDS["production_confirmation"]
    changed = fields.read(field_set, CONFIRMATION, {"scrap_quantity": "2"})
    assert changed["scrap_quantity"] == pieces("2")


def test_an_emptied_box_takes_the_fact_away_unless_it_is_required() -> None:
    field_set = EVENT_FIELDS["production_confirmation"]
    with_scrap = {**CONFIRMATION, "scrap_quantity": pieces("2")}
    assert fields.read(field_set, with_scrap, {"scrap_quantity": " "}) == CONFIRMATION
    emptied = fields.read(field_set, CONFIRMATION, {"yield_quantity": ""})
    assert emptied["yield_quantity"] == pieces("")


def test_what_has_no_box_cannot_be_changed() -> None:
    field_set = EVENT_FIELDS["production_confirmation"]
    form = {"site_id": "2000", "person_id": "eve", "note": "gone", "yield_quantity": "48"}
    assert fields.read(field_set, CONFIRMATION, form) == CONFIRMATION


def test_errors_stand_at_the_box_that_they_are_about() -> None:
    field_set = EVENT_FIELDS["material_consumption"]
    line = {"material_id": "A", "quantity": pieces("1")}
    data = {"order_id": "1", "operation_id": "0010", "material_actual": [line, line]}
    errors = [("/material_actual/1/quantity/quantity_string", "wrong")]
    drawn = fields.draw(field_set, data, data, errors)
    assert [(field.name, field.errors) for field in drawn if field.errors] == [
        ("material_actual.1.quantity", ("wrong",))
    ]
