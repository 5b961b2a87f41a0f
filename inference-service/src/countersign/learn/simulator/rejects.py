"""Rejects: why pieces are truly scrapped, what inspection sees, and what people book."""

from __future__ import annotations

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.lasting import lasting
from countersign.learn.simulator.plant import PlantDescription

MONTH_DAYS = 30
DEFECT_CODES = 6
"""Fewer than reasons: a defect code never gives the reason away."""


class Inspection:
    """Finds rejects; reasons depend on product, operation, machine and the order's bad luck."""

    def __init__(
        self, plant: PlantDescription, habits: Habits, rng: np.random.Generator, seed: int
    ) -> None:
        self._seed = seed
        self._habits = habits
        self._rng = rng
        self.reasons = plant.scrap_reasons
        self._convenient = plant.scrap_reasons[:2]
        self._by_product: dict[tuple[str, str], np.ndarray] = {}
        self._by_machine: dict[str, np.ndarray] = {}
        chance = lasting(seed, "inspection")
        self._defects = chance.integers(0, DEFECT_CODES, len(self.reasons))
        self._recoded_month = int(chance.integers(2, 6))
        self._recoding_empties = bool(chance.random() < 0.5)
        self._care: dict[str, float] = {}

    def true_reason(self, product_id: str, operation_id: str, machine: str) -> str:
        """Draw why pieces were scrapped."""
        weights = self._product(product_id, operation_id) * self._machine(machine)
        return str(self._rng.choice(self.reasons, p=weights / weights.sum()))

    def defect_code(self, reason: str) -> str | None:
        """Return what inspection wrote down: mostly nothing, else a symptom of the reason."""
        rng = self._rng
        if rng.random() >= self._habits.named_defects:
            return None
        symptom = int(self._defects[self.reasons.index(reason)])
        if rng.random() < 0.25:
            symptom = int(rng.integers(0, DEFECT_CODES))
        return f"F{symptom + 1:02d}"

    def booked_reason(self, reason: str, person: str, is_night: bool) -> str | None:
        """Return what a person books: mostly the truth, else what is convenient or nothing."""
        rng, habits = self._rng, self._habits
        if rng.random() < habits.missing_reasons:
            return None
        wrong = habits.wrong_reasons * self._carelessness(person) * (1.2 if is_night else 0.95)
        if rng.random() >= min(wrong, 0.6):
            return reason
        if rng.random() < 0.7:
            return str(rng.choice(self._convenient))
        return str(rng.choice(self.reasons))

    def recoded(self, reason: str | None, day: int) -> str | None:
        """Return a code as the ERP carries it that day: for one month codes change or vanish."""
        if reason is None or day // MONTH_DAYS != self._recoded_month:
            return reason
        return None if self._recoding_empties else reason.lstrip("0") or reason

    def _product(self, product_id: str, operation_id: str) -> np.ndarray:
        key = (product_id, operation_id)
        if key not in self._by_product:
            chance = lasting(self._seed, "reasons", *key)
            self._by_product[key] = chance.dirichlet(np.full(len(self.reasons), 0.4)) + 0.01
        return self._by_product[key]

    def _machine(self, machine: str) -> np.ndarray:
        if machine not in self._by_machine:
            chance = lasting(self._seed, "machine", machine)
            self._by_machine[machine] = chance.lognormal(0.0, 1.0, len(self.reasons))
        return self._by_machine[machine]

    def _carelessness(self, person: str) -> float:
        if person not in self._care:
            self._care[person] = float(lasting(self._seed, "care", person).gamma(4.0, 0.25))
        return self._care[person]
