"""Scrapping: inspection reports rejects, one report per reason that people see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from countersign.learn.simulator.output import Stretch
from countersign.learn.simulator.recording import Journal, person_and_place
from countersign.learn.simulator.rejects import Inspection
from countersign.learn.simulator.truth import DataObject, Recorded

NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


class Scrapper:
    """Writes the scrap reports of a plant."""

    def __init__(
        self,
        inspection: Inspection,
        storage_location: str,
        started_at: datetime,
        journal: Journal,
        rng: np.random.Generator,
    ) -> None:
        self._inspection = inspection
        self._storage_location = storage_location
        self._started_at = started_at
        self._journal = journal
        self._rng = rng

    def report(self, stretch: Stretch) -> Iterator[Recorded]:
        """Write the rejects of a stretch down, one event per true reason."""
        order = stretch.order
        operation_id = stretch.operation.operation_id
        found = Counter(
            self._inspection.true_reason(order.material_id, operation_id, stretch.machine)
            for _ in range(stretch.scrap)
        )
        for minutes, (reason, pieces) in enumerate(sorted(found.items()), start=1):
            yield self._write(
                stretch, reason, pieces, stretch.ended_at + timedelta(minutes=minutes)
            )

    def _write(self, stretch: Stretch, reason: str, pieces: int, at: datetime) -> Recorded:
        inspection, order = self._inspection, stretch.order
        day = (at - self._started_at).days
        truly = inspection.recoded(reason, day) or reason
        is_night = at.hour in NIGHT_HOURS
        booked = inspection.booked_reason(reason, stretch.person, is_night)
        booked = inspection.recoded(booked, day)
        data: DataObject = {
            "site_id": order.site_id,
            "order_id": order.order_id,
            "operation_id": stretch.operation.operation_id,
            "material_id": order.material_id,
            "quantity": {"quantity_string": str(pieces), "unit_of_measure": order.quantity.unit},
        }
        person_and_place(data, stretch.person, stretch.machine)
        defect = inspection.defect_code(reason)
        if defect is not None:
            data["defect_code"] = defect
        if stretch.operation.cost_center and self._rng.random() < 0.5:
            data["cost_center"] = stretch.operation.cost_center
        if self._storage_location:
            data["storage_location"] = self._storage_location
        correct = {**data, "scrap_reason_code": truly}
        if booked is not None:
            data["scrap_reason_code"] = booked
        return self._journal.write(
            "scrap_report",
            at,
            data,
            cause="right_reason" if booked == truly else "wrong_reason",
            causes={"scrap_reason_code": truly},
            correct=correct,
            booked_cause=booked or "",
        )
