"""A production order and the master data around it, as the ERP told them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from countersign.nouns.quantity import Quantity, plain

OrderState = Literal["created", "released", "completed", "closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Component:
    """A material that the order needs; the quantity is for the whole order, scrap included."""

    material_id: str
    quantity: Quantity
    operation_id: str = ""
    backflushed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of the order; times are standard minutes, the machine time is for one piece."""

    operation_id: str
    work_center_id: str
    setup_minutes: Decimal = Decimal(0)
    machine_minutes_per_piece: Decimal = Decimal(0)
    cost_center: str = ""


@dataclass(frozen=True, slots=True)
class ProductionOrder:
    """A production order with its components and operations, in the ERP's numbers."""

    order_id: str
    site_id: str
    material_id: str
    quantity: Quantity
    state: OrderState
    components: tuple[Component, ...] = ()
    operations: tuple[Operation, ...] = ()
    changed_at: datetime | None = None
    planned_end_at: datetime | None = None

    def operation(self, operation_id: str) -> Operation | None:
        """Return the operation with this number, ``None`` if the order has none such."""
        for operation in self.operations:
            if operation.operation_id == operation_id:
                return operation
        return None

    def to_data(self) -> dict[str, Any]:
        """Write the order as plain JSON values, for the cache of master data."""
        return {
            "order_id": self.order_id,
            "site_id": self.site_id,
            "material_id": self.material_id,
            "quantity": self.quantity.to_data(),
            "state": self.state,
            "components": [
                {
                    "material_id": component.material_id,
                    "quantity": component.quantity.to_data(),
                    "operation_id": component.operation_id,
                    "backflushed": component.backflushed,
                }
                for component in self.components
            ],
            "operations": [
                {
                    "operation_id": operation.operation_id,
                    "work_center_id": operation.work_center_id,
                    "setup_minutes": plain(operation.setup_minutes),
                    "machine_minutes_per_piece": plain(operation.machine_minutes_per_piece),
                    "cost_center": operation.cost_center,
                }
                for operation in self.operations
            ],
            "changed_at": self.changed_at.isoformat() if self.changed_at else None,
            "planned_end_at": self.planned_end_at.isoformat() if self.planned_end_at else None,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ProductionOrder:
        """Read an order from the cache of master data."""
        return cls(
            order_id=data["order_id"],
            site_id=data["site_id"],
            material_id=data["material_id"],
            quantity=Quantity.from_data(data["quantity"]),
            state=data["state"],
            components=tuple(
                Component(
                    row["material_id"],
                    Quantity.from_data(row["quantity"]),
                    row["operation_id"],
                    row["backflushed"],
                )
                for row in data["components"]
            ),
            operations=tuple(
                Operation(
                    row["operation_id"],
                    row["work_center_id"],
                    Decimal(row["setup_minutes"]),
                    Decimal(row["machine_minutes_per_piece"]),
                    row["cost_center"],
                )
                for row in data["operations"]
            ),
            changed_at=_time(data["changed_at"]),
            planned_end_at=_time(data["planned_end_at"]),
        )


@dataclass(frozen=True, slots=True)
class Material:
    """A material: its base unit, its price per base unit, and whether it is kept in lots."""

    material_id: str
    unit: str
    description: str = ""
    price: Decimal | None = None
    lot_managed: bool = False
    conversions: tuple[tuple[str, Decimal], ...] = ()
    blocked: bool = False

    def to_data(self) -> dict[str, Any]:
        """Write the material as plain JSON values; conversions are base units per unit."""
        return {
            "material_id": self.material_id,
            "unit": self.unit,
            "description": self.description,
            "price": None if self.price is None else plain(self.price),
            "lot_managed": self.lot_managed,
            "conversions": [[unit, plain(factor)] for unit, factor in self.conversions],
            "blocked": self.blocked,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Material:
        """Read a material from the cache of master data."""
        return cls(
            material_id=data["material_id"],
            unit=data["unit"],
            description=data["description"],
            price=None if data["price"] is None else Decimal(data["price"]),
            lot_managed=data["lot_managed"],
            conversions=tuple((unit, Decimal(factor)) for unit, factor in data["conversions"]),
            blocked=data["blocked"],
        )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
