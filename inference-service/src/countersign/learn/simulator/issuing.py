"""Issuing: the floor reports what it took from the stores, line by line, with its own mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.output import Stretch
from countersign.learn.simulator.recording import (
    Journal,
    amount,
    mistyped,
    person_and_place,
    wrong_unit_factor,
)
from countersign.learn.simulator.truth import DataObject, Recorded
from countersign.learn.simulator.usage import Stores, TrueUse
from countersign.nouns.order import Component, Material

NATURAL_SHARE = 0.02
"""A cause that moves less than this (or than noise does) is no cause."""
ERROR_SHARE = 0.005
UNIT_ERROR_SHARE = 0.25
LATE_SHARE = 0.15
ISSUED_AFTER_MINUTES = 6.0


class _Line(NamedTuple):
    """One line as written and as it should have been; its cause."""

    written: dict[str, Any]
    correct: dict[str, Any]
    cause: str


class Issuer:
    """Writes the material consumptions of a plant."""

    def __init__(
        self,
        materials: Mapping[str, Material],
        storage_location: str,
        habits: Habits,
        stores: Stores,
        journal: Journal,
        rng: np.random.Generator,
    ) -> None:
        self._materials = materials
        self._storage_location = storage_location
        self._habits = habits
        self._stores = stores
        self._journal = journal
        self._rng = rng
        self._waiting: dict[tuple[str, str], tuple[int, int, bool]] = {}
        self._unbooked: dict[tuple[str, str], float] = {}

    def issue(self, stretch: Stretch, scrap: int, components: list[Component]) -> Recorded | None:
        """Write what was taken since the last issue; nothing while people wait to write."""
        key = (stretch.order.order_id, stretch.operation.operation_id)
        good, rejected, is_first = self._waiting.get(key, (0, 0, True))
        good, rejected = good + stretch.good, rejected + scrap
        self._waiting[key] = (good, rejected, is_first)
        if not good or not components:
            return None
        if not stretch.is_final and self._rng.random() < 0.35:
            return None
        self._waiting[key] = (0, 0, False)
        lines = [
            self._line(stretch, component, good, rejected, is_first) for component in components
        ]
        return self._write(stretch, lines, good)

    def _write(self, stretch: Stretch, lines: list[_Line], good: int) -> Recorded:
        order = stretch.order
        data: DataObject = {
            "site_id": order.site_id,
            "order_id": order.order_id,
            "operation_id": stretch.operation.operation_id,
        }
        person_and_place(data, stretch.person, stretch.machine)
        if self._rng.random() >= self._habits.undeclared_output:
            data["produced_quantity"] = {
                "quantity_string": str(good),
                "unit_of_measure": order.quantity.unit,
            }
        causes = {line.written["material_id"]: line.cause for line in lines}
        return self._journal.write(
            "material_consumption",
            stretch.ended_at + timedelta(minutes=ISSUED_AFTER_MINUTES),
            {**data, "material_actual": [line.written for line in lines]},
            cause=next((cause for cause in causes.values() if cause != "normal"), "normal"),
            causes=causes,
            correct={**data, "material_actual": [line.correct for line in lines]},
        )

    def _line(
        self, stretch: Stretch, component: Component, good: int, scrap: int, is_first: bool
    ) -> _Line:
        material = self._materials[component.material_id]
        use = self._stores.take(
            stretch.order,
            component,
            material,
            good=good,
            scrap=scrap,
            is_first=is_first,
            at=stretch.ended_at,
        )
        key = (stretch.order.order_id, material.material_id)
        carried = self._unbooked.pop(key, 0.0)
        written, is_unit_error = self._written(use, material, carried, key)
        cause = _largest(use, written - use.measured, is_unit_error)
        line: dict[str, Any] = {"material_id": material.material_id}
        if material.lot_managed:
            line["material_lot_id"] = f"B-{material.material_id}-{stretch.ended_at:%y%m}"
        if self._storage_location:
            line["storage_location"] = self._storage_location
        if self._rng.random() < self._habits.foreign_materials:
            line["material_id"] = self._foreign(stretch, material)
            line.pop("material_lot_id", None)
            cause = "substitution"
        return _Line(
            {**line, "quantity": amount(max(written, 0.0), material.unit)},
            {**line, "quantity": amount(use.measured, material.unit)},
            cause,
        )

    def _written(
        self, use: TrueUse, material: Material, carried: float, key: tuple[str, str]
    ) -> tuple[float, bool]:
        """Return what is written down, and whether the unit was mistaken."""
        rng = self._rng
        if rng.random() >= self._habits.usage_errors:
            return use.measured + carried, False
        kind = rng.random()
        if kind < UNIT_ERROR_SHARE:
            return use.measured * wrong_unit_factor(rng, material) + carried, True
        if kind < UNIT_ERROR_SHARE + LATE_SHARE:
            part = use.measured * float(rng.uniform(0.3, 0.9))
            part = float(round(part)) if material.unit == "C62" else part
            self._unbooked[key] = use.measured - part
            return part + carried, False
        whole = material.unit == "C62"
        typed, _ = mistyped(rng, use.measured, whole=whole, standard=use.standard)
        return typed + carried, False

    def _foreign(self, stretch: Stretch, material: Material) -> str:
        """Return a material of the same unit that is not in the bill of materials, if there is."""
        listed = {component.material_id for component in stretch.order.components}
        others = sorted(
            other.material_id
            for other in self._materials.values()
            if other.unit == material.unit
            and not other.lot_managed
            and other.material_id not in listed
            and other.material_id != stretch.order.material_id
        )
        return str(self._rng.choice(others)) if others else material.material_id


def _largest(use: TrueUse, error: float, is_unit_error: bool) -> str:
    """Return the largest contributor; below what is natural there is none."""
    floor = max(NATURAL_SHARE * use.standard, abs(use.noise))
    cause, part = max(use.by_cause.items(), key=lambda item: abs(item[1]))
    if abs(error) > ERROR_SHARE * use.standard and abs(error) >= max(abs(part), floor * 0.5):
        return "unit_of_measure" if is_unit_error else "recording_error"
    return cause if abs(part) > floor else "normal"
