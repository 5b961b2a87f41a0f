"""The progress of orders as rows: one JSON value per order, locked while a batch is judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, literal_column, select

from countersign.nouns.progress import OperationProgress, OrderProgress
from countersign.nouns.quantity import plain
from countersign.store.among import among
from countersign.store.bulk import BulkInsert, BulkUpdate
from countersign.store.database import canonical_json
from countersign.store.tables import order_progress

_LOCK = (
    select(order_progress.c.order_id, order_progress.c.body)
    .where(among(order_progress.c.order_id))
    .order_by(order_progress.c.order_id)
    .with_for_update()
    .with_hint(order_progress, "WITH (UPDLOCK, ROWLOCK)", "mssql")
)
_READ = select(order_progress.c.order_id, order_progress.c.version, order_progress.c.body).where(
    among(order_progress.c.order_id)
)
_LOCK_VERSIONS = (
    select(order_progress.c.order_id, order_progress.c.version)
    .where(among(order_progress.c.order_id))
    .order_by(order_progress.c.order_id)
    .with_for_update()
    .with_hint(order_progress, "WITH (UPDLOCK, ROWLOCK)", "mssql")
)
_INSERT = BulkInsert(order_progress, ("order_id", "body", "version"))
_UPDATE = BulkUpdate(
    order_progress,
    ("order_id",),
    ("body",),
    also={"version": order_progress.c.version + literal_column("1")},
)


def lock(connection: Connection, order_ids: Iterable[str]) -> dict[str, OrderProgress]:
    """Read the progress of orders and keep others from changing it until the commit."""
    rows = connection.execute(_LOCK, {"ids": sorted(set(order_ids))})
    return {row.order_id: from_json(row.body) for row in rows}


def read(connection: Connection, order_id: str) -> OrderProgress | None:
    """Read the progress of one order without locking it."""
    body = connection.execute(
        select(order_progress.c.body).where(order_progress.c.order_id == order_id)
    ).scalar()
    return None if body is None else from_json(body)


def read_many(
    connection: Connection, order_ids: Iterable[str]
) -> dict[str, tuple[int, OrderProgress]]:
    """Read version and progress of orders without locking them."""
    rows = connection.execute(_READ, {"ids": list(order_ids)})
    return {row.order_id: (row.version, from_json(row.body)) for row in rows}


def lock_versions(connection: Connection, order_ids: Iterable[str]) -> dict[str, int]:
    """Read the versions and keep others from changing the progress until the commit."""
    rows = connection.execute(_LOCK_VERSIONS, {"ids": sorted(set(order_ids))})
    return {row.order_id: row.version for row in rows}


def save(
    connection: Connection, progress: Mapping[str, OrderProgress], known: Iterable[str]
) -> None:
    """Write progress back; ``known`` are the orders that had a row before."""
    known = set(known)
    written = {order_id: to_json(value) for order_id, value in progress.items()}
    _UPDATE(connection, [(key, body) for key, body in written.items() if key in known])
    _INSERT(connection, [(key, body, 1) for key, body in written.items() if key not in known])


def to_json(progress: OrderProgress) -> str:
    """Write progress as canonical JSON; quantities as decimal text."""
    return canonical_json(
        {
            "operations": {
                operation_id: [
                    plain(row.yield_quantity),
                    plain(row.scrap_quantity),
                    plain(row.rework_quantity),
                    row.is_final,
                    row.confirmations,
                ]
                for operation_id, row in progress.operations.items()
            },
            "consumed": _plain(progress.consumed),
            "consumed_for": _plain(progress.consumed_for),
        }
    )


def from_json(text: str) -> OrderProgress:
    """Read progress that :func:`to_json` wrote."""
    data: dict[str, Any] = json.loads(text)
    return OrderProgress(
        operations={
            operation_id: OperationProgress(
                Decimal(row[0]), Decimal(row[1]), Decimal(row[2]), row[3], row[4]
            )
            for operation_id, row in data["operations"].items()
        },
        consumed={key: Decimal(value) for key, value in data["consumed"].items()},
        consumed_for={key: Decimal(value) for key, value in data["consumed_for"].items()},
    )


def _plain(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: plain(value) for key, value in values.items()}
