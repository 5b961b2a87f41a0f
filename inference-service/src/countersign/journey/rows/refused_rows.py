"""Refused rows: what transaction groups wrote and the service could not take, before a person.

A row is read again after the row or the mapping was mended, or dismissed for good with a reason.
Who did so is recorded before the row is touched: should the plant's database fail then, the row
stays refused, and the person sees it and does it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from countersign.audit.trail import open_trail
from countersign.intake.mapping import TableMapping
from countersign.journey.rows.staged_groups import load_group_mappings, open_plant
from countersign.settings import Settings
from countersign.store import staging_sources
from countersign.store.database import Database
from countersign.store.staging_rows import RefusedStagingRow, StagingError, StagingTable
from countersign.store.staging_sources import StagingSource

MOST_SHOWN = 100


class RowGone(Exception):
    """A row is not refused any more, or its table is not read; the text says so."""


@dataclass(frozen=True, slots=True)
class RefusedOfTable:
    """The refused rows of one table, the newest first; ``problem`` says why they are not known."""

    name: str
    source: StagingSource | None
    rows: tuple[RefusedStagingRow, ...]
    problem: str


@contextmanager
def open_refused_rows(settings: Settings, database: Database) -> Iterator[RefusedRows]:
    """Open the plant's database for a look; raises ``SettingsError``."""
    mappings = load_group_mappings(settings)
    plant = open_plant(settings)
    try:
        yield RefusedRows(database, plant, mappings)
    finally:
        plant.close()


class RefusedRows:
    """The refused rows of all staging tables of a plant."""

    def __init__(self, database: Database, plant: Database, mappings: list[TableMapping]) -> None:
        self._database = database
        self._plant = plant
        self._indexes: Mapping[str, str] = {
            mapping.staging.table: mapping.staging.index_column
            for mapping in mappings
            if mapping.staging is not None
        }

    def tables(self) -> list[RefusedOfTable]:
        """Return every table with its refused rows; one that cannot be read says why."""
        with self._database.read() as connection:
            sources = {source.name: source for source in staging_sources.read_all(connection)}
        return [self._of_table(name, sources.get(name)) for name in self._indexes]

    def read_again(self, name: str, number: int, actor: str, now: datetime) -> None:
        """Let a row be read again; raises :class:`RowGone`."""
        table, row = self._find(name, number)
        self._record("staging_row_read_again", name, row, "", actor, now)
        with self._plant.write() as plant:
            table.release_refused(plant, [number])

    def dismiss(self, name: str, number: int, reason: str, actor: str, now: datetime) -> None:
        """Give a row up for good; raises :class:`RowGone`."""
        table, row = self._find(name, number)
        self._record("staging_row_dismissed", name, row, reason, actor, now)
        with self._plant.write() as plant:
            table.dismiss(plant, number, f"{reason} ({actor}); refused: {row.reason}", now)

    def _of_table(self, name: str, source: StagingSource | None) -> RefusedOfTable:
        try:
            table = self._table(name)
            with self._plant.read() as plant:
                return RefusedOfTable(
                    name, source, tuple(table.read_refused(plant, MOST_SHOWN)), ""
                )
        except StagingError as error:
            return RefusedOfTable(name, source, (), str(error))
        except DBAPIError as error:
            return RefusedOfTable(name, source, (), f"the plant's database says: {error.orig}")

    def _table(self, name: str) -> StagingTable:
        return StagingTable(self._plant, name, self._indexes[name])

    def _find(self, name: str, number: int) -> tuple[StagingTable, RefusedStagingRow]:
        if name not in self._indexes:
            raise RowGone(f"{name} is no table that is read here")
        table = self._table(name)
        with self._plant.read() as plant:
            rows = table.read_refused(plant, 1, number=number)
        if not rows:
            raise RowGone(f"row {number} of {name} is not refused any more: somebody was faster")
        return table, rows[0]

    def _record(
        self,
        step: str,
        name: str,
        row: RefusedStagingRow,
        reason: str,
        actor: str,
        now: datetime,
    ) -> None:
        body = {"table": name, "row": row.number, "refused_for": row.reason}
        with self._database.write() as connection, open_trail(connection, now) as trail:
            trail.add(step, actor, body | ({"reason": reason} if reason else {}))
