"""The store: every row of the system in one SQLite file; what is committed survives any kill."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]

INDEXED = (
    "ReferenceDocument",
    "ExternalSystemConfirmation",
    "OrderID",
    "ManufacturingOrder",
    "MaterialDocument",
    "ConfirmationGroup",
    "Material",
)
"""Fields by which rows are found without reading all of their kind."""
COLUMNS = (*INDEXED, "ConfirmationCount")
"""Fields that stand in columns of their own, so that narrowing by them reads no rows."""

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS entity (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
    {" TEXT, ".join(COLUMNS)} TEXT, UNIQUE (kind, key)
);
CREATE TABLE IF NOT EXISTS number_range (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""
_PUT = (
    f"INSERT INTO entity (kind, key, body, {', '.join(COLUMNS)})"
    f" VALUES (?, ?, ?{', ?' * len(COLUMNS)}) ON CONFLICT (kind, key) DO UPDATE SET"
    f" body = excluded.body, {', '.join(f'{name} = excluded.{name}' for name in COLUMNS)}"
)
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Store:
    """Rows by kind and key. A kind is an entity set, or starts with ``_`` where SAP shows none.

    Rows are handed out as copies; :meth:`put` writes them. All of it is done inside
    :meth:`transaction`, which undoes everything when it is left by an exception.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)
        for name in INDEXED:
            self._db.execute(
                f"CREATE INDEX IF NOT EXISTS entity_by_{name}"
                f" ON entity ({name}, kind) WHERE {name} IS NOT NULL"
            )
        self._depth = 0
        self._drawn: list[tuple[str, str]] | None = None
        self._given: list[tuple[str, str]] = []

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit on leaving, or undo; inside another transaction undo only this one's part."""
        name = f"level_{self._depth}"
        self._db.execute(f"SAVEPOINT {name}" if self._depth else "BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth:
                self._db.execute(f"ROLLBACK TO {name}")
                self._db.execute(f"RELEASE {name}")
            else:
                self._db.execute("ROLLBACK")
            raise
        self._depth -= 1
        self._db.execute(f"RELEASE {name}" if self._depth else "COMMIT")

    def get(self, kind: str, *key: str) -> Row | None:
        """Return a row by its key."""
        row = self._db.execute(
            "SELECT body FROM entity WHERE kind = ? AND key = ?", (kind, _joined(key))
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, key: tuple[str, ...], row: Row) -> None:
        """Write a row, new or changed."""
        columns = [row.get(name) or None for name in COLUMNS]
        self._db.execute(_PUT, (kind, _joined(key), _encode(row), *columns))

    def delete(self, kind: str, *key: str) -> None:
        """Remove a row if it is there."""
        self._db.execute("DELETE FROM entity WHERE kind = ? AND key = ?", (kind, _joined(key)))

    def find(self, kind: str, **equal: str) -> list[Row]:
        """List the rows of a kind in the order of their making, those with these values only."""
        equal = {name: value for name, value in equal.items() if value or name not in COLUMNS}
        conditions = "".join(
            f" AND {name} = ?" if name in COLUMNS else f" AND json_extract(body, '$.{name}') = ?"
            for name in equal
        )
        rows = self._db.execute(
            f"SELECT body FROM entity WHERE kind = ?{conditions} ORDER BY id",
            (kind, *equal.values()),
        )
        return [json.loads(body) for (body,) in rows]

    def latest(self, kind: str, limit: int) -> list[Row]:
        """List the rows of a kind made last, the newest first."""
        rows = self._db.execute(
            "SELECT body FROM entity WHERE kind = ? ORDER BY id DESC LIMIT ?", (kind, limit)
        )
        return [json.loads(body) for (body,) in rows]

    def count(self, kind: str) -> int:
        """Count the rows of a kind."""
        return int(
            self._db.execute("SELECT count(*) FROM entity WHERE kind = ?", (kind,)).fetchone()[0]
        )

    @contextmanager
    def numbers(self, given: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
        """Hand out these numbers (range, number) before new ones; yields all that are taken."""
        drawn: list[tuple[str, str]] = []
        self._drawn, self._given = drawn, list(given)
        try:
            yield drawn
        finally:
            self._drawn, self._given = None, []

    def keep_numbers(self, drawn: list[tuple[str, str]]) -> None:
        """Let nobody else have these numbers, though the work that took them was undone."""
        for name, number in drawn:
            self._db.execute(
                "INSERT INTO number_range VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last)",
                (name, int(number)),
            )

    def next_number(self, name: str, first: int) -> str:
        """Take the next number of a range."""
        if self._given and self._given[0][0] == name:
            number = self._given.pop(0)[1]
        else:
            number = self._new_number(name, first)
        if self._drawn is not None:
            self._drawn.append((name, number))
        return number

    def _new_number(self, name: str, first: int) -> str:
        row = self._db.execute(
            "INSERT INTO number_range VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
            (name, first),
        ).fetchone()
        return str(row[0])


def _joined(key: tuple[str, ...]) -> str:
    return "\x1f".join(key)
