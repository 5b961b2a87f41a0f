"""What is kept of codings, on every kind of database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from coded_ledger import journal_entry
from integration.service.desk import Desk

from countersign.audit.trail import open_trail
from countersign.erp.documents import from_data
from countersign.nouns.posting import PostingState
from countersign.post import commands
from countersign.store import account_determinations, cause_queues, codings, postings
from countersign.store.cause_queues import MovedCause
from countersign.store.codings import Coding


def post(desk: Desk, origin: str) -> str:
    with desk.database.write() as connection, open_trail(connection, desk.now) as trail:
        record = commands.create(
            connection,
            trail,
            erp="demo",
            document=from_data(journal_entry("400000", "CC-1")),
            origin=origin,
            actor="test",
        )
        codings.add(connection, record.posting_id, record.document, {"supplier_id": "V-1"}, [])
        codings.add(connection, record.posting_id, record.document, {"supplier_id": "V-2"}, [])
    return record.posting_id


def settle(desk: Desk, key: str, state: PostingState, **changes: Any) -> int:
    with desk.database.write() as connection:
        record = postings.read(connection, key)
        assert record is not None
        values = {"state": state, "changed_at": desk.now, **changes}
        postings.write(connection, [postings.with_changes(record, values)])
        return codings.follow_postings(connection)


def test_a_coding_follows_its_posting(desk: Desk) -> None:
    key, start = post(desk, "a"), desk.now
    with desk.database.read() as connection:
        assert codings.read(connection, key) == Coding(key, {"supplier_id": "V-1"}, [])
        assert codings.read(connection, "none") is None
    assert settle(desk, key, "rejected") == 0
    desk.move_clock(days=1)
    assert settle(desk, key, "posted") == 1
    assert settle(desk, key, "posted") == 0
    desk.move_clock(days=1)
    with desk.database.read() as connection:
        (booked,) = codings.read_booked(connection, start, desk.now)
        assert codings.read_booked(connection, desk.now, desk.now + timedelta(days=9)) == []
    assert (booked.posting_id, booked.origin, booked.created_at) == (key, "erp", start)
    assert booked.booked_at == start + timedelta(days=1)
    assert booked.document == journal_entry("400000", "CC-1")
    assert settle(desk, key, "reversed") == 1
    until = desk.now + timedelta(days=1)
    with desk.database.read() as connection:
        assert codings.read_booked(connection, start, until) == []
        (back,) = codings.read_withdrawn(connection, desk.now, start, until)
        assert codings.read_withdrawn(connection, start, start, until) == []
    assert back.posting_id == key


def test_what_was_given_up_or_undone_at_once_teaches_nothing(desk: Desk) -> None:
    given_up, undone = post(desk, "a"), post(desk, "b")
    assert settle(desk, given_up, "cancelled") == 1
    assert settle(desk, undone, "reversed") == 1
    until = desk.now + timedelta(days=1)
    with desk.database.read() as connection:
        assert codings.read_booked(connection, desk.now, until) == []
        assert codings.read_withdrawn(connection, until, desk.now, until) == []


def test_notes_change_with_the_document(desk: Desk) -> None:
    key = post(desk, "a")
    note = {"field": "account_id", "line": 1, "text": "Odd — ungewöhnlich."}
    with desk.database.write() as connection:
        codings.change_notes(connection, key, [note])
        coding = codings.read(connection, key)
    assert coding is not None
    assert coding.notes == [note]


def test_a_table_of_accounts_takes_the_place_of_the_one_before(desk: Desk) -> None:
    with desk.database.write() as connection:
        assert account_determinations.loaded_at(connection) is None
        first = {("201", "3000"): "400100", ("201", "3001"): "400200"}
        account_determinations.replace_all(connection, first, desk.now)
        account_determinations.replace_all(connection, {("201", "3000"): "400300"}, desk.now)
    with desk.database.read() as connection:
        assert account_determinations.read(connection, ("201", "3000")) == "400300"
        assert account_determinations.read(connection, ("201", "3001")) is None
        assert account_determinations.read_all(connection) == {("201", "3000"): "400300"}
        assert account_determinations.loaded_at(connection) == desk.now


def test_the_last_person_to_move_a_cause_is_right(desk: Desk) -> None:
    first = MovedCause(
        "demo", "f" * 16, "stock", "ZZ/1", "Text.", "goods_issue", None, None, None,
        desk.now, desk.now, "person:erik", "so it is",
    )  # fmt: skip
    other = MovedCause(
        "demo", "f" * 16, "period", "ZZ/1", "Text.", "goods_issue", "stock", "model", 0.75,
        desk.now, desk.now + timedelta(hours=1), "person:anna", "no, so",
    )  # fmt: skip
    with desk.database.write() as connection:
        for moved in (first, other):
            cause_queues.put(connection, moved)
        assert cause_queues.read_all(connection) == [other]
