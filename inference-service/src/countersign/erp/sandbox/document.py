"""A document: what this ERP has booked, with the lines that moved quantities."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from countersign.erp.sandbox.plant import Plant

DocumentType = Literal["COMPLETION", "ISSUE", "SCRAP", "STORNO"]
Movement = Literal["YIELD", "SCRAP", "REWORK", "CONSUMED"]


@dataclass(frozen=True, slots=True)
class Line:
    """One movement; ``base`` is the quantity in the item's base unit.

    ``stock`` is the sign with which it changes stock: -1 takes, 1 adds, 0 only counts.
    """

    position: int
    movement: Movement
    item: str
    quantity: str
    uom: str
    base: Decimal
    stock: int
    bin: str = ""
    lot: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the line in this ERP's words."""
        return {
            "pos": self.position,
            "mv": self.movement,
            "item": self.item,
            "qty": self.quantity,
            "uom": self.uom,
            "base": format(self.base, "f"),
            "stock": self.stock,
            "bin": self.bin,
            "lot": self.lot,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Line:
        """Read a line that :meth:`to_data` wrote."""
        return cls(
            position=data["pos"],
            movement=data["mv"],
            item=data["item"],
            quantity=data["qty"],
            uom=data["uom"],
            base=Decimal(data["base"]),
            stock=data["stock"],
            bin=data["bin"],
            lot=data["lot"],
        )


@dataclass(slots=True)
class Document:
    """A booked document; ``ref`` is the sender's reference, ``details`` what else it told.

    ``number`` is 0 until it is booked. A STORNO names in ``storno_of`` the document it undoes;
    that one names the STORNO in ``reversed_by``.
    """

    type: DocumentType
    order: str
    step: str
    date: str
    ref: str
    lines: tuple[Line, ...]
    final: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    storno_of: int | None = None
    number: int = 0
    booked_at: str = ""
    reversed_by: int | None = None

    def body(self) -> dict[str, Any]:
        """Write what has no column of its own."""
        return {
            "step": self.step,
            "date": self.date,
            "final": self.final,
            "lines": [line.to_data() for line in self.lines],
            **self.details,
        }

    def apply(self, plant: Plant, direction: Literal[1, -1] = 1) -> None:
        """Carry the document into stock and the order's standing, or take it out again."""
        for line in self.lines:
            if line.stock:
                key = (line.item, line.bin, line.lot)
                plant.moved[key] += direction * line.stock * line.base
        order = plant.orders.get(self.order)
        standing = order.steps.get(self.step) if order is not None else None
        if standing is None or self.type != "COMPLETION":
            return
        for line in self.lines:
            if line.movement == "YIELD":
                standing.good += direction * line.base
            elif line.movement == "SCRAP":
                standing.scrap += direction * line.base
            elif line.movement == "REWORK":
                standing.rework += direction * line.base
        if self.final:
            standing.closed_by = self.number if direction == 1 else None
