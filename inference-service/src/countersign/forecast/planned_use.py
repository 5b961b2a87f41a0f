"""Planned use: what released orders still need of each component in an hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from countersign.forecast.base_unit import in_unit
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.progress import OrderProgress

UNPLANNED_HOURS = Decimal(24)
"""Over how long a need is spread whose order has no end planned, or should be over."""
SHORTEST_HOURS = Decimal(1)
ZERO = Decimal(0)


def planned_uses(
    orders: Iterable[ProductionOrder],
    done: Mapping[str, OrderProgress],
    materials: Mapping[str, Material],
    now: datetime,
) -> dict[str, Decimal]:
    """Return by material what is needed per hour, in its base unit.

    What an order still needs is spread evenly up to its planned end. Components whose unit cannot
    be told in the base unit are left out.
    """
    planned: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        hours = _hours_to_go(order, now)
        consumed = done[order.order_id].consumed if order.order_id in done else {}
        for name, needed in _needs(order, materials).items():
            left = needed - consumed.get(name, ZERO)
            if left > 0:
                planned[name] += left / hours
    return dict(planned)


def _needs(order: ProductionOrder, materials: Mapping[str, Material]) -> dict[str, Decimal]:
    needs: dict[str, Decimal] = defaultdict(Decimal)
    for component in order.components:
        material = materials.get(component.material_id)
        if material is None:
            continue
        told = in_unit(component.quantity, material.unit, material)
        if told is not None:
            needs[material.material_id] += told.value
    return needs


def _hours_to_go(order: ProductionOrder, now: datetime) -> Decimal:
    if order.planned_end_at is None or order.planned_end_at <= now:
        return UNPLANNED_HOURS
    seconds = Decimal(str((order.planned_end_at - now).total_seconds()))
    return max(seconds / 3600, SHORTEST_HOURS)
