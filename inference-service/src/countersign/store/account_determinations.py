"""The account determination of the ERP as rows: where a movement of a valuation class goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from countersign.store.tables import account_determination

Key = tuple[str, str]
"""Movement type and valuation class, each in the one spelling of codes."""


def replace_all(connection: Connection, accounts: Mapping[Key, str], at: datetime) -> None:
    """Put another table in the place of the one that is kept."""
    connection.execute(delete(account_determination))
    rows = [
        {"movement_type": movement, "valuation_class": valuation, "account_id": account}
        for (movement, valuation), account in accounts.items()
    ]
    if rows:
        connection.execute(
            insert(account_determination), [{**row, "loaded_at": at} for row in rows]
        )


def read(connection: Connection, key: Key) -> str | None:
    """Return the account of a movement type and a valuation class, ``None`` where none is given."""
    account: str | None = connection.execute(
        select(account_determination.c.account_id).where(
            account_determination.c.movement_type == key[0],
            account_determination.c.valuation_class == key[1],
        )
    ).scalar()
    return account


def read_all(connection: Connection) -> dict[Key, str]:
    """Return the whole table."""
    columns = account_determination.c
    rows = connection.execute(
        select(columns.movement_type, columns.valuation_class, columns.account_id).order_by(
            columns.movement_type, columns.valuation_class
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


def loaded_at(connection: Connection) -> datetime | None:
    """Return when the table was loaded, ``None`` where there is none."""
    at: datetime | None = connection.execute(
        select(func.max(account_determination.c.loaded_at))
    ).scalar()
    return at
