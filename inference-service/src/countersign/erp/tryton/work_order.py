"""The work order: a production order of Tryton as it stands, with its movements and our keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from countersign.erp.tryton import values
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.ledger import Ledger

Side = Literal["inputs", "outputs"]

OPEN_STATES = frozenset({"staging", "draft", "assigned"})

MOVE_FIELDS = (
    "state",
    "quantity",
    "unit.symbol",
    "product.code",
    "to_location",
    "create_uid",
)
ORDER_FIELDS = (
    "number",
    "reference",
    "state",
    "product.code",
    "location",
    "warehouse.code",
    "warehouse.storage_location",
    "warehouse.production_picking_location",
    "warehouse.production_output_location",
    "warehouse.waste_locations",
    "_timestamp",
    *(f"{side}.{name}" for side in ("inputs", "outputs") for name in MOVE_FIELDS),
)


@dataclass(frozen=True, slots=True)
class Move:
    """A movement of stock into the order or out of it."""

    move_id: int
    side: Side
    state: str
    product_id: int
    product: str
    quantity: Decimal
    unit: str
    to_location_id: int
    is_ours: bool

    @property
    def is_open(self) -> bool:
        """Tell whether the movement is neither done nor cancelled."""
        return self.state in OPEN_STATES

    @property
    def is_planned(self) -> bool:
        """Tell whether this is a planner's intention, which a report of the floor replaces."""
        return self.is_open and not self.is_ours


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """A production order read in one call, so that its parts belong together."""

    production_id: int
    number: str
    state: str
    product: str
    ledger: Ledger
    location_id: int
    warehouse: str
    picking_location_id: int
    output_location_id: int
    waste_location_id: int | None
    timestamp: str
    moves: tuple[Move, ...]

    @property
    def mark(self) -> int:
        """Return the highest movement number: what is created from now on is above it."""
        return max((move.move_id for move in self.moves), default=0)

    def moves_of(self, key: str) -> tuple[Move, ...]:
        """Return the movements that were created under a key, split parts included."""
        entry = self.ledger.entry(key)
        if entry is None:
            return ()
        return tuple(move for move in self.moves if move.is_ours and entry.covers(move.move_id))

    def planned(self, side: Side) -> list[int]:
        """Return the numbers of the planned movements of a side."""
        return [move.move_id for move in self.moves if move.side == side and move.is_planned]


def read_work_orders(client: Client, domain: Sequence[Any]) -> list[WorkOrder]:
    """Read the production orders of a domain, with their movements."""
    company = ["company", "=", client.company_id]
    rows = client.read(
        "production.search_read", [*domain, company], 0, None, [["id", "ASC"]], ORDER_FIELDS
    )
    return [_work_order(row, client.user_id) for row in rows]


def _work_order(row: Mapping[str, Any], user_id: int) -> WorkOrder:
    warehouse = row["warehouse."]
    storage = warehouse["storage_location"]
    waste = warehouse["waste_locations"]
    product = row["product."]
    return WorkOrder(
        production_id=row["id"],
        number=row["number"] or "",
        state=row["state"],
        product=(product["code"] or "") if product else "",
        ledger=Ledger.read(row["reference"]),
        location_id=row["location"],
        warehouse=warehouse["code"] or "",
        picking_location_id=warehouse["production_picking_location"] or storage,
        output_location_id=warehouse["production_output_location"] or storage,
        waste_location_id=waste[0] if waste else None,
        timestamp=row["_timestamp"],
        moves=tuple(
            _move(move, side, user_id) for side in ("inputs", "outputs") for move in row[f"{side}."]
        ),
    )


def _move(row: Mapping[str, Any], side: Side, user_id: int) -> Move:
    return Move(
        move_id=row["id"],
        side=side,
        state=row["state"],
        product_id=row["product."]["id"],
        product=row["product."]["code"] or "",
        quantity=values.decimal(row["quantity"]),
        unit=row["unit."]["symbol"],
        to_location_id=row["to_location"],
        is_ours=row["create_uid"] == user_id,
    )
