"""Found tables: tables and views of the plant's own database, which are not defined here.

A name may be led by a schema and a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, TableClause, column, inspect, table
from sqlalchemy.exc import NoSuchTableError


def columns_of(connection: Connection, name: str) -> dict[str, str]:
    """Return the columns by their name in small letters; none where there is no such table."""
    schema, _, base = name.rpartition(".")
    try:
        found = inspect(connection).get_columns(base, schema or None)
    except NoSuchTableError:
        return {}
    return {each["name"].lower(): each["name"] for each in found}


def clause(name: str, types: Mapping[str, Any]) -> TableClause:
    """Return a table to make statements of; a column without a type comes as the driver has it."""
    schema, _, base = name.rpartition(".")
    columns = [column(each, type_) for each, type_ in types.items()]
    return table(base, *columns, schema=schema or None)
