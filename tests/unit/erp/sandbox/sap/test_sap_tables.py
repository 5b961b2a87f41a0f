"""The tables of the SAP sandbox: whole, consistent, and saying what is not verified."""

from __future__ import annotations

import pytest

from countersign.erp.sandbox.sap import bapi_fields, tables, transactions
from countersign.erp.sandbox.sap.messages import message
from countersign.erp.sandbox.sap.movement import movement_type, reversal_type
from countersign.erp.sandbox.sap.tables import entity, rows_of, services

ENTITIES = [name for service in services().values() for name in service.entities]


def test_every_entity_set_has_one_service_fields_and_a_key() -> None:
    assert len(ENTITIES) == len(set(ENTITIES))
    for name in ENTITIES:
        assert entity(name).keys


@pytest.mark.parametrize("name", ENTITIES)
def test_fields_have_the_facets_of_their_type(name: str) -> None:
    for prop in entity(name).properties.values():
        if prop.type == "Edm.Decimal":
            assert prop.precision > prop.scale >= 0
        assert prop.length is None or prop.type == "Edm.String"
        assert prop.conversion in ("", "ALPHA", "UPPER")


@pytest.mark.parametrize("name", ENTITIES)
def test_navigations_lead_to_entities_of_the_service_that_share_a_key(name: str) -> None:
    type_ = entity(name)
    for navigation in type_.navigations.values():
        target = services()[type_.service].entities[navigation.target]
        names = type_.keys if navigation.many else target.keys
        assert set(names) & set(target.properties) & set(type_.properties)


def test_everything_that_may_be_written_can_be() -> None:
    for name in ENTITIES:
        assert (entity(name).create == "yes") == (name in transactions.CREATORS), name
        assert entity(name).update == (name in transactions.UPDATERS), name


def test_every_function_import_is_there() -> None:
    declared = {(s.name, function) for s in services().values() for function in s.functions}
    assert declared == set(transactions.FUNCTIONS)


def test_etags_are_fields() -> None:
    for name in ENTITIES:
        assert entity(name).etag in ("", *entity(name).properties)


@pytest.mark.parametrize("row", rows_of("movement_types.csv"), ids=lambda row: row["type"])
def test_every_movement_type_can_be_undone(row: dict[str, str]) -> None:
    rule = movement_type(row["type"], row["reference_type"])
    back = reversal_type(rule)
    assert rule.type in (back.reverses, reversal_type(back).type)


def test_bapi_fields_mean_fields_of_some_entity() -> None:
    known = {name for entity_name in ENTITIES for name in entity(entity_name).properties}
    known |= {"EntryUnitISOCode"}
    meant = {row["entity_field"] for row in rows_of("bapi_fields.csv")} - {""}
    assert meant <= known
    assert bapi_fields.padded("23", 12) == "000000000023"


def test_a_message_is_filled_in() -> None:
    text = message("CO/469", "1000023", "MEYER").text
    assert text == "Order 1000023 is already being processed by MEYER"


@pytest.mark.parametrize(
    "name",
    [
        "bapi_fields.csv",
        "entity_sets.csv",
        "functions.csv",
        "journal_entry.csv",
        "loipro_fields.csv",
        "messages.csv",
        "movement_types.csv",
        "services.csv",
        "transparent_tables.csv",
        "units.csv",
    ],
)
def test_every_row_says_whether_it_is_verified(name: str) -> None:
    assert {row["verified"] for row in tables.rows_of(name)} <= {"yes", "no"}
