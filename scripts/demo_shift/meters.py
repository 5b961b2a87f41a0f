"""Meters: the plant's own database with what no ERP knows, energy by the hour and pumps by cycle.

Forecasts are made from it. The hour that runs and the pumps that run have no answer yet.
"""

from __future__ import annotations

import math
import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

TABLES = {"energy_per_hour": "energy_hours", "failure_soon": "pump_cycles"}
"""The tables by the spec whose question they answer."""
DAYS = 12
HOURS_AHEAD = 24
PUMPS = 14
PUMPS_RUNNING = {"P-101": 17, "P-102": 60}
"""Pumps that run, with the cycles that they have left; nobody in the plant knows them."""
HOUR = timedelta(hours=1)

_TABLES = """
CREATE TABLE energy_hours (work_center_id TEXT, hour_start TEXT, planned_quantity NUMERIC,
  planned_orders INTEGER, shift TEXT, energy_kwh NUMERIC);
CREATE TABLE pump_cycles (equipment_id TEXT, cycle INTEGER, temperature REAL, vibration REAL,
  pressure REAL, current REAL, speed REAL, failure INTEGER);
"""


def write(file: Path, work_centers: Sequence[str], seed: int = 7) -> None:
    """Write the months before and the hours ahead."""
    draw = random.Random(seed)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with sqlite3.connect(file) as plant:
        plant.executescript(_TABLES)
        for name in work_centers:
            rows = _energy(name, now, draw)
            plant.executemany("INSERT INTO energy_hours VALUES (?, ?, ?, ?, ?, ?)", rows)
        for number in range(PUMPS):
            rows = _cycles(f"P-{101 + number}", draw)
            plant.executemany("INSERT INTO pump_cycles VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    plant.close()


def _energy(name: str, now: datetime, draw: random.Random) -> Iterator[tuple[object, ...]]:
    """Draw energy that follows from what is planned, the hour before, and the weather."""
    energy, weather = 30.0, 0.0
    for number in range(-24 * DAYS, HOURS_AHEAD):
        at = now + number * HOUR
        shift = ("night", "early", "late")[((at.hour + 2) // 8) % 3]
        orders = 0 if shift == "night" else draw.randint(0, 3)
        quantity = orders * draw.randint(40, 160)
        weather = 0.95 * weather + draw.gauss(0, 1.2)
        energy = 0.45 * energy + 11 + 0.09 * quantity + weather + draw.gauss(0, 3)
        known = round(max(energy, 0.5), 2) if number < 0 else None
        yield name, at.isoformat(), quantity, orders, shift, known


def _cycles(name: str, draw: random.Random) -> Iterator[tuple[object, ...]]:
    """Draw a pump that wears: hotter, louder and weaker towards its end."""
    life = draw.randint(70, 150)
    for cycle in range(1, life + 1 - PUMPS_RUNNING.get(name, 0)):
        wear = math.exp((cycle - life) / 25)
        yield (
            name,
            cycle,
            round(58 + 22 * wear + draw.gauss(0, 6), 2),
            round(2.1 + 2.6 * wear + draw.gauss(0, 0.8), 3),
            round(5.2 - 0.9 * wear + draw.gauss(0, 0.4), 3),
            round(11 + 1.8 * wear + draw.gauss(0, 1.2), 2),
            round(1_450 + draw.gauss(0, 5), 1),
            int(cycle == life),
        )
