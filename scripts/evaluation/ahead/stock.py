"""Stock of components at their line, hour by hour: runs, stops, milk runs that come late.

Stock is what the ERP shows at the turn of the hour; planned use is what planning believes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from countersign.store.tables import stock_hour

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHT_SHARE = 0.25
Row = dict[str, Any]


@dataclass(slots=True)
class StockDays:
    """Rows of the store's table, in the order of time."""

    hours: list[Row] = field(default_factory=list)

    def until(self, now: datetime) -> StockDays:
        """Return what the store held at a moment."""
        return StockDays(
            [
                row if row["closed_at"] and row["closed_at"] <= now else _still_open(row)
                for row in self.hours
                if row["opened_at"] <= now
            ]
        )

    def write(self, connection: Connection) -> None:
        """Write the rows into an empty store."""
        if self.hours:
            connection.execute(insert(stock_hour), self.hours)


def simulate_stock(seed: int, days: int = 30, components: int = 40) -> StockDays:
    """Simulate one plant: the same arguments give the same rows."""
    rng = np.random.default_rng((seed, 43))
    carts = _Carts(rng, days * 24)
    lines = [_Line(f"M{number}", rng, carts) for number in range(components)]
    rows = [row for line in lines for row in line.run(days * 24)]
    rows.sort(key=lambda row: (row["hour_start"], row["material_id"]))
    return StockDays(rows)


class _Carts:
    """Milk runs: on some shifts people are missing, and everything comes later."""

    def __init__(self, rng: np.random.Generator, hours: int) -> None:
        self._slow = np.repeat(rng.random(hours // 8 + 2) < 0.15, 8)

    def hours_to_come(self, rng: np.random.Generator, hour: int) -> int:
        median = 3.0 if self._slow[hour] else 1.1
        return 1 + int(rng.lognormal(math.log(median), 0.6))


class _Line:
    """One component at its line: orders take it, a cart brings a load when little is left."""

    def __init__(self, material_id: str, rng: np.random.Generator, carts: _Carts) -> None:
        self._material_id = material_id
        self._rng = rng
        self._carts = carts
        self._rate = float(rng.lognormal(math.log(60.0), 1.0))
        self._load = self._rate * float(rng.uniform(6.0, 14.0))
        self._reorder_at = self._rate * float(rng.uniform(2.5, 4.5))
        self._spread = float(rng.uniform(0.15, 0.45))
        self._bias = float(rng.lognormal(0.0, 0.15))

    def run(self, hours: int) -> Iterator[Row]:
        """Yield the hours of the component."""
        rng = self._rng
        stock, coming = self._load, -1
        left, planned = 0, 0.0
        for number in range(hours):
            if left == 0:
                left = int(rng.lognormal(math.log(16.0), 0.7)) + 1
                planned = self._rate * float(rng.uniform(0.5, 1.6)) if rng.random() < 0.8 else 0.0
            left -= 1
            opening, at = stock, BEGIN + number * HOUR
            used = min(self._use(planned, at), stock)
            stock -= used
            delivered = 0.0
            if coming == number:
                delivered, coming = self._load, -1
                stock += delivered
            if stock < self._reorder_at and coming < number:
                coming = number + self._carts.hours_to_come(rng, number)
            yield self._row(at, opening, planned, stock, used, delivered)

    def _use(self, planned: float, at: datetime) -> float:
        rng = self._rng
        if not planned or rng.random() < 0.08:  # the machine stands still
            return 0.0
        pace = NIGHT_SHARE if at.hour < 6 else 1.0
        return planned * pace * self._bias * float(rng.lognormal(0.0, self._spread))

    def _row(
        self,
        at: datetime,
        opening: float,
        planned: float,
        closing: float,
        used: float,
        delivered: float,
    ) -> Row:
        return {
            "hour_start": at,
            "material_id": self._material_id,
            "storage_location": "L1",
            "unit": "C62",
            "opened_at": at + timedelta(seconds=40),
            "opening_quantity": f"{opening:.3f}",
            "planned_use": f"{planned:.3f}",
            "closed_at": at + HOUR + timedelta(seconds=40),
            "closing_quantity": f"{closing:.3f}",
            "used_quantity": f"{used:.3f}",
            "delivered_quantity": f"{delivered:.3f}",
        }


def _still_open(row: Row) -> Row:
    names = ("closed_at", "closing_quantity", "used_quantity", "delivered_quantity")
    return row | dict.fromkeys(names)
