"""A quantity: a decimal with a unit of measure; never a float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

QuantityData = Mapping[str, str]
"""A quantity on the wire: ``{"quantity_string": "12.5", "unit_of_measure": "KGM"}``."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """How much of something, in a unit (UN/ECE Rec 20 code or the plant's own)."""

    value: Decimal
    unit: str

    @classmethod
    def from_data(cls, data: QuantityData) -> Quantity:
        """Read a quantity that has passed the contract."""
        return cls(Decimal(data["quantity_string"]), data["unit_of_measure"])

    def to_data(self) -> dict[str, str]:
        """Write the quantity as the contract wants it: plain digits, no exponent."""
        return {"quantity_string": plain(self.value), "unit_of_measure": self.unit}

    def __str__(self) -> str:
        """Show the quantity as a person writes it: ``12.5 KGM``."""
        return f"{plain(self.value)} {self.unit}"


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: ``1E+2`` becomes ``100``."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
