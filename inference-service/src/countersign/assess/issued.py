"""Issued material: the lines of a consumption, one total per material in its base unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from countersign.assess.examination import Examination
from countersign.assess.order_facts import check_lot, check_material, in_unit, money
from countersign.nouns.event import Event
from countersign.nouns.order import Material
from countersign.nouns.progress import ZERO
from countersign.plant.context import Context


class Issued(NamedTuple):
    """All lines of one material in one event, in its base unit.

    ``positions`` are the lines in the event; several when the material came from several lots.
    """

    material: Material
    value: Decimal
    positions: tuple[int, ...]

    @property
    def pointer(self) -> str:
        """Return where the (first) line stands in the event."""
        return f"/data/material_actual/{self.positions[0]}"


def read_issued(event: Event, context: Context, found: Examination) -> Sequence[Issued]:
    """Total the lines per material, check material and unit of each, and sum up what it is worth.

    Lines whose material or unit cannot be read are findings and take no part in the totals; the
    amount is then unknown.
    """
    totals: dict[str, Issued] = {}
    worth: Decimal | None = ZERO
    for position, line in enumerate(event.data["material_actual"]):
        pointer = f"/data/material_actual/{position}"
        material_id = line["material_id"]
        lot_id = line.get("material_lot_id")
        material = check_material(material_id, lot_id, context, found, pointer)
        if material is None:
            worth = None
            continue
        check_lot(material, lot_id, found, pointer)
        value = in_unit(line["quantity"], material.unit, material, found, f"{pointer}/quantity")
        cost = money(value, material)
        worth = None if worth is None or cost is None else worth + cost
        if value is None:
            continue
        before = totals.get(material_id)
        if before is None:
            totals[material_id] = Issued(material, value, (position,))
        else:
            totals[material_id] = Issued(
                material, before.value + value, (*before.positions, position)
            )
    found.amount = worth
    return tuple(totals.values())
