"""Documents about stock beyond what an order consumes: movements, counts, demands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from countersign.nouns.quantity import Quantity

Movement = Literal[
    "receipt_from_order",
    "receipt_from_order_return",
    "receipt_for_purchase_order",
    "issue_to_order",
    "return_from_order",
    "by_product_receipt",
    "by_product_return",
    "scrap_from_stock",
    "scrap_return",
    "transfer_storage_location",
    "transfer_material",
    "release_from_quality",
    "block_stock",
    "unblock_stock",
]
"""What happens to the stock, in business words; each ERP has its own code for it."""


@dataclass(frozen=True, slots=True)
class GoodsMovementLine:
    """One material that moves; the ``to_`` fields say where, or into what, it is transferred."""

    material_id: str
    quantity: Quantity
    lot_id: str | None = None
    storage_location: str | None = None
    to_site_id: str | None = None
    to_storage_location: str | None = None
    to_material_id: str | None = None
    to_lot_id: str | None = None
    purchase_order_id: str | None = None
    purchase_order_item: str | None = None
    cost_center: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsMovement:
    """A movement of stock: receipt, issue, scrap, transfer, or a change of its quality state."""

    kind: ClassVar[str] = "goods_movement"

    site_id: str
    movement: Movement
    posting_date: date
    lines: tuple[GoodsMovementLine, ...]
    production_order_id: str | None = None
    operation_id: str | None = None
    person_id: str | None = None
    text: str = ""

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the order, or the first material's stock."""
        return self.production_order_id or f"stock/{self.site_id}/{self.lines[0].material_id}"[:40]


@dataclass(frozen=True, slots=True)
class InventoryCountLine:
    """What was counted of one material; zero is a finding, too."""

    material_id: str
    quantity: Quantity
    lot_id: str | None = None


@dataclass(frozen=True, slots=True)
class InventoryCount:
    """A count of what lies at a storage location."""

    kind: ClassVar[str] = "inventory_count"

    site_id: str
    storage_location: str
    posting_date: date
    lines: tuple[InventoryCountLine, ...]
    person_id: str | None = None
    text: str = ""

    @property
    def order_id(self) -> str:
        """Return what counts are booked in sequence with: their storage location."""
        return f"count/{self.site_id}/{self.storage_location}"[:40]


@dataclass(frozen=True, slots=True)
class DemandLine:
    """A material that is wanted."""

    material_id: str
    quantity: Quantity
    lot_id: str | None = None
    storage_location: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseRequisition:
    """A wish to buy, for stock, a cost centre or a production order."""

    kind: ClassVar[str] = "purchase_requisition"

    site_id: str
    required_on: date
    lines: tuple[DemandLine, ...]
    production_order_id: str | None = None
    cost_center: str | None = None
    account_id: str | None = None
    purchasing_group: str | None = None
    person_id: str | None = None
    text: str = ""

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the order, or the plant's first material."""
        return self.production_order_id or f"buy/{self.site_id}/{self.lines[0].material_id}"[:40]


@dataclass(frozen=True, slots=True)
class Reservation:
    """Stock to keep for a production order or a cost centre."""

    kind: ClassVar[str] = "reservation"

    site_id: str
    required_on: date
    lines: tuple[DemandLine, ...]
    production_order_id: str | None = None
    cost_center: str | None = None
    person_id: str | None = None

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the order, or the first material's stock."""
        return self.production_order_id or f"stock/{self.site_id}/{self.lines[0].material_id}"[:40]
