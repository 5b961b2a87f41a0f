"""A badge names one person, and the table does not tell what stands on it."""

from __future__ import annotations

from integration.service.desk import Desk
from sqlalchemy import select

from countersign.store import people
from countersign.store.tables import person


def put(desk: Desk, person_id: str, badge_id: str | None = None) -> None:
    with desk.database.write() as connection:
        people.put(connection, person_id, person_id, ["operator"], desk.now, badge_id=badge_id)


def carrier(desk: Desk, badge_id: str) -> str | None:
    with desk.database.read() as connection:
        found = people.read_by_badge(connection, badge_id)
    return None if found is None else found.person_id


def test_a_badge_is_found_however_the_scanner_pads_it(desk: Desk) -> None:
    put(desk, "anna", "4711")
    assert carrier(desk, "4711") == carrier(desk, " 4711\r") == "anna"
    assert carrier(desk, "471") is None
    assert carrier(desk, "") is None


def test_a_badge_stays_when_the_person_is_changed_without_one(desk: Desk) -> None:
    put(desk, "anna", "4711")
    put(desk, "anna")
    assert carrier(desk, "4711") == "anna"


def test_a_badge_that_is_given_on_belongs_to_the_new_person_only(desk: Desk) -> None:
    put(desk, "anna", "4711")
    put(desk, "bram", "4711")
    assert carrier(desk, "4711") == "bram"
    put(desk, "bram", "4712")
    assert carrier(desk, "4711") is None


def test_the_table_holds_a_hash(desk: Desk) -> None:
    put(desk, "anna", "4711")
    with desk.database.read() as connection:
        (stored,) = connection.execute(select(person.c.badge_hash)).scalars()
    assert "4711" not in stored
