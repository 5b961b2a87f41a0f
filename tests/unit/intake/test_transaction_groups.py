"""Rows of transaction groups: values of any database become the text a mapping reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.intake.mapping_file import MappingError, load_mapping, read_mapping
from countersign.intake.table_import import MappedRow, RefusedRow
from countersign.intake.transaction_groups import GroupRows, text_of
from countersign.settings import STAGING_MAPPINGS

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
COMMON = {
    "site_id": "1000",
    "work_center_id": "PRESS-1",
    "trigger_count": 7,
    "order_id": "100234",
    "operation_id": "0010",
    "person_id": "badge-17",
    "t_stamp": datetime(2026, 3, 2, 14, 5, 9, 250_000),
}
CONSUMPTION = COMMON | {
    "material_id": "STEEL",
    "quantity": Decimal("45.200000"),
    "unit": "KGM",
    "material_lot_id": "L1",
    "storage_location": None,
}


def rows(name: str, row: dict[str, Any]) -> GroupRows:
    return GroupRows(load_mapping(name, BERLIN), row, lambda: NOW)


def read(name: str, row: dict[str, Any]) -> Any:
    group = rows(name, row)
    return group.reader.read(group.row(17, row))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  100234 ", "100234"),
        (True, "true"),
        (7, "7"),
        (Decimal("45.200000"), "45.2"),
        (Decimal("1E+2"), "100"),
        (Decimal(0), "0"),
        (0.1, "0.1"),
        (12.300000190734863, "12.3"),
        (float("nan"), "nan"),
        (1e300, "1" + 300 * "0"),
        (b"STEEL", "STEEL"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 14, 5), "2026-03-02T14:05:00"),
        (
            datetime(2026, 3, 2, 14, 5, tzinfo=timezone(timedelta(hours=1))),
            "2026-03-02T14:05:00+01:00",
        ),
    ],
)
def test_a_value_becomes_text(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_772_460_309_250, "2026-03-02T14:05:09.250000+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (10**30, str(10**30)),
        ("2026-03-02 14:05:09.25", "2026-03-02 14:05:09.25"),
    ],
)
def test_a_number_that_is_a_time_counts_milliseconds(value: Any, text: str) -> None:
    assert text_of(value, is_time=True) == text


@given(st.decimals(-(10**12), 10**12, places=6))
def test_a_decimal_loses_nothing(value: Decimal) -> None:
    assert Decimal(text_of(value)) == value


@given(st.floats(-1e9, 1e9))
def test_a_binary_number_is_written_without_exponent_to_six_places(value: float) -> None:
    text = text_of(value)
    assert "e" not in text
    assert abs(Decimal(text) - Decimal(value)) <= Decimal("0.0000006")


def test_a_row_of_consumption_becomes_a_material_consumption() -> None:
    result = read("consumption_group", CONSUMPTION)
    assert isinstance(result, MappedRow), result
    (event,) = result.events
    assert event.occurred_at == datetime(2026, 3, 2, 13, 5, 9, 250_000, tzinfo=UTC)
    assert event.type == "countersign.material-consumption.v1"
    assert event.data == {
        "site_id": "1000",
        "order_id": "100234",
        "operation_id": "0010",
        "equipment_id": "PRESS-1",
        "person_id": "badge-17",
        "material_actual": [
            {
                "material_id": "STEEL",
                "quantity": {"quantity_string": "45.2", "unit_of_measure": "KGM"},
                "material_lot_id": "L1",
            }
        ],
    }


def test_a_row_of_counts_becomes_a_partial_confirmation() -> None:
    counts = {
        "material_id": None,
        "yield_quantity": 12.0,
        "scrap_quantity": 1,
        "rework_quantity": None,
        "unit": "C62",
        "scrap_reason_code": "SURF",
    }
    result = read("production_count_group", COMMON | counts)
    assert isinstance(result, MappedRow), result
    data = result.events[0].data
    assert data["confirmation"] == "partial"
    assert data["yield_quantity"] == {"quantity_string": "12", "unit_of_measure": "C62"}
    assert data["scrap_quantity"] == {"quantity_string": "1", "unit_of_measure": "C62"}
    assert "rework_quantity" not in data


def test_a_row_of_labor_becomes_a_confirmation_of_time_without_pieces() -> None:
    minutes = {
        "unit": None,
        "labor_minutes": 42.5,
        "setup_minutes": None,
        "machine_minutes": None,
    }
    result = read("labor_time_group", COMMON | minutes)
    assert isinstance(result, MappedRow), result
    data = result.events[0].data
    assert data["yield_quantity"] == {"quantity_string": "0", "unit_of_measure": "C62"}
    assert data["labor_time"] == {"quantity_string": "42.5", "unit_of_measure": "MIN"}
    assert "setup_time" not in data


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantity": Decimal(-3)}, "quantity"),
        ({"quantity": None}, "requires quantity"),
        ({"quantity": float("inf")}, "inf"),
        ({"unit": None}, "needs a unit"),
        ({"order_id": None}, "order_id"),
        ({"site_id": "{SiteId}"}, "{SiteId}"),
        ({"t_stamp": None}, "t_stamp"),
        ({"t_stamp": "yesterday"}, "yesterday"),
        ({"material_id": "STEEL\x00"}, "material_id"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(changes: dict[str, Any], told: str) -> None:
    result = read("consumption_group", CONSUMPTION | changes)
    assert isinstance(result, RefusedRow)
    text = " ".join(detail for _, detail in result.refusal.errors)
    assert "countersign_consumption row 17" in text
    assert told in text


def test_a_row_written_twice_is_one_event_and_the_next_trigger_another() -> None:
    (first,) = read("consumption_group", CONSUMPTION).events
    group = rows("consumption_group", CONSUMPTION)
    (again,) = group.reader.read(group.row(18, CONSUMPTION)).events
    (other,) = read("consumption_group", CONSUMPTION | {"trigger_count": 8}).events
    assert again.event_id == first.event_id
    assert again.digest == first.digest
    assert other.event_id != first.event_id


def test_counts_and_labor_of_the_same_moment_are_two_events() -> None:
    counts = {"material_id": None, "yield_quantity": 1, "unit": "C62", "scrap_reason_code": None}
    counts |= {"scrap_quantity": None, "rework_quantity": None}
    labor = {"unit": "C62", "labor_minutes": 1, "setup_minutes": None, "machine_minutes": None}
    (one,) = read("production_count_group", COMMON | counts).events
    (other,) = read("labor_time_group", COMMON | labor).events
    assert one.event_id != other.event_id


def test_columns_are_found_whatever_their_capitals() -> None:
    row = {name.upper(): value for name, value in CONSUMPTION.items()}
    assert isinstance(read("consumption_group", row), MappedRow)


def test_a_column_that_is_missing_is_named() -> None:
    row = {name: value for name, value in CONSUMPTION.items() if name != "unit"}
    with pytest.raises(MappingError, match="'unit'"):
        rows("consumption_group", row)


def test_the_hour_that_comes_twice_is_taken_as_its_first() -> None:
    row = CONSUMPTION | {"t_stamp": datetime(2026, 10, 25, 2, 30)}
    (event,) = read("consumption_group", row).events
    assert event.occurred_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", STAGING_MAPPINGS)
def test_a_shipped_mapping_takes_the_plants_zone(name: str) -> None:
    assert load_mapping(name, BERLIN).staging is not None
    with pytest.raises(MappingError, match="time_zone"):
        load_mapping(name)


def test_the_index_column_is_named_after_the_table_unless_it_is_given() -> None:
    text = """
source = "/x"
staging = { table = "dbo.rows" }
identity = { columns = ["n"] }
[[event]]
type = "production-confirmation"
time = { column = "at" }
[event.data]
site_id = { constant = "1" }
order_id = { constant = "1" }
operation_id = { constant = "1" }
confirmation = { constant = "final" }
yield_quantity = { column = "q", unit = "C62" }
"""
    staging = read_mapping(text, BERLIN).staging
    assert staging is not None
    assert staging.index_column == "rows_ndx"
    named = text.replace('"dbo.rows"', '"rows", index_column = "id"')
    staging = read_mapping(named, BERLIN).staging
    assert staging is not None
    assert (staging.table, staging.index_column) == ("rows", "id")
