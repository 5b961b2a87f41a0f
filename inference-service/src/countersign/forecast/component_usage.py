"""Component usage: what will an operation have used of a component when it is done?

A row per order and component. While its operation is under way the row says how it stands now;
of operations that are over, one moment is chosen, so that each counts once and all stages count.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sqlalchemy import Connection

from countersign.forecast.base_unit import in_unit
from countersign.forecast.order_ledger import OrderLedger
from countersign.forecast.question import Question
from countersign.nouns.order import Material, ProductionOrder
from countersign.store import master_data, order_releases, usage_history

if TYPE_CHECKING:
    import pandas as pd

HISTORY = timedelta(days=180)
MOST_ORDERS = 3000
"""How many orders are read: a plant that releases more learns from a shorter time."""
PAGE_ORDERS = 200
RECORDED_WITHIN = timedelta(hours=24)
"""How long after the end of an operation its usage is still recorded."""
LAST_ORDERS = 20
LEAST_RATIO, MOST_RATIO = Decimal("0.5"), Decimal(2)
"""Used against standard beyond these is a mistake of recording: nobody knows what was used."""
FEWEST_SHARE, MOST_SHARE = Decimal("0.5"), Decimal("1.5")
_Fact = float | str


class _Part(NamedTuple):
    """A component of an order, in its base unit, and the operation that uses it."""

    ledger: OrderLedger
    operation_id: str
    material_id: str
    standard: Decimal

    @property
    def subject(self) -> str:
        return f"{self.ledger.order.order_id}/{self.material_id}"


class _Row(NamedTuple):
    """A part at a moment; what it came to, and since when that is known."""

    part: _Part
    at: datetime
    final_at: datetime | None
    known_at: datetime | None
    used: Decimal | None


def read(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read operations that are over, each at one moment, and those under way as they stand.

    What became known after ``now`` is not looked at.
    """
    parts = _read_parts(connection, now - HISTORY, now)
    rows = [row for part in parts if (row := _row(part, now)) is not None]
    return _described(rows)


def _read_parts(connection: Connection, since: datetime, now: datetime) -> list[_Part]:
    orders = [
        ProductionOrder.from_data(json.loads(release.body))
        for release in order_releases.read_last(connection, since, now, MOST_ORDERS)
    ]
    materials = _read_materials(connection, orders)
    ledgers = {order.order_id: OrderLedger(order, materials, now) for order in orders}
    ids = list(ledgers)
    for start in range(0, len(ids), PAGE_ORDERS):
        page = ids[start : start + PAGE_ORDERS]
        for row in usage_history.read_captured(connection, page, now):
            ledgers[row.order_id].add(row)
    return [part for ledger in ledgers.values() for part in _parts(ledger)]


def _read_materials(connection: Connection, orders: list[ProductionOrder]) -> dict[str, Material]:
    names = {part.material_id for order in orders for part in order.components}
    names |= {order.material_id for order in orders}
    return {
        name: Material.from_data(data)
        for name, data in master_data.read_kind(connection, "material").items()
        if name in names
    }


def _parts(ledger: OrderLedger) -> list[_Part]:
    """Return the components that the floor reports; what the ERP backflushes nobody measures.

    The last operation uses what names none.
    """
    order = ledger.order
    if not order.operations:
        return []
    needed: dict[str, _Part] = {}
    for component in order.components:
        material = ledger.materials.get(component.material_id)
        if component.backflushed or material is None:
            continue
        told = in_unit(component.quantity, material.unit, material)
        if told is None or told.value <= 0:
            continue
        operation = order.operation(component.operation_id) or order.operations[-1]
        part = _Part(ledger, operation.operation_id, material.material_id, told.value)
        before = needed.get(material.material_id)
        needed[material.material_id] = (
            part if before is None else before._replace(standard=before.standard + part.standard)
        )
    return list(needed.values())


def _row(part: _Part, now: datetime) -> _Row | None:
    """Return a part as it stands now, or at its moment if it is over; ``None`` before it began.

    A part whose record is plainly mistaken when it is over is left out.
    """
    ledger = part.ledger
    final_at = ledger.final_at(part.operation_id)
    stages = _stages(part, final_at)
    if not stages:
        return None
    if final_at is None or final_at + RECORDED_WITHIN > now:
        return _Row(part, now, final_at, None, None)
    known_at = final_at + RECORDED_WITHIN
    used = ledger.quantity(part.material_id, known_at)
    over = _Row(part, known_at, final_at, known_at, used)
    if not LEAST_RATIO <= used / _standard(over) <= MOST_RATIO:
        return None
    return over._replace(at=_chosen(part, stages))


