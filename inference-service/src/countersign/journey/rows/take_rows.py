"""Taking rows: what transaction groups wrote goes the way of every event, and is noted.

First the service stores the events, then the row gets its note. Whoever dies in between finds the
row waiting again, and the service knows its events already: nothing is lost, nothing is double.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import InterfaceError, OperationalError

from countersign.intake.mapping import TableMapping
from countersign.intake.table_import import MappedRow, RefusedRow, SkippedRow
from countersign.intake.transaction_groups import GroupRows
from countersign.journey.rows.bring_rows import Fate, Store, bring
from countersign.journey.rows.import_table import Tally
from countersign.store.database import Database, retry_conflicts
from countersign.store.staging_rows import Note, RefusedStagingRow, StagingRow, StagingTable

BATCH_ROWS = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failed:
    """A row on which the service itself failed."""

    number: int
    error: Exception


class GroupIntake:
    """Takes the rows of one staging table."""

    def __init__(
        self,
        plant: Database,
        mapping: TableMapping,
        store: Store,
        clock: Callable[[], datetime],
    ) -> None:
        """Look the table up; raises ``StagingError`` or ``MappingError``."""
        if mapping.staging is None:
            raise ValueError("the mapping names no staging table")
        self._plant = plant
        self._store = store
        self._clock = clock
        self.table = StagingTable(plant, mapping.staging.table, mapping.staging.index_column)
        self._rows = GroupRows(mapping, self.table.columns, clock)
        self._actor = f"transaction-group:{self.table.name}"

    def take(self, tally: Tally, limit: int = BATCH_ROWS) -> int:
        """Take rows that wait, count them, and return how many there were."""
        with self._plant.read() as connection:
            waiting = self.table.read_waiting(connection, limit)
        notes = []
        for fate in self._bring(waiting):
            if isinstance(fate, _Failed):
                tally.rows += 1
                tally.refused += 1
                notes.append(_note_of_failure(fate))
            else:
                tally.count(fate)
                notes.append(_note(fate))
        retry_conflicts(lambda: self._write(notes))
        return len(waiting)

    def count(self) -> tuple[int, int]:
        """Return how many rows wait, and how many were refused."""
        with self._plant.read() as connection:
            return self.table.count(connection)

    def refused(self, limit: int) -> list[RefusedStagingRow]:
        """Return refused rows, the newest first."""
        with self._plant.read() as connection:
            return self.table.read_refused(connection, limit)

    def release_refused(self, numbers: Sequence[int]) -> int:
        """Let refused rows be taken again, all where none is named; return how many."""
        with self._plant.write() as connection:
            return self.table.release_refused(connection, numbers)

    def _write(self, notes: Sequence[Note]) -> None:
        with self._plant.write() as connection:
            self.table.note(connection, notes, self._clock())

    def _bring(self, rows: Sequence[StagingRow]) -> list[Fate | _Failed]:
        """Bring rows in together, or one by one where one of them makes the service fail."""
        reader = self._rows.reader
        try:
            read = [reader.read(self._rows.row(row.number, row.values)) for row in rows]
            return list(bring(reader, self._store, self._actor, read))
        except (OperationalError, InterfaceError):
            raise  # the database is away or busy: everything waits until it is back
        except Exception as error:
            if len(rows) == 1:
                log.exception("%s row %d cannot be taken", self.table.name, rows[0].number)
                return [_Failed(rows[0].number, error)]
            log.warning("%s: %d rows failed, taking them one by one", self.table.name, len(rows))
            return [fate for row in rows for fate in self._bring([row])]


def _note(fate: Fate) -> Note:
    row = fate.row
    if isinstance(row, MappedRow):
        return Note(row.line, fate.status, row.events[0].event_id, None)
    if isinstance(row, SkippedRow):
        return Note(row.line, fate.status, None, row.rule)
    return Note(row.line, fate.status, None, _reason(row))


def _reason(row: RefusedRow) -> str:
    return "; ".join(fault.sentence.lstrip(", ") for fault in row.faults)


def _note_of_failure(failed: _Failed) -> Note:
    name = type(failed.error).__name__
    reason = f"the service failed on this row ({name}: {failed.error}); its log says where"
    return Note(failed.number, "refused", None, reason)
