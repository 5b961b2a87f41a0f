"""Recording: how the floor writes down what it did, and how that goes wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.truth import DataObject, Recorded, Truth
from countersign.nouns.order import Material
from countersign.nouns.quantity import plain

CONVENIENT_CAUSES: Mapping[str, tuple[str, ...]] = {
    "production_confirmation": ("normal", "disturbance"),
    "material_consumption": ("normal", "scrap"),
}
"""What people say when they do not want to look closer, by use case."""
TYPES = {
    "production_confirmation": "countersign.production-confirmation.v1",
    "material_consumption": "countersign.material-consumption.v1",
    "scrap_report": "countersign.scrap-report.v1",
}


class Journal:
    """Writes envelopes: numbers the events, stamps when they were recorded, blurs the causes."""

    def __init__(self, site_id: str, habits: Habits, rng: np.random.Generator) -> None:
        self._site_id = site_id
        self._habits = habits
        self._rng = rng
        self._count = 0

    def write(
        self,
        use_case: str,
        at: datetime,
        written: DataObject,
        *,
        cause: str,
        causes: Mapping[str, str],
        correct: DataObject | None,
        booked_cause: str | None = None,
    ) -> Recorded:
        """Write one event; ``booked_cause`` is drawn unless it stands in the event itself."""
        rng, habits = self._rng, self._habits
        self._count += 1
        if rng.random() < habits.misaddressed and correct is not None:
            written = {**written, "order_id": f"{written['order_id']}0"}
            cause = "recording_error"
        body = {
            "specversion": "1.0",
            "id": f"{self._site_id}-{self._count:08d}",
            "source": f"/sites/{self._site_id}/gateways/simulated",
            "type": TYPES[use_case],
            "time": at.isoformat(timespec="milliseconds"),
            "recordedtime": (at + self._delay()).isoformat(timespec="milliseconds"),
            "subject": f"{written['order_id']}/{written['operation_id']}",
            "datacontenttype": "application/json",
            "data": written,
        }
        if booked_cause is None:
            booked_cause = self._blurred(use_case, cause)
        is_caught = bool(rng.random() < habits.caught)
        return Recorded(body, Truth(cause, booked_cause, causes, correct, is_caught))

    def _delay(self) -> timedelta:
        """Return the time between fact and record: a minute or so, now and then half a shift."""
        rng = self._rng
        if rng.random() < self._habits.late_records:
            return timedelta(hours=float(rng.uniform(0.5, 10.0)))
        return timedelta(minutes=float(rng.lognormal(0.0, 0.7)))

    def _blurred(self, use_case: str, cause: str) -> str:
        rng = self._rng
        if rng.random() < self._habits.wrong_reasons:
            return str(rng.choice(CONVENIENT_CAUSES[use_case]))
        return cause


def amount(value: float, unit: str) -> dict[str, str]:
    """Write a whole number of pieces, or a measured value to the half of a percent."""
    if unit == "C62" or value == 0:
        return {"quantity_string": str(round(value)), "unit_of_measure": unit}
    digits = min(max(2 - math.floor(math.log10(value)), 0), 6)
    text = plain(Decimal(f"{value:.{digits}f}"))
    return {"quantity_string": text, "unit_of_measure": unit}


def mistyped(
    rng: np.random.Generator, value: float, *, whole: bool, standard: float
) -> tuple[float, str]:
    """Return what a person types instead of a value, and the kind of error.

    Typing the standard removes variance instead of adding it, and is the commonest.
    """
    kind = str(
        rng.choice(("standard", "tenfold", "double", "transposed"), p=(0.42, 0.22, 0.16, 0.20))
    )
    if kind == "standard":
        return (round(standard) if whole else standard), kind
    if kind == "tenfold":
        shifted = value / 10.0 if rng.random() < 0.4 else value * 10.0
        return (max(round(shifted), 1) if whole else shifted), kind
    if kind == "double":
        return value * 2.0, kind
    return transposed(rng, value, whole), kind


def transposed(rng: np.random.Generator, value: float, whole: bool) -> float:
    """Swap two neighbouring digits of a number."""
    text = str(round(value)) if whole else f"{value:.4g}"
    spots = [
        spot
        for spot in range(len(text) - 1)
        if text[spot].isdigit() and text[spot + 1].isdigit() and text[spot] != text[spot + 1]
    ]
    if not spots or "e" in text:
        return value * 2.0
    spot = int(rng.choice(spots))
    return float(text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :])


def wrong_unit_factor(rng: np.random.Generator, material: Material) -> float:
    """Return by how much a number is off when it was meant in another unit of the material."""
    if material.conversions:
        pack = float(material.conversions[0][1])
        return pack if rng.random() < 0.5 else 1.0 / pack
    if material.unit == "C62":
        return float(rng.choice((12.0, 1 / 12.0, 10.0, 25.0, 1 / 25.0)))
    if material.unit == "KGM":
        return float(rng.choice((1000.0, 0.001, 2.2046, 0.4536), p=(0.35, 0.15, 0.3, 0.2)))
    return float(rng.choice((1000.0, 0.001, 100.0, 0.01)))


def person_and_place(data: dict[str, Any], person: str, machine: str) -> None:
    """Add who and where, as a terminal does by itself."""
    data["person_id"] = person
    data["equipment_id"] = machine
