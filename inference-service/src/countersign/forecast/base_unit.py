"""Base units: quantities as the plant's own masters tell them, or not at all."""

from __future__ import annotations

from countersign.nouns.order import Material
from countersign.nouns.quantity import Quantity
from countersign.plant.units import UnitError, convert


def in_unit(quantity: Quantity, unit: str, material: Material | None) -> Quantity | None:
    """Tell a quantity of a material in a unit, ``None`` where nothing says how."""
    try:
        return convert(quantity, unit, material)
    except UnitError:
        return None
