"""Staging rows: what transaction groups wrote into the plant's database, and our notes on it.

A row waits while its ``taken_as`` is empty, whatever its number: numbers are given before the
commit, so one that is lower may appear later. What was done with a row is noted in the row itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Unicode,
    bindparam,
    func,
    select,
    update,
)

from countersign.store import found_tables
from countersign.store.database import Database
from countersign.store.tables import UtcDateTime

REFUSED = "refused"
DISMISSED = "dismissed"
NOTE_TYPES: Mapping[str, Any] = {
    "taken_at": UtcDateTime(),
    "taken_as": Unicode(20),
    "taken_event_id": Unicode(32),
    "taken_reason": Unicode(1000),
}
MAX_REASON_LENGTH = 1000


class StagingError(Exception):
    """A staging table is not there or lacks columns; the text says what to do."""


@dataclass(frozen=True, slots=True)
class StagingRow:
    """A row: its number, and its values as the driver gives them, by column."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """What was done with a row."""

    number: int
    taken_as: str
    event_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RefusedStagingRow:
    """A row that could not be taken, and why; ``values`` as the driver gives them, by column."""

    number: int
    taken_at: datetime
    reason: str
    values: Mapping[str, Any]


class StagingTable:
    """One staging table, whose columns are found in the database itself.

    Values are read as the driver gives them: SQLite keeps a time as text or as a number, depending
    on who wrote it. ``name`` may be led by a schema and a point.
    """

    def __init__(self, database: Database, name: str, index_column: str) -> None:
        """Look the table up; raises :class:`StagingError`."""
        self.name = name
        with database.read() as connection:
            present = found_tables.columns_of(connection, name)
        if not present:
            raise StagingError(f"there is no table {name}; make it with countersign-staging-….sql")
        missing = [each for each in (index_column, *NOTE_TYPES) if each.lower() not in present]
        if missing:
            raise StagingError(
                f"the table {name} has no column {', '.join(missing)}; "
                "add them as countersign-staging-….sql has them"
            )
        self.columns = tuple(
            actual for lowered, actual in present.items() if lowered not in NOTE_TYPES
        )
        types = {index_column.lower(): BigInteger(), **NOTE_TYPES}
        self._table = found_tables.clause(
            name, {each: types.get(key) for key, each in present.items()}
        )
        self._number = self._table.c[present[index_column.lower()]]
        self._notes = {each: self._table.c[present[each]] for each in NOTE_TYPES}

    def read_waiting(self, connection: Connection, limit: int) -> list[StagingRow]:
        """Read rows that nobody has taken, in the order of their numbers."""
        values = [self._table.c[name] for name in self.columns]
        query = select(self._number.label("row_number_"), *values).where(self._is_waiting())
        rows = connection.execute(query.order_by(self._number).limit(limit))
        return [StagingRow(row[0], dict(zip(self.columns, row[1:], strict=True))) for row in rows]

    def note(self, connection: Connection, notes: Sequence[Note], now: datetime) -> None:
        """Note in rows what was done with them; a row that has a note keeps it."""
        if not notes:
            return
        statement = (
            update(self._table)
            .where(self._number == bindparam("number"), self._is_waiting())
            .values(
                {
                    self._notes["taken_at"]: bindparam("at"),
                    self._notes["taken_as"]: bindparam("as"),
                    self._notes["taken_event_id"]: bindparam("event"),
                    self._notes["taken_reason"]: bindparam("reason"),
                }
            )
        )
        connection.execute(statement, [_parameters(note, now) for note in notes])

    def count(self, connection: Connection) -> tuple[int, int]:
        """Return how many rows wait, and how many were refused."""
        fate = self._notes["taken_as"]
        waiting, refused = (
            connection.execute(
                select(func.count()).select_from(self._table).where(condition)
            ).scalar_one()
            for condition in (self._is_waiting(), fate == REFUSED)
        )
        return waiting, refused

    def read_refused(
        self, connection: Connection, limit: int, *, number: int | None = None
    ) -> list[RefusedStagingRow]:
        """Read refused rows, the newest first; one alone where its number is given."""
        notes = self._notes
        values = [self._table.c[name] for name in self.columns]
        query = select(
            self._number.label("row_number_"), notes["taken_at"], notes["taken_reason"], *values
        ).where(notes["taken_as"] == REFUSED)
        if number is not None:
            query = query.where(self._number == number)
        rows = connection.execute(query.order_by(self._number.desc()).limit(limit))
        return [
            RefusedStagingRow(
                row[0], row[1], row[2] or "", dict(zip(self.columns, row[3:], strict=True))
            )
            for row in rows
        ]

    def dismiss(self, connection: Connection, number: int, reason: str, now: datetime) -> None:
        """Give a refused row up for good; a row with another fate keeps it."""
        notes = self._notes
        connection.execute(
            update(self._table)
            .where(self._number == number, notes["taken_as"] == REFUSED)
            .values(
                {
                    notes["taken_at"]: now,
                    notes["taken_as"]: DISMISSED,
                    notes["taken_reason"]: _one_line(reason)[:MAX_REASON_LENGTH],
                }
            )
        )

    def release_refused(self, connection: Connection, numbers: Sequence[int]) -> int:
        """Let refused rows wait again, all of them where no numbers are given; return how many."""
        statement = update(self._table).where(self._notes["taken_as"] == REFUSED)
        if numbers:
            statement = statement.where(self._number.in_(numbers))
        cleared: dict[ColumnElement[Any], None] = dict.fromkeys(self._notes.values())
        return connection.execute(statement.values(cleared)).rowcount

    def _is_waiting(self) -> ColumnElement[bool]:
        return self._notes["taken_as"].is_(None)


def _parameters(note: Note, now: datetime) -> dict[str, Any]:
    return {
        "number": note.number,
        "at": now,
        "as": note.taken_as,
        "event": note.event_id,
        "reason": None if note.reason is None else _one_line(note.reason)[:MAX_REASON_LENGTH],
    }


def _one_line(text: str) -> str:
    """Leave out what some driver of a database trips over."""
    return " ".join(text.replace("\0", "").split()).encode("utf-8", "backslashreplace").decode()
