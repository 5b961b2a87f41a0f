"""Tables of a plant for every spec that is fed by one: lawful, small, drawn from a seed.

Each comes as it stands when something is asked, and as it stands once the answers are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True)
class PlantCase:
    """A table before and after; ``subjects`` are asked, ``columns`` have their types in SQL."""

    spec: str
    columns: str
    before: list[Row]
    after: list[Row]
    subjects: set[str]


def machines(spec: str) -> tuple[list[Row], list[Row], set[str]]:
    """Return machines that wear by the cycle; two still run, and fail later."""
    random = np.random.default_rng(4)
    before: list[Row] = []
    after: list[Row] = []
    running = {"M-00": 35, "M-01": 12}
    for number in range(26):
        name, life = f"M-{number:02}", int(random.integers(60, 110))
        for cycle in range(1, life + 1):
            wear = max(0.0, 1.0 - (life - cycle) / 60)
            row = {
                "equipment_id": name,
                "cycle": cycle,
                "temperature": 60 + 25 * wear + random.normal(0, 1.0),
                "vibration": 2 + 3 * wear + random.normal(0, 0.2),
                "pressure": 5 - wear + random.normal(0, 0.1),
                "current": 11 + 2 * wear + random.normal(0, 0.3),
                "speed": 1_450 + random.normal(0, 4),
            }
            is_life = spec == "remaining_life"
            known = {"remaining_cycles": life - cycle} if is_life else {"failure": cycle == life}
            after.append(row | known)
            left = life - cycle
            if name not in running:
                before.append(row | known)
            elif left >= running[name]:
                before.append(row | ({"remaining_cycles": None} if is_life else known))
    return before, after, set(running)


def orders() -> tuple[list[Row], list[Row], set[str]]:
    """Return orders whose energy follows from quantity, hours and the weather."""
    random = np.random.default_rng(5)
    after = []
    for number in range(240):
        quantity, hours = int(random.integers(50, 900)), float(random.uniform(0.5, 8))
        outside = float(random.uniform(-5, 30))
        energy = 4 + 0.05 * quantity + 11 * hours + 0.3 * max(0.0, 18 - outside)
        after.append(
            {
                "order_id": f"{100_000 + number}",
                "released_at": (NOW - timedelta(hours=240 - number)).isoformat(),
                "order_quantity": quantity,
                "material_id": str(random.choice(["VALVE-55", "BODY-55"])),
                "work_center_id": str(random.choice(["WC-1", "WC-2"])),
                "planned_machine_hours": hours,
                "outside_temperature": outside,
                "energy_kwh": round(energy + random.normal(0, 1), 2),
            }
        )
    asked = {row["order_id"] for row in after[-2:]}
    before = [row | ({"energy_kwh": None} if row["order_id"] in asked else {}) for row in after]
    return before, after, asked


def differences() -> tuple[list[Row], list[Row], set[str]]:
    """Return differences of stock by month whose cause shows in the ratios."""
    random = np.random.default_rng(6)
    after = []
    for month in range(18):
        for number in range(12):
            cause = str(random.choice(["theft", "counting", "scrap_not_booked"]))
            after.append(
                {
                    "plant_material": f"1000 M-{number}",
                    "period_start": date(2025 + (4 + month) // 12, (4 + month) % 12 + 1, 1),
                    "ratio_to_other_sites": random.normal(3 if cause == "theft" else 1, 0.3),
                    "difference_share": abs(random.normal(0.02, 0.01)),
                    "movement_count": int(random.integers(5, 80)),
                    "user_concentration": random.normal(0.9 if cause == "theft" else 0.4, 0.1),
                    "night_share": random.normal(0.6 if cause == "theft" else 0.1, 0.08),
                    "correction_share": random.normal(0.5 if cause == "counting" else 0.1, 0.05),
                    "movement_type": str(random.choice(["551", "701"])),
                    "material_group": "ROH",
                    "cause": cause,
                }
            )
    last = after[-1]["period_start"]
    before = [row | ({"cause": None} if row["period_start"] == last else {}) for row in after]
    return before, after, {f"1000 M-{number}" for number in range(12)}


def accruals() -> tuple[list[Row], list[Row], set[str]]:
    """Return what suppliers invoice of what was received, month by month."""
    random = np.random.default_rng(7)
    after = []
    for supplier in range(6):
        habit = 1 + 0.04 * supplier
        for month in range(24):
            received = round(float(random.uniform(5_000, 90_000)), 2)
            after.append(
                {
                    "supplier_account": f"V{supplier} 400000",
                    "period_end": date(2024 + (10 + month) // 12, (10 + month) % 12 + 1, 28),
                    "received_amount": Decimal(f"{received:.2f}"),
                    "ordered_amount": Decimal(f"{received * 1.1:.2f}"),
                    "open_items": int(random.integers(0, 9)),
                    "invoiced_amount": Decimal(f"{received * habit + random.normal(0, 50):.2f}"),
                }
            )
    last = max(row["period_end"] for row in after)
    before = [
        row | ({"invoiced_amount": None} if row["period_end"] == last else {}) for row in after
    ]
    return before, after, {f"V{supplier} 400000" for supplier in range(6)}


_MACHINE = (
    "equipment_id text, cycle int, temperature float, vibration float, pressure float, "
    "current float, speed float, "
)
CASES: dict[str, Callable[[], PlantCase]] = {
    "remaining_life": lambda: PlantCase(
        "remaining_life", _MACHINE + "remaining_cycles int", *machines("remaining_life")
    ),
    "failure_soon": lambda: PlantCase(
        "failure_soon", _MACHINE + "failure boolean", *machines("failure_soon")
    ),
    "energy_per_order": lambda: PlantCase(
        "energy_per_order",
        "order_id text, released_at text, order_quantity int, material_id text, "
        "work_center_id text, planned_machine_hours float, outside_temperature float, "
        "energy_kwh float",
        *orders(),
    ),
    "inventory_discrepancy": lambda: PlantCase(
        "inventory_discrepancy",
        "plant_material text, period_start date, ratio_to_other_sites float, "
        "difference_share float, movement_count int, user_concentration float, "
        "night_share float, correction_share float, movement_type text, material_group text, "
        "cause text",
        *differences(),
    ),
    "accrual_forecast": lambda: PlantCase(
        "accrual_forecast",
        "supplier_account text, period_end date, received_amount numeric, "
        "ordered_amount numeric, open_items int, invoiced_amount numeric",
        *accruals(),
    ),
}
