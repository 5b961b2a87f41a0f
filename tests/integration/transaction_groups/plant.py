"""A plant's database with staging tables, as a gateway's transaction groups fill them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ignition_build.group_definition import read_definitions
from ignition_build.staging_tables import DIALECTS, ddl
from integration.service.desk import Desk, open_desk
from sqlalchemy import text

from countersign.intake.mapping_file import load_mapping
from countersign.journey.rows.bring_rows import Store
from countersign.journey.rows.staged_groups import StagedGroups
from countersign.settings import STAGING_MAPPINGS
from countersign.store.database import Database

PROJECT = Path(__file__).resolve().parents[3] / "ignition-project"
CONSUMPTION = "countersign_consumption"
COUNTS = "countersign_production_count"
LABOR = "countersign_labor_time"
COMMON = {"site_id": "1000", "work_center_id": "WC1", "order_id": "100234", "operation_id": "0010"}
VALUES = {
    CONSUMPTION: {"material_id": "SEAL-01", "quantity": 4, "unit": "C62"},
    COUNTS: {"yield_quantity": 2, "unit": "C62"},
    LABOR: {"labor_minutes": 12.5, "unit": "C62"},
}
FIRST_AT = datetime(2026, 11, 20, 11)


def statements(dialect: str) -> list[str]:
    """Return the DDL of all staging tables, statement by statement."""
    (found,) = (each for each in DIALECTS if each.name == dialect)
    return [each for each in ddl(read_definitions(PROJECT), found).split(";") if each.strip()]


def row(table: str, trigger: int, **changes: Any) -> dict[str, Any]:
    """Return what a group writes at a trigger."""
    at = (FIRST_AT + timedelta(seconds=trigger)).isoformat(" ")
    return {**COMMON, **VALUES[table], "trigger_count": trigger, "t_stamp": at, **changes}


def insertion(table: str, values: dict[str, Any]) -> str:
    """Return the statement by which a gateway writes a row."""
    names = ", ".join(values)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"


@dataclass
class Plant:
    """The plant's database beside a desk of the service."""

    database: Database
    desk: Desk

    def write(self, table: str, *rows: dict[str, Any]) -> None:
        """Write rows as a gateway does."""
        with self.database.write() as connection:
            for values in rows:
                connection.execute(text(insertion(table, values)), values)

    def groups(self, store: Store | None = None, owner: str = "worker-1") -> StagedGroups:
        """Return a reader of all tables, as a worker has one."""
        mappings = [load_mapping(name, ZoneInfo("Europe/Berlin")) for name in STAGING_MAPPINGS]
        return StagedGroups(
            self.desk.database,
            self.database,
            mappings,
            store or self.desk.receiver.receive,
            owner,
            clock=lambda: self.desk.now,
        )

    def notes(self, table: str) -> list[tuple[Any, ...]]:
        """Return number, fate and reason of all rows."""
        return self.rows(f"SELECT {table}_ndx, taken_as, taken_reason FROM {table} ORDER BY 1")

    def fates(self, table: str) -> list[str | None]:
        """Return the fates of all rows in their order."""
        return [taken_as for _, taken_as, _ in self.notes(table)]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def run(self, statements: Sequence[str]) -> None:
        """Run statements in one transaction."""
        with self.database.write() as connection:
            for statement in statements:
                connection.execute(text(statement))


@contextmanager
def open_plant(database_url: str, plant_url: str) -> Iterator[Plant]:
    """Open a desk and a plant with empty staging tables."""
    with open_desk(database_url) as desk:
        database = Database(plant_url)
        try:
            plant = Plant(database, desk)
            name = {"mssql": "sqlserver"}.get(database.dialect, database.dialect)
            plant.run([f"DROP TABLE IF EXISTS {table}" for table in VALUES])
            plant.run(statements(name))
            yield plant
        finally:
            database.close()
