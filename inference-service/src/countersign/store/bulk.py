"""Bulk statements: many rows at once, the statement compiled once for each database.

On the path of every event a general ``execute`` spends more time on preparing parameters than the
database spends on storing them; here each row is a tuple in the order of the columns. PostgreSQL
takes the rows as one array per column: a message for each row would cost more than the row itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    String,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.dml import Insert, Update

from countersign.store.among import array_literal

Processor = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one database; ``places`` are where its parameters stand in a row."""

    text: str
    names: tuple[str, ...]
    places: tuple[int, ...]
    processors: list[tuple[int, Processor]]
    takes_arrays: bool
    is_positional: bool

    def parameters(self, rows: Iterable[Sequence[Any]]) -> Any:
        """Return the rows as the driver takes them; nothing without any."""
        prepared = self._prepared(rows)
        if not prepared:
            return None
        if self.takes_arrays:
            columns = zip(*prepared, strict=True)
            return dict(zip(self.names, map(array_literal, columns), strict=True))
        if self.is_positional:
            places = self.places
            return [tuple([row[place] for place in places]) for row in prepared]
        return [dict(zip(self.names, row, strict=True)) for row in prepared]

    def _prepared(self, rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
        prepared = []
        converted: dict[Any, Any] = {}  # most rows of a batch carry the same few times
        for row in rows:
            values = list(row)
            for position, process in self.processors:
                key = (position, values[position])
                if key not in converted:
                    converted[key] = process(key[1])
                values[position] = converted[key]
            prepared.append(values)
        return prepared


class _Bulk(ABC):
    """What both statements share: a row has a value for each of ``columns``."""

    def __init__(self, table: Table, columns: Sequence[str], names: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._names = tuple(names)
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Execute for all rows; nothing happens without any."""
        compiled = self._for(connection.dialect)
        parameters = compiled.parameters(rows)
        if parameters:
            connection.exec_driver_sql(compiled.text, parameters)

    def _for(self, dialect: Dialect) -> _Compiled:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = self._compile(dialect)
        return self._compiled[dialect.name]

    def _compile(self, dialect: Dialect) -> _Compiled:
        takes_arrays = dialect.name == "postgresql"
        statement = self._of_arrays() if takes_arrays else self._of_row()
        compiled = statement.compile(dialect=dialect)
        order = getattr(compiled, "positiontup", None)
        kinds = [self._table.c[name].type.dialect_impl(dialect) for name in self._columns]
        processors = [kind.bind_processor(dialect) for kind in kinds]
        return _Compiled(
            text=str(compiled),
            names=self._names,
            places=tuple(self._names.index(name) for name in order or ()),
            processors=[(at, process) for at, process in enumerate(processors) if process],
            takes_arrays=takes_arrays,
            is_positional=order is not None,
        )

    def _arrays(self) -> TableValuedAlias:
        """Return the rows as PostgreSQL sees them: a table made of one array per column."""
        arrays = []
        for name, parameter in zip(self._columns, self._names, strict=True):
            kind = self._table.c[name].type
            element = Text() if isinstance(kind, String) else kind
            arrays.append(cast(bindparam(parameter), ARRAY(element)))
        return func.unnest(*arrays).table_valued(*self._names).render_derived(name="given")

    @abstractmethod
    def _of_row(self) -> Insert | Update:
        """Return the statement for one row, which the driver repeats."""

    @abstractmethod
    def _of_arrays(self) -> Insert | Update:
        """Return the statement for all rows at once."""


class BulkInsert(_Bulk):
    """An insert of many rows into some columns of a table."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        super().__init__(table, columns, columns)

    @classmethod
    def of(cls, table: Table, row: type[Any]) -> tuple[BulkInsert, Callable[[Any], Any]]:
        """Return an insert of dataclass instances, and what makes a row of one."""
        names = [field.name for field in fields(row)]
        return cls(table, names), attrgetter(*names)

    def _of_row(self) -> Insert:
        return insert(self._table).values({name: bindparam(name) for name in self._columns})

    def _of_arrays(self) -> Insert:
        given = self._arrays()
        return insert(self._table).from_select(self._columns, select(*given.c))


class BulkUpdate(_Bulk):
    """An update of many rows; a row holds the values of ``keys``, then those of ``columns``.

    Rows whose keys are not found are left out. ``also`` are columns that are set to the same for
    all, ``only`` is one more condition. No two rows may have the same keys.
    """

    def __init__(
        self,
        table: Table,
        keys: Sequence[str],
        columns: Sequence[str],
        *,
        also: Mapping[str, ColumnElement[Any] | None] | None = None,
        only: ColumnElement[bool] | None = None,
    ) -> None:
        names = [f"of_{name}" for name in keys] + [f"new_{name}" for name in columns]
        super().__init__(table, (*keys, *columns), names)
        self._key_count = len(keys)
        self._also = dict(also or {})
        self._only = () if only is None else (only,)

    def _of_row(self) -> Update:
        return self._update({name: bindparam(name) for name in self._names})

    def _of_arrays(self) -> Update:
        given = self._arrays()
        return self._update({name: given.c[name] for name in self._names})

    def _update(self, given: Mapping[str, ColumnElement[Any]]) -> Update:
        pairs = list(zip(self._columns, self._names, strict=True))
        keys, columns = pairs[: self._key_count], pairs[self._key_count :]
        return (
            update(self._table)
            .where(*(self._table.c[column] == given[name] for column, name in keys), *self._only)
            .values({column: given[name] for column, name in columns} | self._also)
        )
