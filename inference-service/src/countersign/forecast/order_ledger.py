"""The ledger of an order: what was made and used, each entry at the moment it became known.

What a person corrects or rejects changes the sums from that moment on, never before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from countersign.forecast.base_unit import in_unit
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.quantity import Quantity
from countersign.store.order_releases import OUT_OF_FORCE

ZERO = Decimal(0)
PIECES = ("yield_quantity", "scrap_quantity")


@dataclass(frozen=True, slots=True)
class Made:
    """Pieces of an operation that became known at a moment; negative where taken back."""

    at: datetime
    operation_id: str
    good: Decimal
    scrap: Decimal
    is_final: bool


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of a material, in its base unit, known from a moment on."""

    at: datetime
    material_id: str
    quantity: Decimal


@dataclass(slots=True)
class OrderLedger:
    """What became known of one order, and when; quantities whose unit nobody can tell are left out.

    ``materials`` are its product and its components. What became known after ``now`` is not there.
    """

    order: ProductionOrder
    materials: Mapping[str, Material]
    now: datetime
    made: list[Made] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)

    def add(self, row: Row[Any]) -> None:
        """Enter a captured event, and what a person made of it."""
        captured = json.loads(row.body)["data"]
        if row.decided_at is None:
            if row.state not in OUT_OF_FORCE:
                self._enter(captured, row.received_at, 1)
            return
        self._enter(captured, row.received_at, 1)
        self._enter(captured, row.decided_at, -1)
        if row.correction:
            self._enter(json.loads(row.correction), row.decided_at, 1)

    def final_at(self, operation_id: str) -> datetime | None:
        """Return when the end of an operation was first told."""
        told = [row.at for row in self.made if row.is_final and row.operation_id == operation_id]
        return min(told, default=None)

    def pieces(self, operation_id: str, at: datetime) -> tuple[Decimal, Decimal]:
        """Return good and scrapped pieces of an operation, as known at a moment."""
        known = [row for row in self.made if row.operation_id == operation_id and row.at <= at]
        return sum((row.good for row in known), ZERO), sum((row.scrap for row in known), ZERO)

    def quantity(self, material_id: str, at: datetime) -> Decimal:
        """Return what was used of a material, as known at a moment."""
        return sum(
            (row.quantity for row in self.used if row.material_id == material_id and row.at <= at),
            ZERO,
        )

    def _enter(self, data: Mapping[str, Any], at: datetime, sign: int) -> None:
        is_anothers = data["order_id"] != self.order.order_id  # as a person has found
        if at > self.now or is_anothers:
            return
        if "confirmation" in data:
            good, scrap = (self._pieces(data.get(name)) for name in PIECES)
            is_final = sign > 0 and data["confirmation"] == "final"
            self.made.append(Made(at, data["operation_id"], sign * good, sign * scrap, is_final))
            return
        for line in data["material_actual"]:
            material = self.materials.get(line["material_id"])
            if material is None:
                continue
            told = in_unit(Quantity.from_data(line["quantity"]), material.unit, material)
            if told is not None:
                self.used.append(Used(at, material.material_id, sign * told.value))

    def _pieces(self, data: Mapping[str, str] | None) -> Decimal:
        if data is None:
            return ZERO
        product = self.materials.get(self.order.material_id)
        told = in_unit(Quantity.from_data(data), self.order.quantity.unit, product)
        return ZERO if told is None else told.value
