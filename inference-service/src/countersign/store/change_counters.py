"""Change counters: numbers that tell a cache, in one small read, what it has to load again."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, select, update

from countersign.store.tables import change_counter

Name = Literal["autonomy", "master_data", "policy"]

_READ = select(change_counter.c.name, change_counter.c.value)


def read(connection: Connection) -> dict[str, int]:
    """Read all counters."""
    return {row.name: row.value for row in connection.execute(_READ)}


def advance(connection: Connection, name: Name) -> int:
    """Move a counter and return its new value; the row stays locked until the commit."""
    connection.execute(
        update(change_counter)
        .where(change_counter.c.name == name)
        .values(value=change_counter.c.value + 1)
    )
    return read(connection)[name]
