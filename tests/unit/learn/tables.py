"""Tables that tests learn from: small, lawful, and drawn from a seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from countersign.learn import TaskSpec, read_spec

START = pd.Timestamp("2026-01-01T00:00:00Z")


def scrap_spec(**changes: Any) -> TaskSpec:
    """Return the spec of the scrap table."""
    return read_spec(
        {
            "name": "scrap",
            "kind": "classify",
            "target": "reason",
            "features": {"speed": "number", "heat": "number", "machine": "code"},
            **changes,
        }
    )


def scrap_table(rows: int = 400, seed: int = 1) -> pd.DataFrame:
    """Return rows whose reason follows from speed, heat and machine, but for some noise."""
    random = np.random.default_rng(seed)
    speed, heat = random.normal(size=rows), random.normal(size=rows)
    machine = random.choice(["0010", "0020", "0030"], rows)
    lean = speed + np.where(machine == "0010", heat, -heat) + random.normal(0, 0.4, rows)
    reason = np.where(lean > 0.6, "DIM", np.where(lean < -0.6, "SURF", "LEAK"))
    times = (START + pd.to_timedelta(np.arange(rows), unit="h")).strftime("%Y-%m-%dT%H:%M:%SZ")
    return pd.DataFrame(
        {"speed": speed, "heat": heat, "machine": machine, "reason": reason, "at": times}
    )


def energy_spec(**changes: Any) -> TaskSpec:
    """Return the spec of the energy table: the next hour from the hours before."""
    return read_spec(
        {
            "name": "energy",
            "kind": "regress",
            "target": "kwh",
            "time_column": "at",
            "calendar": True,
            "features": {"kwh": {"known": "past"}, "orders": "number"},
            **changes,
        }
    )


def energy_table(rows: int = 600, seed: int = 1) -> pd.DataFrame:
    """Return hours whose energy depends on the hour, the orders and the hour before."""
    random = np.random.default_rng(seed)
    at = START + pd.to_timedelta(np.arange(rows), unit="h")
    orders = random.poisson(3, rows)
    kwh = np.zeros(rows)
    for row in range(rows):
        daily = 20.0 * np.sin(at[row].hour / 24.0 * 2 * np.pi)
        kwh[row] = 0.6 * kwh[row - 1] + daily + 5.0 * orders[row] + random.normal(0, 2)
    return pd.DataFrame({"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "orders": orders, "kwh": kwh})


def ledger_spec(**changes: Any) -> TaskSpec:
    """Return the spec of the ledger: the account of a line from those booked before."""
    return read_spec(
        {
            "name": "ledger",
            "kind": "rank",
            "target": "account",
            "time_column": "at",
            "label_delay": "10d",
            "rank_by": [["supplier", "division"], ["supplier"], ["division"]],
            "features": {"amount": "number"},
            **changes,
        }
    )


def ledger_table(rows: int = 3000, seed: int = 1, prefix: str = "0040") -> pd.DataFrame:
    """Return lines whose account follows from supplier and division, and from the amount."""
    random = np.random.default_rng(seed)
    supplier = random.integers(0, 40, rows)
    division = random.integers(0, 6, rows)
    amount = np.exp(random.normal(5.0, 1.0, rows))
    account = (supplier * 7 + (division // 2) * 3 + (amount > 300) * (supplier % 3 == 0)) % 25
    wrong = random.random(rows) < 0.03
    account = np.where(wrong, random.integers(0, 25, rows), account)
    days = np.sort(random.integers(0, 365, rows))
    return pd.DataFrame(
        {
            "at": (START + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d"),
            "supplier": [f"S{number:04d}" for number in supplier],
            "division": [f"D{number}" for number in division],
            "amount": amount.round(2),
            "account": [f"{prefix}{number:02d}" for number in account],
        }
    )
