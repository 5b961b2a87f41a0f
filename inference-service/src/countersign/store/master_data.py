"""Master data as rows: orders, materials, periods and holds, as the ERP told them last."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, or_, select

from countersign.store import change_counters
from countersign.store.among import among
from countersign.store.database import canonical_json
from countersign.store.tables import master_data

Kind = Literal["order", "material", "period", "quality_hold", "stock"]

PAGE_ITEMS = 500
_READ = select(master_data.c.item_id, master_data.c.body).where(
    master_data.c.kind == bindparam("wanted_kind"),
    among(master_data.c.item_id),
)


def read(connection: Connection, kind: Kind, item_ids: Iterable[str]) -> dict[str, Any]:
    """Read items by id as plain JSON values."""
    rows = connection.execute(_READ, {"wanted_kind": kind, "ids": list(item_ids)})
    return {row.item_id: json.loads(row.body) for row in rows}


def read_kind(connection: Connection, kind: Kind) -> dict[str, Any]:
    """Read all items of a kind."""
    rows = connection.execute(
        select(master_data.c.item_id, master_data.c.body).where(master_data.c.kind == kind)
    )
    return {row.item_id: json.loads(row.body) for row in rows}


def find_orders(
    connection: Connection,
    *,
    states: Collection[str] = (),
    site_id: str | None = None,
    work_center_id: str | None = None,
    prefix: str = "",
    after: str = "",
    limit: int = 100,
) -> list[dict[str, Any]]:
    """Read orders by number that meet every filter given; ``after`` is the cursor.

    The filters look for a member in the canonical text: quotes inside a value are escaped there,
    so nothing but that member can match, and only the orders shown are parsed.
    """
    wanted: list[ColumnElement[bool]] = [
        master_data.c.kind == "order",
        master_data.c.item_id > after,
    ]
    if states:
        wanted.append(or_(*(_holds("state", state) for state in sorted(states))))
    if site_id is not None:
        wanted.append(_holds("site_id", site_id))
    if work_center_id is not None:
        wanted.append(_holds("work_center_id", work_center_id))
    if prefix:
        wanted.append(master_data.c.item_id.startswith(prefix, autoescape=True))
    query = select(master_data.c.body).where(*wanted).order_by(master_data.c.item_id).limit(limit)
    return [json.loads(body) for body in connection.execute(query).scalars()]


def read_changed(connection: Connection, after: int) -> list[tuple[str, str]]:
    """Read kind and id of the items that changed behind a version."""
    rows = connection.execute(
        select(master_data.c.kind, master_data.c.item_id).where(master_data.c.version > after)
    )
    return [(row.kind, row.item_id) for row in rows]


def put(connection: Connection, kind: Kind, items: Mapping[str, Any]) -> int:
    """Write items that differ from what is stored; return how many did."""
    changed = 0
    ids = sorted(items)
    for start in range(0, len(ids), PAGE_ITEMS):
        page = ids[start : start + PAGE_ITEMS]
        stored = read(connection, kind, page)
        different = [item_id for item_id in page if stored.get(item_id) != items[item_id]]
        if not different:
            continue
        version = change_counters.advance(connection, "master_data")
        connection.execute(
            delete(master_data).where(
                master_data.c.kind == kind, master_data.c.item_id.in_(different)
            )
        )
        connection.execute(
            insert(master_data),
            [
                {
                    "kind": kind,
                    "item_id": item_id,
                    "body": canonical_json(items[item_id]),
                    "version": version,
                }
                for item_id in different
            ],
        )
        changed += len(different)
    return changed


def _holds(member: str, value: str) -> ColumnElement[bool]:
    return master_data.c.body.contains(f'"{member}":{canonical_json(value)}', autoescape=True)
