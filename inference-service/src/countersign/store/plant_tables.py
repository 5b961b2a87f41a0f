"""Plant tables: rows of a table or view in the plant's database, read for forecasts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from countersign.store import found_tables


class PlantTableError(Exception):
    """A table of the plant is not there, or lacks columns; the text says what to do."""


@dataclass(frozen=True, slots=True)
class PlantRows:
    """Rows of a table, with the names under which their columns were asked for."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def read(
    connection: Connection,
    name: str,
    *,
    needed: Collection[str],
    wanted: Collection[str],
    newest_by: str | None,
    limit: int,
) -> PlantRows:
    """Read the needed columns, and those of the wanted that are there.

    Of more rows than the limit the newest come, where a column tells which these are. Values are
    as the driver gives them.

    Raises:
        PlantTableError: there is no such table, it lacks a needed column, or has too many rows.
    """
    present = found_tables.columns_of(connection, name)
    if not present:
        raise PlantTableError(f"there is no table or view {name} in the plant's database")
    missing = [each for each in needed if each.lower() not in present]
    if missing:
        raise PlantTableError(
            f"{name} has no column {', '.join(missing)}; add it, or make a view that has it"
        )
    chosen = tuple(each for each in dict.fromkeys([*needed, *wanted]) if each.lower() in present)
    table = found_tables.clause(name, dict.fromkeys(present.values()))
    query = select(*(table.c[present[each.lower()]] for each in chosen)).limit(limit + 1)
    if newest_by is not None:
        query = query.order_by(table.c[present[newest_by.lower()]].desc())
    rows = [tuple(row) for row in connection.execute(query)]
    if len(rows) > limit and newest_by is None:
        raise PlantTableError(f"{name} has more than {limit:,} rows; make a view with fewer")
    return PlantRows(chosen, rows[:limit])
