"""A plant that meters its presses by the hour, in a database of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Unicode,
    create_engine,
    delete,
    insert,
)

HOUR = timedelta(hours=1)
AHEAD = 2 * HOUR
PRESSES = ("PRESS-1", "PRESS-2")
TABLE = "energy_hours"
_hours = Table(
    TABLE,
    MetaData(),
    Column("work_center_id", Unicode(20)),
    Column("Hour_Start", DateTime),  # as people name columns; UTC, without an offset
    Column("planned_quantity", Numeric(12, 3)),
    Column("planned_orders", Integer),
    Column("shift", Unicode(10)),
    Column("energy_kwh", Numeric(12, 2)),
)


class EnergyPlant:
    """Hours whose energy follows from what is planned and from the hour before."""

    def __init__(
        self, url: str, first_hour: datetime, hours: int, changes_at: datetime | None = None
    ) -> None:
        """From ``changes_at`` on a piece takes three times the energy."""
        self.url = url
        self._engine = create_engine(url)
        self._rows = [
            row for press in PRESSES for row in _draw(press, first_hour, hours, changes_at)
        ]
        _hours.metadata.drop_all(self._engine)
        _hours.metadata.create_all(self._engine)

    def reach(self, now: datetime) -> None:
        """Let the plant stand as it does at a time: what is over is metered, what comes planned."""
        at = now.replace(tzinfo=None)
        rows = [
            row | ({} if row["Hour_Start"] + HOUR <= at else {"energy_kwh": None})
            for row in self._rows
            if row["Hour_Start"] <= at + AHEAD
        ]
        with self._engine.begin() as connection:
            connection.execute(delete(_hours))
            connection.execute(insert(_hours), rows)

    def energy_of(self, press: str, hour: datetime) -> Decimal:
        """Return what the meter says of an hour, once it is over."""
        (row,) = (
            row
            for row in self._rows
            if row["work_center_id"] == press and row["Hour_Start"] == hour.replace(tzinfo=None)
        )
        return Decimal(row["energy_kwh"])

    def close(self) -> None:
        """Close the plant's database."""
        self._engine.dispose()


def _draw(
    press: str, first_hour: datetime, hours: int, changes_at: datetime | None
) -> list[dict[str, Any]]:
    random = np.random.default_rng(len(press) + int(press[-1]))
    rows = []
    energy = 40.0
    for number in range(hours):
        at = first_hour.replace(tzinfo=None) + number * HOUR
        shift = ("night", "early", "late")[((at.hour + 2) // 8) % 3]
        orders = 0 if shift == "night" else int(random.integers(1, 5))
        quantity = orders * int(random.integers(50, 150))
        has_changed = changes_at is not None and first_hour + number * HOUR >= changes_at
        per_piece = 0.3 if has_changed else 0.1
        energy = 0.4 * energy + 12.0 + per_piece * quantity + random.normal(0, 1.5)
        rows.append(
            {
                "work_center_id": press,
                "Hour_Start": at,
                "planned_quantity": Decimal(quantity),
                "planned_orders": orders,
                "shift": shift,
                "energy_kwh": Decimal(f"{energy:.2f}"),
            }
        )
    return rows
