"""A small ledger with habits of its own, and models that learned it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from countersign.learn import fit, read_spec
from countersign.model import registry
from countersign.nouns.coding import CODING_TASKS

SUPPLIERS = tuple(f"V-{number:03d}" for number in range(24))
LAST_DAY = date(2026, 2, 27)
DAYS = 420


def usual_account(supplier_id: str, cost_center_id: str) -> str:
    """Return the account that lines of a supplier and a cost centre are booked to."""
    number, place = int(supplier_id[2:]), int(cost_center_id[3:])
    return f"4{(number * 7 + place // 200 * 3) % 10}0000"


def usual_cost_center(supplier_id: str) -> str:
    """Return the cost centre that mostly orders from a supplier."""
    return f"CC-{100 * (1 + int(supplier_id[2:]) % 5)}"


def ledger(rows: int = 1500, seed: int = 1, last_day: date = LAST_DAY) -> pd.DataFrame:
    """Return booked lines with the columns of both specs; three in a hundred are booked wrongly."""
    random = np.random.default_rng(seed)
    days = np.sort(random.integers(0, DAYS, rows))
    lines: list[dict[str, Any]] = []
    for day in days:
        supplier = str(random.choice(SUPPLIERS))
        center = usual_cost_center(supplier)
        if random.random() < 0.1:
            center = f"CC-{100 * random.integers(1, 6)}"
        account = usual_account(supplier, center)
        if random.random() < 0.03:
            account = f"4{random.integers(0, 10)}0000"
        lines.append(
            {
                "posting_date": str(last_day - timedelta(days=int(DAYS - day))),
                "supplier_id": supplier,
                "cost_center_id": center,
                "material_group": f"M{int(supplier[2:]) % 4}",
                "work_center_id": f"WC-{random.integers(1, 4)}",
                "amount": f"{np.exp(random.normal(5.0, 1.0)):.2f}",
                "gl_account_id": account,
                "cost_object_id": center,
            }
        )
    return pd.DataFrame(lines)


def learn_ledger(models_dir: Path, tasks: tuple[str, ...] = CODING_TASKS) -> Path:
    """Train the models of the tasks on the ledger, put them in use, and return their folder."""
    for task in tasks:
        model = fit(read_spec(task), ledger())
        model.save(models_dir)
        registry.activate(models_dir, task, model.version)
    return models_dir


def journal_entry(account_id: str, cost_center: str, amount: str = "488.34") -> dict[str, Any]:
    """Return an entry of one cost line and its other side, as it is posted."""
    return {
        "kind": "journal_entry",
        "company_code": "1000",
        "posting_date": "2026-03-02",
        "document_date": "2026-02-27",
        "currency": "EUR",
        "lines": [
            {"account_id": account_id, "amount": amount, "cost_center": cost_center},
            {"account_id": "191100", "amount": f"-{amount}"},
        ],
    }
