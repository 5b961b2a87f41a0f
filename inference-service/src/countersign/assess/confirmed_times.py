"""Confirmed times: how long the confirmed work took, and whether the figures fit each other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from countersign.assess.examination import Examination
from countersign.assess.history import ENOUGH_BOOKINGS, Outlook
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
            f"Machine time of {times.machine:.0f} minutes does not fit between "
            f"{data['actual_start_time']} and {data['actual_end_time']} "
            f"({times.span:.0f} minutes).",
            "/data/machine_time",
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
                "time_unusual",
                f"{minutes:.0f} minutes for {pieces:g} pieces is {minutes / pieces:.2f} per piece; "
                f"usual is {math.exp(usual.mean):.2f} ({usual.bookings} past bookings).",
                "/data/machine_time",
            )
        return
    standard = standard_minutes(operation, pieces)
    if standard and abs(math.log(minutes / standard)) > math.log(STANDARD_FACTOR):
        found.find(
            "review",
            "time_unusual",
            f"{minutes:.0f} minutes for {pieces:g} pieces; the standard is {standard:.0f}.",
            "/data/machine_time",
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
        words = name.replace("_", " ").capitalize()
        text = f"{words} is {plain(value)} {unit}; a time needs SEC, MIN, HUR or DAY."
        found.find("hold", "unit_not_convertible", text, f"/data/{name}/unit_of_measure")
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
            f"The work ended at {end}, before it started at {start}.",
            "/data/actual_end_time",
        )
        return None
    return minutes
