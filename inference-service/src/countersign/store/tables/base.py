"""What all tables share: their metadata, and types that mean the same in every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, MetaData, TypeDecorator, Unicode, column
from sqlalchemy.dialects.mssql import DATETIME2

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as naive UTC.

    Databases and drivers disagree about offsets (pymssql stores the wrong instant), so none is
    given to them. A naive time is refused.
    """

    impl = DateTime().with_variant(DATETIME2(6), "mssql")  # type: ignore[no-untyped-call]
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to naive UTC; raises ``ValueError`` for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without offset cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def where_given(name: str) -> dict[str, Any]:
    """Return the options of an index that holds only rows with a value in a column."""
    return on_each_database(column(name).is_not(None))


def on_each_database(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Return the options of an index that holds only rows that meet a condition."""
    return {f"{dialect}_where": condition for dialect in ("sqlite", "postgresql", "mssql")}


def identity() -> Unicode:
    """Return the type of an identity of ours: a hash in hexadecimal, shortened."""
    return Unicode(32)
