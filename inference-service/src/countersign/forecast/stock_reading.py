"""A reading of stock: what lies of each component now, and what the hour before came to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import Row

from countersign.forecast.base_unit import in_unit
from countersign.nouns.order import Material
from countersign.nouns.quantity import Quantity
from countersign.store.stock_hours import ClosedHour, OpenedHour

HOUR = timedelta(hours=1)
ZERO = Decimal(0)


class Level(Protocol):
    """How much of a material lies at a storage location."""

    @property
    def material_id(self) -> str:
        """The material."""

    @property
    def storage_location(self) -> str:
        """Where it lies."""

    @property
    def quantity(self) -> Decimal:
        """How much, in ``unit``."""

    @property
    def unit(self) -> str:
        """Its unit."""


class StockReading:
    """The stock of components at one moment, beside their last hours and what was captured since.

    ``before`` is the newest hour known of each component, ``lines`` are those of the consumptions
    captured since the last reading.
    """

    def __init__(
        self,
        materials: Mapping[str, Material],
        levels: Sequence[Level],
        before: Mapping[str, Row[Any]],
        lines: Iterable[Mapping[str, Any]],
    ) -> None:
        self._materials = materials
        self._before = before
        self._used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self._named: dict[str, Counter[str]] = defaultdict(Counter)
        self._levels: dict[str, list[Level]] = defaultdict(list)
        for level in levels:
            self._levels[level.material_id].append(level)
        for line in lines:
            self._count(line)

    def begin(
        self, hour_start: datetime, now: datetime, planned: Mapping[str, Decimal]
    ) -> list[OpenedHour]:
        """Return the hour that begins, for every component whose stock can be told."""
        opened = []
        for name, material in sorted(self._materials.items()):
            place = self._place(name)
            stock = self._stock(material, place)
            if stock is not None:
                use = planned.get(name, ZERO)
                opened.append(OpenedHour(hour_start, name, place, material.unit, now, stock, use))
        return opened

    def end(self, hour_start: datetime, now: datetime) -> list[ClosedHour]:
        """Return what an hour came to: what was used, and what must have been brought.

        Where the stock fell by more than anybody captured, that was used as well.
        """
        closed = []
        for name, row in sorted(self._before.items()):
            material = self._materials.get(name)
            if row.hour_start != hour_start or material is None or material.unit != row.unit:
                continue
            stock = self._stock(material, row.storage_location)
            if stock is None:
                continue
            fallen = Decimal(row.opening_quantity) - stock
            used = max(self._captured(name, row.storage_location), fallen)
            closed.append(ClosedHour(hour_start, name, now, stock, used, used - fallen))
        return closed

    def _count(self, line: Mapping[str, Any]) -> None:
        material = self._materials.get(line["material_id"])
        if material is None:
            return
        told = in_unit(Quantity.from_data(line["quantity"]), material.unit, material)
        if told is None:
            return
        place = line.get("storage_location") or ""
        self._used[material.material_id, place] += told.value
        if place:
            self._named[material.material_id][place] += 1

    def _captured(self, name: str, place: str) -> Decimal:
        """Sum up what was captured of a component at a place, or without saying where."""
        return sum(
            (
                quantity
                for (taken, at), quantity in self._used.items()
                if taken == name and (not place or at in ("", place))
            ),
            ZERO,
        )

    def _place(self, name: str) -> str:
        """Return where the line takes a component from; empty where nobody can tell."""
        if name in self._named:
            return self._named[name].most_common(1)[0][0]
        if name in self._before and self._before[name].storage_location:
            return str(self._before[name].storage_location)
        places = {level.storage_location for level in self._levels[name]}
        return places.pop() if len(places) == 1 else ""

    def _stock(self, material: Material, place: str) -> Decimal | None:
        """Sum up what lies at a place, ``None`` where a unit cannot be told in the base unit."""
        total = ZERO
        for level in self._levels[material.material_id]:
            if place and level.storage_location != place:
                continue
            told = in_unit(Quantity(level.quantity, level.unit), material.unit, material)
            if told is None:
                return None
            total += told.value
        return total
