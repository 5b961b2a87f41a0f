"""Bulk inserts: many rows into one table, the statement compiled once for each database.

On the path of every event a general ``execute`` spends more time on preparing parameters than the
database spends on storing them; here each row is a tuple in the order of the columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

Processor = Callable[[Any], Any]


class BulkInsert:
    """An insert of many rows into some columns of a table."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._compiled: dict[str, tuple[str, list[tuple[int, Processor]], bool]] = {}

    @classmethod
    def of(cls, table: Table, row: type[Any]) -> tuple[BulkInsert, Callable[[Any], Any]]:
        """Return an insert of dataclass instances, and what makes a row of one."""
        names = [field.name for field in fields(row)]
        return cls(table, names), attrgetter(*names)

    def __call__(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows; nothing happens without any."""
        statement, processors, is_named = self._for(connection.dialect)
        prepared = []
        converted: dict[Any, Any] = {}  # most rows of a batch carry the same few times
        for row in rows:
            values = list(row)
            for position, process in processors:
                key = (position, values[position])
                if key not in converted:
                    converted[key] = process(key[1])
                values[position] = converted[key]
            prepared.append(tuple(values))
        if not prepared:
            return
        if is_named:
            named = [dict(zip(self._columns, row, strict=True)) for row in prepared]
            connection.exec_driver_sql(statement, named)
        else:
            connection.exec_driver_sql(statement, prepared)

    def _for(self, dialect: Dialect) -> tuple[str, list[tuple[int, Processor]], bool]:
        if dialect.name not in self._compiled:
            compiled = insert(self._table).compile(dialect=dialect, column_keys=list(self._columns))
            processors: list[tuple[int, Processor]] = []
            for position, name in enumerate(self._columns):
                kind = self._table.c[name].type.dialect_impl(dialect)
                process = kind.bind_processor(dialect)
                if process is not None:
                    processors.append((position, process))
            order = getattr(compiled, "positiontup", None)
            if order is not None and tuple(order) != self._columns:
                raise AssertionError("the statement takes the columns in another order")
            self._compiled[dialect.name] = (str(compiled), processors, order is None)
        return self._compiled[dialect.name]
