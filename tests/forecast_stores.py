"""Stores as they were at some moment: simulated rows in databases of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import pandas as pd
from sqlalchemy import Connection

from countersign.store import schema
from countersign.store.database import Database

Read = Callable[[Connection, datetime], pd.DataFrame]


class Rows(Protocol):
    """Simulated rows that can be written into an empty store."""

    def write(self, connection: Connection) -> None:
        """Write the rows."""


class Stores:
    """Opens stores with given rows; the tables are made once and copied."""

    def __init__(self, folder: Path) -> None:
        self._empty = folder / "empty.sqlite"
        self._path = folder / "store.sqlite"
        database = Database(f"sqlite:///{self._empty}")
        schema.upgrade(database)
        database.close()

    @contextmanager
    def open(self, *parts: Rows, name: str = "store") -> Iterator[Database]:
        """Open a store that holds these rows and nothing else."""
        path = self._path.with_stem(name)
        path.write_bytes(self._empty.read_bytes())
        database = Database(f"sqlite:///{path}")
        try:
            with database.write() as connection:
                for part in parts:
                    part.write(connection)
            yield database
        finally:
            database.close()


def rows_of(database: Database, read: Read, now: datetime) -> pd.DataFrame:
    """Return what a question reads from a store, by subject."""
    with database.read() as connection:
        return read(connection, now).set_index("subject")


def assert_same_rows(served: pd.DataFrame, rebuilt: pd.DataFrame) -> None:
    """Check that two tables say the same, whatever an empty column is made of."""
    pd.testing.assert_frame_equal(served, rebuilt, check_dtype=False, check_index_type=False)
