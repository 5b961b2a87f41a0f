"""Bulk statements: every kind of value, on every database, as if each row went alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import literal_column, select
from sqlalchemy.exc import IntegrityError

from countersign.store import schema
from countersign.store.among import among
from countersign.store.bulk import BulkInsert, BulkUpdate
from countersign.store.database import Database
from countersign.store.tables import order_progress, stream

AT = datetime(2026, 11, 20, 12, 30, 15, 123456, tzinfo=UTC)
ODD_TEXTS = ['say "yes"', "back\\slash", "{a,b}", "NULL", "", " ", "Grüße 木", "two\nlines", "it's"]
COLUMNS = ("stream_id", "erp", "order_id", "state", "next_at", "lease_owner", "fence")
_INSERT = BulkInsert(stream, COLUMNS)
_UPDATE = BulkUpdate(
    stream,
    ("stream_id", "fence"),
    ("order_id",),
    also={"fence": stream.c.fence + literal_column("1")},
    only=stream.c.state == literal_column("'idle'"),
)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    schema.upgrade(database)
    yield database
    database.close()


def test_every_text_comes_back_as_it_went(database: Database) -> None:
    rows = [(str(at), "demo", text, "idle", AT, None, at) for at, text in enumerate(ODD_TEXTS)]
    with database.write() as connection:
        _INSERT(connection, rows)
        stored = connection.execute(
            select(*(stream.c[name] for name in COLUMNS)).order_by(stream.c.fence)
        ).all()
    assert [tuple(row) for row in stored] == rows


def test_nothing_happens_without_rows(database: Database) -> None:
    with database.write() as connection:
        _INSERT(connection, [])
        _UPDATE(connection, iter(()))
        assert connection.execute(select(stream)).all() == []


def test_one_row_that_cannot_be_stored_keeps_all_out(database: Database) -> None:
    with database.write() as connection:
        _INSERT(connection, [("a", "demo", "1", "idle", AT, None, 0)])
    with pytest.raises(IntegrityError), database.write() as connection:
        _INSERT(connection, [(key, "demo", "1", "idle", AT, None, 0) for key in "ba"])
    with database.read() as connection:
        assert connection.execute(select(stream.c.stream_id)).scalars().all() == ["a"]


def test_an_update_changes_the_rows_that_meet_keys_and_condition(database: Database) -> None:
    states = {"a": "idle", "b": "ready", "c": "idle", "d": "idle"}
    rows = [(key, "demo", "1", state, AT, None, 5) for key, state in states.items()]
    with database.write() as connection:
        _INSERT(connection, rows)
        _UPDATE(connection, [("a", 5, "2"), ("b", 5, "2"), ("c", 4, "2"), ("x", 5, "2")])
        found = connection.execute(select(stream.c.stream_id, stream.c.order_id, stream.c.fence))
        stored = {key: (order, fence) for key, order, fence in found}
    assert stored == {"a": ("2", 6), "b": ("1", 5), "c": ("1", 5), "d": ("1", 5)}


@pytest.mark.parametrize(
    "wanted",
    [[], ODD_TEXTS[:1], ODD_TEXTS, [*ODD_TEXTS, "not there"]],
    ids=["none", "one", "all", "one too many"],
)
def test_among_finds_what_was_asked_for(database: Database, wanted: list[str]) -> None:
    insert = BulkInsert(order_progress, ("order_id", "body", "version"))
    with database.write() as connection:
        insert(connection, [(text, "{}", 1) for text in ODD_TEXTS])
        query = select(order_progress.c.order_id).where(among(order_progress.c.order_id))
        found = set(connection.execute(query, {"ids": wanted}).scalars())
    assert found == set(wanted) & set(ODD_TEXTS)
