"""Confirmed times: how long the confirmed work took, and whether the figures fit each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from countersign.assess.examination import Examination
from countersign.assess.history import ENOUGH_BOOKINGS, Outlook
from countersign.language.sayings import say
from countersign.nouns.order import Operation
from countersign.nouns.quantity import plain
from countersign.plant import units

PRIOR_DEVIATION = 1.0
"""Spread of log(minutes per piece) before any history; real shops show 1.5 within an operation."""
OUTLIER_DEVIATIONS = 3.5
STANDARD_FACTOR = 10.0
"""How far from the standard time a confirmation may be while there is no history."""
SPAN_TOLERANCE = 1.1
SPAN_SLACK_MINUTES = 10.0
MINUTES = "MIN"


class Times(NamedTuple):
    """The times of one confirmation in minutes; ``None`` where the event does not say."""

    setup: float | None
    machine: float | None
    labor: float | None
    span: float | None

    @property
    def run(self) -> float | None:
        """Return the time that the pieces took: of the machine, of people, or the span."""
        for minutes in (self.machine, self.labor, self.span):
            if minutes is not None and minutes > 0:
                return minutes
        return None


def read_times(data: Mapping[str, Any], found: Examination) -> Times:
    """Read the times of a confirmation; an end before its start is a finding, not a span."""
    return Times(
        _minutes(data, "setup_time", found),
        _minutes(data, "machine_time", found),
        _minutes(data, "labor_time", found),
        _span(data, found),
    )


def check_span(data: Mapping[str, Any], times: Times, found: Examination) -> None:
    """Check that the machine did not run longer than the operation lasted."""
    if times.span is None or times.machine is None:
        return
    if times.machine > times.span * SPAN_TOLERANCE + SPAN_SLACK_MINUTES:
        found.find(
            "review",
            "time_exceeds_span",
            "/data/machine_time",
            machine=f"{times.machine:.0f}",
            start=data["actual_start_time"],
            end=data["actual_end_time"],
            span=f"{times.span:.0f}",
        )


def check_usual(
    minutes: float, pieces: float, usual: Outlook, operation: Operation | None, found: Examination
) -> None:
    """Hold minutes per piece against history, or against the standard while history is short."""
    per_piece = math.log(minutes / pieces)
    if usual.bookings >= ENOUGH_BOOKINGS:
        if abs(usual.distance(per_piece)) > OUTLIER_DEVIATIONS:
            found.find(
                "review",
                "time_unusual.usual",
                "/data/machine_time",
                minutes=f"{minutes:.0f}",
                pieces=f"{pieces:g}",
                each=f"{minutes / pieces:.2f}",
                usual=f"{math.exp(usual.mean):.2f}",
                bookings=usual.bookings,
            )
        return
    standard = standard_minutes(operation, pieces)
    if standard and abs(math.log(minutes / standard)) > math.log(STANDARD_FACTOR):
        found.find(
            "review",
            "time_unusual.standard",
            "/data/machine_time",
            minutes=f"{minutes:.0f}",
            pieces=f"{pieces:g}",
            standard=f"{standard:.0f}",
        )


def standard_minutes(operation: Operation | None, pieces: float) -> float | None:
    """Return the standard minutes for some pieces, set-up left out; ``None`` without a standard."""
    if operation is None or operation.machine_minutes_per_piece <= 0:
        return None
    return float(operation.machine_minutes_per_piece) * pieces


def _minutes(data: Mapping[str, Any], name: str, found: Examination) -> float | None:
    quantity = data.get(name)
    if quantity is None:
        return None
    value = Decimal(quantity["quantity_string"])
    unit = quantity["unit_of_measure"]
    if unit == MINUTES:
        return float(value)
    try:
        up, down = units.factor(unit, MINUTES)
    except units.UnitError:
        found.find(
            "hold",
            "unit_not_convertible.time",
            f"/data/{name}/unit_of_measure",
            what=say(f"time.{name}"),
            value=plain(value),
            unit=unit,
        )
        return None
    return float(value * up / down)


def _span(data: Mapping[str, Any], found: Examination) -> float | None:
    start, end = data.get("actual_start_time"), data.get("actual_end_time")
    if start is None or end is None:
        return None
    minutes = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60.0
    if minutes < 0:
        found.find(
            "review",
            "end_before_start",
            "/data/actual_end_time",
            end=end,
            start=start,
        )
        return None
    return minutes
