"""Migrations: they make exactly the tables that the code knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from countersign.store import events, schema
from countersign.store.database import Database
from countersign.store.tables import metadata


def test_tables_and_migrations_agree(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite")
    schema.upgrade(database)
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    database.close()
    assert differences == []


def test_what_was_thought_of_events_survives_its_move(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        _migrate(connection, "0011")
        for number in (1, 2):
            _store_as_before(connection, number)
    schema.upgrade(database)
    with database.read() as connection:
        row = events.read(connection, "event-2")
        known = events.find_known(connection, ["event-1", "event-2"])
    database.close()
    assert row is not None
    assert (row.assessment, row.decision, row.outcome) == ("assessment 2", "decision 2", "review")
    assert {key: value.decision for key, value in known.items()} == {
        "event-1": "decision 1",
        "event-2": "decision 2",
    }


def test_the_move_can_be_taken_back(database_url: str) -> None:
    database = Database(database_url)
    with database.write() as connection:
        _migrate(connection, "0011")
        _store_as_before(connection, 1)
        before = _thoughts(connection)
    schema.upgrade(database)
    with database.write() as connection:
        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
        after = _thoughts(connection)
    database.close()
    assert after == before


def _migrate(connection: Connection, revision: str) -> None:
    config = schema._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _store_as_before(connection: Connection, number: int) -> None:
    """Store an event as the revision before did; its number differs from what it is called."""
    event_id, at = f"event-{number}", datetime(2026, 11, 20, tzinfo=UTC).replace(tzinfo=None)
    connection.execute(
        text(
            "INSERT INTO event (event_id, seq, source, event_key, type, use_case, site_id,"
            " order_id, operation_id, occurred_at, received_at, digest, state, body)"
            " VALUES (:id, :seq, 's', :id, 't', 'u', '1000', '1', '10', :at, :at, 'd',"
            " 'review', 'b')"
        ),
        {"id": event_id, "seq": number * 7, "at": at},
    )
    connection.execute(
        text("INSERT INTO assessment VALUES (:id, :at, 'digest', :body)"),
        {"id": event_id, "at": at, "body": f"assessment {number}"},
    )
    connection.execute(
        text("INSERT INTO decision VALUES (:id, 'review', 3, :at, 'digest', :body)"),
        {"id": event_id, "at": at, "body": f"decision {number}"},
    )


def _thoughts(connection: Connection) -> list[tuple[object, ...]]:
    tables = ("assessment", "decision")
    return [
        tuple(row) for name in tables for row in connection.execute(text(f"SELECT * FROM {name}"))
    ]
