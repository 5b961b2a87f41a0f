"""The book: documents and master data in SQLite; what is committed survives any kill."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from countersign.erp.sandbox.document import Document, Line
from countersign.erp.sandbox.plant import Plant

FIRST_NUMBER = 5_000_000_001
SEED_KINDS = (("items", "item"), ("orders", "order"), ("periods", "period"), ("stock", "stock"))
"""The lists of a seed and the kind of their rows, in the order in which they must be read."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS master (
    kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    number INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    order_no TEXT NOT NULL,
    ref TEXT NOT NULL,
    booked_at TEXT NOT NULL,
    storno_of INTEGER,
    reversed_by INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS document_by_ref ON document (ref);
CREATE INDEX IF NOT EXISTS document_by_order ON document (order_no);
"""
_COLUMNS = "number, type, order_no, ref, booked_at, storno_of, reversed_by, body"
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Book:
    """The ERP's memory: the plant in memory, everything in one SQLite file.

    ``book`` changes the plant at once; the rows reach the file with :meth:`commit`. The caller
    answers nobody before that, and must not go on when it fails. ``durable`` waits for the disk.
    """

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._db.executescript(_SCHEMA)
        self._rows: list[tuple[Any, ...]] = []
        self._reversals: list[tuple[int, int]] = []
        self.plant = Plant()
        self._load()
        last = self._db.execute("SELECT max(number) FROM document").fetchone()[0]
        self._next_number = FIRST_NUMBER if last is None else last + 1

    def close(self) -> None:
        """Commit and close the file."""
        self.commit()
        self._db.close()

    def seed(self, data: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
        """Take master data over, row by row new or changed; return how many of each.

        Raises:
            SeedError: a row is not usable; the rows before it stand.
        """
        self.commit()
        changed_at = datetime.now(UTC).isoformat()
        counts: dict[str, int] = {}
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for name, kind in SEED_KINDS:
                for given in data.get(name, ()):
                    row = {**given, "changed": changed_at} if kind == "order" else given
                    key = self.plant.put(kind, row)
                    self._db.execute(
                        "INSERT OR REPLACE INTO master VALUES (?, ?, ?)", (kind, key, _encode(row))
                    )
                    counts[name] = counts.get(name, 0) + 1
        finally:
            self._db.execute("COMMIT")
        return counts

    def book(self, document: Document, undoes: Document | None = None) -> Document:
        """Number a document that passed the rules and carry it into the plant."""
        document.number = self._next_number
        self._next_number += 1
        document.booked_at = datetime.now(UTC).isoformat()
        if undoes is None:
            document.apply(self.plant)
        else:
            undoes.apply(self.plant, -1)
            self._reversals.append((document.number, undoes.number))
        self._rows.append(
            (
                document.number,
                document.type,
                document.order,
                document.ref,
                document.booked_at,
                document.storno_of,
                None,
                _encode(document.body()),
            )
        )
        return document

    def commit(self) -> None:
        """Write everything booked since the last commit in one transaction."""
        if not self._rows:
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._rows)
        if self._reversals:
            self._db.executemany(
                "UPDATE document SET reversed_by = ? WHERE number = ?", self._reversals
            )
        self._db.execute("COMMIT")
        self._rows.clear()
        self._reversals.clear()

    def document(self, number: int) -> Document | None:
        """Return a document by its number."""
        self.commit()
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM document WHERE number = ?", (number,)
        ).fetchone()
        return None if row is None else _document(row)

    def documents(
        self,
        *,
        ref: str | None = None,
        orders: Iterable[str] | None = None,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """List documents by number, filtered by reference and orders, a page at a time."""
        self.commit()
        conditions = ["number > ?"]
        arguments: list[Any] = [after]
        if ref is not None:
            conditions.append("ref = ?")
            arguments.append(ref)
        if orders is not None:
            wanted = list(orders)
            conditions.append(f"order_no IN ({', '.join('?' * len(wanted))})")
            arguments.extend(wanted)
        arguments.append(-1 if limit is None else limit)
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM document WHERE {' AND '.join(conditions)}"
            " ORDER BY number LIMIT ?",
            arguments,
        )
        return [_document(row) for row in rows]

    def standing(self) -> Iterable[Document]:
        """Walk through the documents that count: neither reversals nor reversed."""
        self.commit()
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM document"
            " WHERE type <> 'STORNO' AND reversed_by IS NULL ORDER BY number"
        )
        return (_document(row) for row in rows)

    def latest(self, limit: int) -> list[Document]:
        """List the documents booked last, the newest first."""
        self.commit()
        rows = self._db.execute(
            f"SELECT {_COLUMNS} FROM document ORDER BY number DESC LIMIT ?", (limit,)
        )
        return [_document(row) for row in rows]

    def count(self) -> int:
        """Return how many documents are booked, reversals included."""
        self.commit()
        return int(self._db.execute("SELECT count(*) FROM document").fetchone()[0])

    def _load(self) -> None:
        for _, kind in SEED_KINDS:
            rows = self._db.execute("SELECT body FROM master WHERE kind = ?", (kind,))
            for (body,) in rows:
                self.plant.put(kind, json.loads(body))
        for document in self.standing():
            document.apply(self.plant)


def _document(row: tuple[Any, ...]) -> Document:
    number, type_, order, ref, booked_at, storno_of, reversed_by, text = row
    body = json.loads(text)
    return Document(
        type=type_,
        order=order,
        ref=ref,
        step=body.pop("step"),
        date=body.pop("date"),
        final=body.pop("final"),
        lines=tuple(Line.from_data(line) for line in body.pop("lines")),
        details=body,
        storno_of=storno_of,
        number=number,
        booked_at=booked_at,
        reversed_by=reversed_by,
    )
