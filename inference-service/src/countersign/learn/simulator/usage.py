"""Usage: what a stretch of work truly takes of a material, and what each cause adds to it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.lasting import lasting
from countersign.nouns.order import Component, Material, ProductionOrder
from countersign.plant.units import is_count

DRIFT_PER_DAY = 0.006
LONGEST_LEAK_DAYS = 120.0
LAST_LEAK_DAY = 180.0


class TrueUse(NamedTuple):
    """What was taken, in base units, and the share of it that each cause is to blame for."""

    standard: float
    measured: float
    noise: float
    by_cause: dict[str, float]


class _Habit(NamedTuple):
    """What is lastingly so of a product's component: hidden error of the bill of materials."""

    bias: float
    spread: float


class _Leak(NamedTuple):
    """How much of a material disappears at most, from which day to which."""

    top: float
    begins: float
    ends: float


class Stores:
    """Issues materials; remembers hidden errors, thefts and days of substitution per material."""

    def __init__(
        self, habits: Habits, rng: np.random.Generator, seed: int, started_at: datetime
    ) -> None:
        self._seed = seed
        self._habits = habits
        self._rng = rng
        self._started_at = started_at
        self._components: dict[tuple[str, str, str], _Habit] = {}
        self._leaks: dict[str, _Leak] = {}
        self._substitutes: dict[tuple[str, int], tuple[float, float]] = {}

    def take(
        self,
        order: ProductionOrder,
        component: Component,
        material: Material,
        *,
        good: int,
        scrap: int,
        is_first: bool,
        at: datetime,
    ) -> TrueUse:
        """Take a material for some pieces; the standard is for the good ones alone."""
        rng, habits = self._rng, self._habits
        per_piece = float(component.quantity.value) / float(order.quantity.value)
        standard = per_piece * good
        counted = is_count(material.unit)
        habit = self._habit((order.material_id, material.material_id, f"{per_piece:.6g}"), counted)
        if counted:
            noise = float(rng.poisson(standard * habits.usage_spread * 0.3))
        else:
            noise = standard * math.expm1(habit.bias + float(rng.normal(0.0, habit.spread)))
            noise += standard * float(rng.normal(0.0, habits.scale_spread))
        by_cause = {
            "setup_waste": self._setup_waste(per_piece, good, is_first),
            "scrap": per_piece * scrap * float(rng.uniform(0.8, 1.5)),
            "substitution": standard * self._substitution(material.material_id, at),
            "shrinkage": standard * self._shrinkage(material.material_id, at),
        }
        if counted:
            by_cause = {cause: float(round(part)) for cause, part in by_cause.items()}
        return TrueUse(standard, standard + noise + sum(by_cause.values()), noise, by_cause)

    def _setup_waste(self, per_piece: float, good: int, is_first: bool) -> float:
        """Return what a set-up wastes: little each time, much when it goes wrong."""
        rng, habits = self._rng, self._habits
        is_troubled = rng.random() < habits.troubled_setups
        if not is_first and not is_troubled:
            return 0.0
        pieces = float(rng.exponential(habits.setup_waste_pieces)) if is_first else 0.0
        if is_troubled:
            pieces += float(rng.exponential(0.05 * good + 2.0))
        return per_piece * pieces

    def _substitution(self, material_id: str, at: datetime) -> float:
        """Return what a substitute needs more; on some days part of a material is substituted."""
        key = (material_id, at.toordinal() // 3)
        if key not in self._substitutes:
            rng = self._rng
            part = 0.0
            if rng.random() < self._habits.substitutions:
                part = float(rng.uniform(0.3, 1.0))
            self._substitutes[key] = (part, float(rng.uniform(0.0, 0.10)))
        part, extra = self._substitutes[key]
        return part * extra

    def _shrinkage(self, material_id: str, at: datetime) -> float:
        """Return what disappears: nothing for most materials, slowly more for a few, until found.

        Some leaks are there before the history begins, so that the date tells nothing.
        """
        if material_id not in self._leaks:
            rng, habits = lasting(self._seed, "leak", material_id), self._habits
            is_leaking = rng.random() < habits.shrinking_materials
            top = float(rng.uniform(0.02, habits.shrinkage_high)) if is_leaking else 0.0
            begins = float(rng.uniform(-LONGEST_LEAK_DAYS, LAST_LEAK_DAY))
            self._leaks[material_id] = _Leak(
                top, begins, begins + float(rng.uniform(40.0, LONGEST_LEAK_DAYS))
            )
        leak = self._leaks[material_id]
        day = (at - self._started_at) / timedelta(days=1)
        if not leak.begins <= day < leak.ends:
            return 0.0
        return min(leak.top, (day - leak.begins) * DRIFT_PER_DAY)

    def _habit(self, key: tuple[str, str, str], counted: bool) -> _Habit:
        """Return the hidden error; a new version of the bill of materials brings a new one."""
        if key not in self._components:
            rng, habits = lasting(self._seed, "usage", *key), self._habits
            spread = habits.usage_spread * float(rng.lognormal(0.0, 0.4))
            bias = 0.0 if counted else float(rng.normal(0.0, habits.bom_error_spread))
            self._components[key] = _Habit(bias, spread)
        return self._components[key]
