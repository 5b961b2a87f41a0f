"""Refused rows before a person: read again after mending, or dismissed with a reason."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from integration.transaction_groups.plant import CONSUMPTION, COUNTS, Plant, row

from countersign.intake.mapping_file import load_mapping
from countersign.journey.rows.refused_rows import RefusedRows, RowGone
from countersign.settings import STAGING_MAPPINGS
from countersign.store import audit_records

ACTOR = "person:erik via console"


def refused_rows(plant: Plant) -> RefusedRows:
    mappings = [load_mapping(name, ZoneInfo("Europe/Berlin")) for name in STAGING_MAPPINGS]
    return RefusedRows(plant.desk.database, plant.database, mappings)


def with_a_bad_row(plant: Plant) -> int:
    """Have one row refused and one taken; return the number of the refused one."""
    plant.write(CONSUMPTION, row(CONSUMPTION, 1, quantity=-4), row(CONSUMPTION, 2))
    plant.groups().take()
    assert plant.fates(CONSUMPTION) == ["refused", "accepted"]
    return int(plant.notes(CONSUMPTION)[0][0])


def audited(plant: Plant, step: str) -> list[str]:
    return [each for each in plant.desk.steps() if each == step]


def test_a_person_sees_which_rows_were_refused_why_and_what_they_say(plant: Plant) -> None:
    number = with_a_bad_row(plant)
    tables = {table.name: table for table in refused_rows(plant).tables()}
    assert len(tables) == 3
    (shown,) = tables[CONSUMPTION].rows
    assert (shown.number, shown.values["material_id"]) == (number, "SEAL-01")
    assert "quantity" in shown.reason
    assert tables[COUNTS].rows == ()
    source = tables[CONSUMPTION].source
    assert source is not None
    assert (source.refused, source.problem) == (1, None)


def test_a_mended_row_is_read_again(plant: Plant) -> None:
    number = with_a_bad_row(plant)
    plant.run([f"UPDATE {CONSUMPTION} SET quantity = 4 WHERE {CONSUMPTION}_ndx = {number}"])
    refused_rows(plant).read_again(CONSUMPTION, number, ACTOR, plant.desk.now)
    plant.groups().take()
    assert plant.fates(CONSUMPTION) == ["accepted", "accepted"]
    assert audited(plant, "staging_row_read_again") == ["staging_row_read_again"]
    assert plant.desk.flaws() == []


def test_a_dismissed_row_is_not_read_again_and_says_who_gave_it_up_and_why(plant: Plant) -> None:
    number = with_a_bad_row(plant)
    rows = refused_rows(plant)
    rows.dismiss(CONSUMPTION, number, "a trial of the scale", ACTOR, plant.desk.now)
    plant.desk.move_clock(minutes=10)
    plant.groups().take()
    _, fate, reason = plant.notes(CONSUMPTION)[0]
    assert fate == "dismissed"
    assert reason.startswith(f"a trial of the scale ({ACTOR}); refused: ")
    assert {table.name: len(table.rows) for table in rows.tables()}[CONSUMPTION] == 0
    with plant.desk.database.read() as connection:
        records = audit_records.find(connection)
    (record,) = [one for one in records if one.step == "staging_row_dismissed"]
    assert record.actor == ACTOR
    assert '"reason":"a trial of the scale"' in record.body


def test_a_row_that_somebody_else_has_settled_is_left_alone(plant: Plant) -> None:
    number = with_a_bad_row(plant)
    rows = refused_rows(plant)
    rows.read_again(CONSUMPTION, number, ACTOR, plant.desk.now)
    for settle in (
        lambda: rows.dismiss(CONSUMPTION, number, "late", ACTOR, plant.desk.now),
        lambda: rows.read_again(CONSUMPTION, number + 1, ACTOR, plant.desk.now),
        lambda: rows.read_again("event", 1, ACTOR, plant.desk.now + timedelta(seconds=1)),
    ):
        with pytest.raises(RowGone):
            settle()
    assert audited(plant, "staging_row_dismissed") == []


def test_a_table_that_is_not_there_says_so_and_hides_no_other(plant: Plant) -> None:
    with_a_bad_row(plant)
    plant.run([f"DROP TABLE {COUNTS}"])
    tables = {table.name: table for table in refused_rows(plant).tables()}
    assert "there is no table" in tables[COUNTS].problem
    assert len(tables[CONSUMPTION].rows) == 1
