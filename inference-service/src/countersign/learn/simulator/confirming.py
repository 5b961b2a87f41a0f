"""Confirming: the floor reports a stretch of work, with its own mistakes in pieces and times."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.lasting import lasting
from countersign.learn.simulator.output import Stretch
from countersign.learn.simulator.recording import Journal, mistyped, person_and_place
from countersign.learn.simulator.truth import DataObject, Recorded
from countersign.nouns.order import Material


class Confirmer:
    """Writes the production confirmations of a plant."""

    def __init__(
        self,
        materials: Mapping[str, Material],
        habits: Habits,
        journal: Journal,
        rng: np.random.Generator,
        seed: int,
    ) -> None:
        self._materials = materials
        self._habits = habits
        self._journal = journal
        self._rng = rng
        self._site_uses_hours = bool(lasting(seed, "hours").random() < 0.3)

    def confirm(self, stretch: Stretch, declared_scrap: int) -> Iterator[Recorded]:
        """Write a stretch down: once, or twice by mistake, and not always right."""
        rng, habits = self._rng, self._habits
        correct = self._data(stretch, declared_scrap)
        cause = _true_cause(stretch)
        written, is_double = correct, False
        if stretch.good and rng.random() < habits.output_errors:
            written, is_double = self._wrong_pieces(stretch, correct)
            if written is not correct:
                cause = "recording_error"
        elif rng.random() < habits.time_errors:
            written, cause = self._wrong_times(stretch, correct), "time_recording"
        yield self._write(stretch, written, cause, correct)
        if is_double:
            yield self._write(stretch, correct, "recording_error", None, minutes_later=3.0)

    def _write(
        self,
        stretch: Stretch,
        written: DataObject,
        cause: str,
        correct: DataObject | None,
        minutes_later: float = 0.0,
    ) -> Recorded:
        return self._journal.write(
            "production_confirmation",
            stretch.ended_at + timedelta(minutes=minutes_later),
            written,
            cause=cause,
            causes={stretch.order.material_id: cause},
            correct=correct,
        )

    def _data(self, stretch: Stretch, declared_scrap: int) -> DataObject:
        order, minutes = stretch.order, stretch.minutes
        unit = order.quantity.unit
        data: DataObject = {
            "site_id": order.site_id,
            "order_id": order.order_id,
            "operation_id": stretch.operation.operation_id,
            "confirmation": "final" if stretch.is_final else "partial",
            "yield_quantity": {"quantity_string": str(stretch.good), "unit_of_measure": unit},
            "actual_start_time": stretch.started_at.isoformat(timespec="seconds"),
            "actual_end_time": stretch.ended_at.isoformat(timespec="seconds"),
            "machine_time": self._time(minutes),
            "labor_time": self._time(minutes * float(self._rng.uniform(0.7, 1.1))),
        }
        person_and_place(data, stretch.person, stretch.machine)
        if declared_scrap:
            data["scrap_quantity"] = {
                "quantity_string": str(declared_scrap),
                "unit_of_measure": unit,
            }
        is_last = stretch.position == len(order.operations) - 1
        if is_last and stretch.good and self._materials[order.material_id].lot_managed:
            data["material_lot_id"] = f"L-{order.order_id}"
        return data

    def _time(self, minutes: float) -> dict[str, str]:
        if self._site_uses_hours:
            hours = Decimal(f"{max(minutes, 0.6) / 60.0:.2f}")
            return {"quantity_string": format(hours, "f"), "unit_of_measure": "HUR"}
        return {"quantity_string": str(max(round(minutes), 1)), "unit_of_measure": "MIN"}

    def _wrong_pieces(self, stretch: Stretch, correct: DataObject) -> tuple[DataObject, bool]:
        """Return the data with other pieces than were made, and whether it is written twice."""
        rest = int(stretch.order.quantity.value) - stretch.done_before
        typed, kind = mistyped(
            self._rng, float(stretch.good), whole=True, standard=float(max(rest, 1))
        )
        if kind == "double":
            return correct, True
        pieces = max(round(typed), 1)
        if pieces == stretch.good:
            return correct, False
        unit = stretch.order.quantity.unit
        written = {
            **correct,
            "yield_quantity": {"quantity_string": str(pieces), "unit_of_measure": unit},
        }
        if kind == "standard":
            written["confirmation"] = "final"
        return written, False

    def _wrong_times(self, stretch: Stretch, correct: DataObject) -> DataObject:
        """Return the data with a forgotten clock-out, the wrong unit of time, or a wrong digit."""
        rng = self._rng
        kind = rng.random()
        if kind < 0.5:
            forgotten = stretch.minutes + float(rng.lognormal(math.log(420.0), 0.6))
            end = stretch.started_at + timedelta(minutes=forgotten)
            return {
                **correct,
                "actual_end_time": end.isoformat(timespec="seconds"),
                "machine_time": self._time(forgotten),
                "labor_time": self._time(forgotten),
            }
        factor = 60.0 if kind < 0.75 else float(rng.choice((10.0, 0.1)))
        if kind < 0.75 and rng.random() < 0.5:
            factor = 1.0 / 60.0
        name = "machine_time" if rng.random() < 0.7 else "labor_time"
        written = float(Decimal(correct[name]["quantity_string"])) * factor
        text = format(Decimal(f"{max(written, 0.01):.2f}"), "f")
        unit = correct[name]["unit_of_measure"]
        return {**correct, name: {"quantity_string": text, "unit_of_measure": unit}}


def _true_cause(stretch: Stretch) -> str:
    if stretch.is_over and stretch.good:
        return "over_delivery"
    if stretch.is_short and stretch.is_final:
        return "under_delivery"
    return "disturbance" if stretch.is_disturbed else "normal"
