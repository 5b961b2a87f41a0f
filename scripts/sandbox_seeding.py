"""Sandbox seeding: what an ERP must know so that the events of a table can be booked in it.

Orders get the quantity of a column of the table where it has one, else what was confirmed at
most; as much over-delivery is allowed as the table shows, because it did happen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import requests

from countersign.intake.mapping import TableMapping
from countersign.intake.mapping_file import MappingError, load_mapping
from countersign.intake.table_file import Row, Table, TableError, open_lines
from countersign.intake.table_import import MappedRow, RowReader

PRICE = "1.00"
PLENTY = Decimal(10)
UNNAMED_MATERIAL = "UNNAMED"
DEFAULT_UNIT = "C62"
SEED_TIMEOUT_S = 60
ZERO = Decimal(0)

Rows = list[dict[str, Any]]


@dataclass
class SeenOrder:
    """What the table says of one order; pieces by operation, components by material."""

    site_id: str
    material_id: str = ""
    unit: str = DEFAULT_UNIT
    ordered: Decimal = ZERO
    done: dict[str, Decimal] = field(default_factory=dict)
    used: defaultdict[tuple[str, str], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )

    def take(self, operation_id: str, data: Mapping[str, Any]) -> None:
        """Add what one event says."""
        self.done.setdefault(operation_id, ZERO)
        if "yield_quantity" in data:
            good = data["yield_quantity"]
            self.unit = good["unit_of_measure"]
            self.done[operation_id] += Decimal(good["quantity_string"])
            self.material_id = self.material_id or data.get("material_id", "")
        for line in data.get("material_actual", ()):
            quantity = line["quantity"]
            name = (line["material_id"], quantity["unit_of_measure"])
            self.used[name] += Decimal(quantity["quantity_string"])

    def row(self, number: str) -> dict[str, Any]:
        """Return the order as the sandbox ERP takes it."""
        most = max(self.done.values(), default=ZERO)
        quantity = self.ordered or most or Decimal(1)
        over = max(ZERO, (most / quantity - 1) * 100).to_integral_value(ROUND_CEILING)
        return {
            "no": number,
            "plant": self.site_id,
            "item": self.material_id or UNNAMED_MATERIAL,
            "qty": format(quantity, "f"),
            "uom": self.unit,
            "over_pct": format(over, "f"),
            "status": "RELEASED",
            "steps": [{"no": operation_id} for operation_id in self.done],
            "components": [
                {"item": material_id, "qty": format(quantity, "f"), "uom": unit}
                for (material_id, unit), quantity in self.used.items()
            ],
        }


def seed_rows(
    rows: Iterable[tuple[Row, MappedRow]], quantity_column: str | None
) -> dict[str, Rows]:
    """Return the master data for the events of some rows; operations in order of appearance."""
    orders: dict[str, SeenOrder] = {}
    days: set[date] = set()
    for row, mapped in rows:
        for event in mapped.events:
            order = orders.setdefault(event.order_id, SeenOrder(event.site_id))
            order.take(event.operation_id, event.data)
            days.add(datetime.fromisoformat(event.body["time"]).date())
            if quantity_column:
                order.ordered = max(order.ordered, _number(row.cells[quantity_column]))
    return {
        "items": _items(orders.values()),
        "orders": [order.row(number) for number, order in orders.items()],
        "periods": _period(days),
        "stock": [
            {"item": material_id, "qty": format(quantity * PLENTY, "f")}
            for (material_id, _), quantity in _all_used(orders.values()).items()
        ],
    }


def read_rows(file: Path, mapping: TableMapping) -> list[tuple[Row, MappedRow]]:
    """Return the rows of a table that become events; the import itself tells about the others."""
    with open_lines(file, mapping.table) as lines:
        table = Table(lines, mapping.table)
        reader = RowReader(mapping, table.columns, lambda: datetime.now(UTC))
        pairs = ((row, reader.read(row)) for row in table if isinstance(row, Row))
        return [(row, mapped) for row, mapped in pairs if isinstance(mapped, MappedRow)]


def main(arguments: list[str] | None = None) -> int:
    """Read the table and put what it needs into the ERP; returns 2 when that is impossible."""
    parser = argparse.ArgumentParser(prog="seed-sandbox-from-table", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--mapping", required=True, help="path, or name of a shipped mapping")
    parser.add_argument("--admin", required=True, help="address of the sandbox's administration")
    parser.add_argument("--order-quantity", metavar="COLUMN", help="column with ordered pieces")
    options = parser.parse_args(arguments)
    try:
        rows = read_rows(options.file, load_mapping(options.mapping))
        if options.order_quantity and rows and options.order_quantity not in rows[0][0].cells:
            raise TableError(f"there is no column {options.order_quantity!r}")
        counts = _send(options.admin, seed_rows(rows, options.order_quantity))
    except (MappingError, TableError, OSError) as error:
        print(f"seed-sandbox-from-table: {error}", file=sys.stderr)
        return 2
    print(json.dumps(counts))
    return 0


def _send(admin: str, body: dict[str, Rows]) -> dict[str, int]:
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(f"{admin.rstrip('/')}/seed", json=body, timeout=SEED_TIMEOUT_S)
    if response.status_code != 200:
        raise OSError(f"the sandbox ERP refuses: {response.text}")
    counts: dict[str, int] = response.json()
    return counts


def _items(orders: Iterable[SeenOrder]) -> Rows:
    units: dict[str, str] = {}
    for order in orders:
        units.setdefault(order.material_id or UNNAMED_MATERIAL, order.unit)
        for material_id, unit in order.used:
            units.setdefault(material_id, unit)
    return [{"no": name, "uom": unit, "text": name, "cost": PRICE} for name, unit in units.items()]


def _all_used(orders: Iterable[SeenOrder]) -> dict[tuple[str, str], Decimal]:
    total: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for order in orders:
        for name, quantity in order.used.items():
            total[name] += quantity
    return total


def _period(days: set[date]) -> Rows:
    """Open the days of the table, and one more on both sides for other time zones."""
    if not days:
        return []
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    return [{"from": first.isoformat(), "to": last.isoformat(), "open": True}]


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return ZERO
    return value if value.is_finite() else ZERO


if __name__ == "__main__":
    sys.exit(main())
