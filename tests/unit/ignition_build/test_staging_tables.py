"""Staging tables: one definition, the tables of four databases, those at hand really made."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from ignition_build.group_definition import read_definitions
from ignition_build.staging_tables import DIALECTS, ddl

from environment import postgres

PROJECT = Path(__file__).resolve().parents[3] / "ignition-project"
TABLES = {
    "countersign_consumption",
    "countersign_labor_time",
    "countersign_production_count",
}
NOTES = ["taken_at", "taken_as", "taken_event_id", "taken_reason"]
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}


def statements(name: str) -> str:
    return ddl(read_definitions(PROJECT), BY_NAME[name])


def test_sqlite_takes_the_tables_twice() -> None:
    connection = sqlite3.connect(":memory:")
    for _ in range(2):
        connection.executescript(statements("sqlite"))
    for table in TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert columns[0] == f"{table}_ndx"
        assert columns[-5:] == ["t_stamp", *NOTES]
    plan = connection.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM countersign_labor_time WHERE taken_as IS NULL "
        "ORDER BY countersign_labor_time_ndx LIMIT 5"
    ).fetchall()
    assert "ix_countersign_labor_time_taken_as" in plan[0][3]
    connection.close()


def test_postgresql_takes_the_tables_twice(postgres_cluster: postgres.Cluster) -> None:
    postgres_cluster.drop_database("staging_ddl")
    postgres_cluster.create_database("staging_ddl")
    address = postgres_cluster.url("staging_ddl").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address, autocommit=True) as connection:
        for _ in range(2):
            connection.execute(statements("postgresql"))
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        connection.execute("INSERT INTO countersign_labor_time (order_id) VALUES ('1'), ('2')")
        rows = connection.execute(
            "SELECT countersign_labor_time_ndx FROM countersign_labor_time ORDER BY 1"
        ).fetchall()
    assert {name for (name,) in found} == TABLES
    assert rows == [(1,), (2,)]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sqlserver", ["IF OBJECT_ID(", "IDENTITY(1,1)", "NVARCHAR(40)", "DATETIME2(3)"]),
        ("mysql", ["AUTO_INCREMENT", "DATETIME(3)", "utf8mb4", "    INDEX ix_countersign_"]),
    ],
)
def test_a_database_that_is_not_here_gets_its_own_words(name: str, wanted: list[str]) -> None:
    text = statements(name)
    assert all(word in text for word in wanted)
    assert text.count("CREATE TABLE") == len(TABLES)
    assert "{" not in text


@pytest.mark.parametrize("name", BY_NAME)
def test_quantities_are_decimals_everywhere(name: str) -> None:
    assert "FLOAT" not in statements(name).upper()
    assert "DOUBLE" not in statements(name).upper()
