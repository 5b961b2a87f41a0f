"""Stock by the hour: what lay of each component that orders need, and what came of it in the hour.

An ERP tells the stock of now. What it was, how fast it went, and what was planned to be used is
gone later; so it is written down once an hour and never changed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row

from countersign.erp.port import ErpPort
from countersign.forecast.planned_use import planned_uses
from countersign.forecast.stock_reading import HOUR, ZERO, StockReading
from countersign.nouns.order import Material
from countersign.store import captured_uses, job_cursors, master_data, released_orders, stock_hours
from countersign.store.database import Database, retry_conflicts
from countersign.store.stock_hours import ClosedHour, OpenedHour

JOB = "stock hours"
FOLLOWED_FOR = timedelta(days=1)
"""A component that no order needs any more is followed for some time: it may be needed again."""
KEPT_FOR = timedelta(days=400)
MOST_COMPONENTS = 500
"""How many components are read in an hour: those of which most is planned to be used."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows when an hour begins."""

    materials: Mapping[str, Material]
    planned: Mapping[str, Decimal]
    before: Mapping[str, Row[Any]]
    lines: Sequence[Mapping[str, Any]]


class StockHours:
    """Reads the stock of components once an hour; owned by one thread."""

    def __init__(self, database: Database, port: ErpPort) -> None:
        self._database = database
        self._port = port

    def refresh(self, now: datetime) -> int:
        """Close the last hour and begin this one; return how many components were read.

        Does nothing when the hour has begun already. The ERP is read between two transactions;
        raises ``ErpError``.
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        number = int(hour.timestamp()) // int(HOUR.total_seconds())
        with self._database.read() as connection:
            if job_cursors.read(connection, JOB) >= number:
                return 0
            known = _look(connection, hour, now)
        levels = list(self._port.stock(sorted(known.materials))) if known.materials else []
        reading = StockReading(known.materials, levels, known.before, known.lines)
        opened = reading.begin(hour, now, known.planned)
        closed = reading.end(hour - HOUR, now)
        retry_conflicts(lambda: self._store(number, opened, closed, hour))
        return len(opened)

    def _store(
        self,
        number: int,
        opened: Sequence[OpenedHour],
        closed: Sequence[ClosedHour],
        hour: datetime,
    ) -> None:
        """Store the readings, unless another worker has done so meanwhile."""
        with self._database.write() as connection:
            if job_cursors.lock(connection, JOB) >= number:
                return
            stock_hours.close_hours(connection, closed)
            stock_hours.open_hours(connection, opened)
            stock_hours.forget_before(connection, hour - KEPT_FOR)
            job_cursors.move(connection, JOB, number)


def _look(connection: Connection, hour: datetime, now: datetime) -> _Known:
    """Find what is needed, what stood there before, and what was taken since."""
    orders, done = released_orders.read_all(connection)
    needed = {part.material_id for order in orders for part in order.components}
    lately = stock_hours.read_opened(connection, hour - FOLLOWED_FOR, now)
    followed = {row.material_id for row in lately if Decimal(row.planned_use) > 0}
    before = {row.material_id: row for row in lately}  # the newest of each
    materials = _materials(connection, sorted(needed | followed))
    planned = planned_uses(orders, done, materials, now)
    chosen = sorted(materials, key=lambda name: (-planned.get(name, ZERO), name))
    if len(chosen) > MOST_COMPONENTS:
        log.warning("the stock of %d components is not followed", len(chosen) - MOST_COMPONENTS)
    last = [row.opened_at for row in before.values() if row.hour_start == hour - HOUR]
    return _Known(
        {name: materials[name] for name in chosen[:MOST_COMPONENTS]},
        planned,
        before,
        captured_uses.read_lines(connection, min(last), now) if last else (),
    )


def _materials(connection: Connection, names: Sequence[str]) -> dict[str, Material]:
    found: dict[str, Material] = {}
    for start in range(0, len(names), master_data.PAGE_ITEMS):
        page = master_data.read(
            connection, "material", names[start : start + master_data.PAGE_ITEMS]
        )
        found |= {name: Material.from_data(data) for name, data in page.items()}
    return found