def _stages(part: _Part, final_at: datetime | None) -> list[datetime]:
    """Return the moments at which something was told of a part, up to its end."""
    ledger = part.ledger
    made = {row.at for row in ledger.made if row.operation_id == part.operation_id}
    used = {row.at for row in ledger.used if row.material_id == part.material_id}
    return sorted(at for at in made | used if final_at is None or at <= final_at)


def _chosen(part: _Part, stages: list[datetime]) -> datetime:
    digest = hashlib.blake2b(part.subject.encode(), digest_size=8).digest()
    return stages[int.from_bytes(digest, "big") % len(stages)]


def _described(rows: list[_Row]) -> pd.DataFrame:
    import pandas as pd

    facts = [_facts(row) for row in rows]
    table = pd.DataFrame({name: [row[name] for row in facts] for name in _COLUMNS})
    usual = _Usual(rows)
    table["usual_ratio"] = [usual.ratio(row) for row in rows]
    table["usual_quantity"] = table["standard_quantity"] * table["usual_ratio"].fillna(1.0)
    table["asks_until"] = None
    table["confirmed_at"] = pd.to_datetime([row.at for row in rows], utc=True)
    table["used_quantity"] = np.asarray(
        [np.nan if row.used is None else float(row.used) for row in rows], dtype=np.float64
    )
    return table


class _Usual:
    """What is usually used against the standard, by product and component, as it became known."""

    def __init__(self, rows: list[_Row]) -> None:
        self._known: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
        for row in rows:
            if row.known_at is not None and row.used is not None:
                ratio = float(row.used / _standard(row._replace(at=row.known_at)))
                self._known.setdefault(_kind(row), []).append((row.known_at, ratio))
        for known in self._known.values():
            known.sort()

    def ratio(self, row: _Row) -> float:
        """Return the middle one of the last ratios known before a row's moment, NaN without any."""
        known = self._known.get(_kind(row), [])
        end = bisect_left(known, row.at, key=lambda pair: pair[0])
        last = [ratio for _, ratio in known[max(end - LAST_ORDERS, 0) : end]]
        return round(median(last), 9) if last else float("nan")


def _kind(row: _Row) -> tuple[str, str]:
    return row.part.ledger.order.material_id, row.part.material_id


def _standard(row: _Row) -> Decimal:
    """Return the standard for the pieces that the operation makes: those made once it is over.

    A count of pieces far from what was ordered is rather a mistake: then what was ordered counts.
    """
    part = row.part
    ordered = part.ledger.order.quantity.value
    good, _ = part.ledger.pieces(part.operation_id, row.at)
    is_over = row.final_at is not None and row.final_at <= row.at
    fewest = ordered * FEWEST_SHARE if is_over else ordered
    is_likely = fewest <= good <= ordered * MOST_SHARE
    return part.standard * (good if is_likely else ordered) / ordered


def _facts(row: _Row) -> Mapping[str, _Fact]:
    part = row.part
    order = part.ledger.order
    ordered = order.quantity.value
    good, scrap = part.ledger.pieces(part.operation_id, row.at)
    used = part.ledger.quantity(part.material_id, row.at)
    standard = _standard(row)
    operation = order.operation(part.operation_id)
    assert operation is not None
    return {
        "subject": part.subject,
        "order_id": order.order_id,
        "site_id": order.site_id,
        "unit": part.ledger.materials[part.material_id].unit,
        "material_id": order.material_id,
        "component_id": part.material_id,
        "work_center_id": operation.work_center_id,
        "standard_quantity": float(standard),
        "order_quantity": float(ordered),
        "done_share": _share(good + scrap, ordered),
        "scrap_share": _share(scrap, good + scrap),
        "used_share": _share(used, standard),
        "ratio_so_far": _share(used, part.standard * good / ordered),
        "is_over": float(row.final_at is not None and row.final_at <= row.at),
    }


def _share(part: Decimal, whole: Decimal) -> float:
    return float("nan") if whole <= 0 else round(float(part / whole), 9)


_COLUMNS = (
    "subject",
    "order_id",
    "site_id",
    "unit",
    "material_id",
    "component_id",
    "work_center_id",
    "standard_quantity",
    "order_quantity",
    "done_share",
    "scrap_share",
    "used_share",
    "ratio_so_far",
    "is_over",
)
QUESTION = Question("component_usage", "component of an order", timedelta(hours=1), read)
