"""Confirmation rows: the feature row of a confirmation, in the order of its task."""

from __future__ import annotations

import math

from countersign.assess.confirmed_output import Output, previous_operation
from countersign.assess.confirmed_times import Times, standard_minutes
from countersign.assess.history import Outlook
from countersign.assess.order_facts import capture_delay_hours, captured, round_digits
from countersign.nouns.event import Event
from countersign.nouns.order import ProductionOrder
from countersign.plant.context import Context

UNKNOWN = math.nan
LOG_10 = math.log(10.0)
LOG_60 = math.log(60.0)


def feature_row(
    event: Event,
    context: Context,
    order: ProductionOrder,
    output: Output,
    times: Times,
    minutes: Outlook,
    scrap_deviations: float,
) -> tuple[float, ...]:
    """Return the row; NaN stands for a missing fact."""
    total = float(output.total)
    return (
        *_piece_features(event, context, order, output),
        round_digits(event.data["yield_quantity"]["quantity_string"]),
        float(output.scrap) / total if total else UNKNOWN,
        scrap_deviations,
        *_time_features(event, order, total, times, minutes),
        capture_delay_hours(event),
    )


def _piece_features(
    event: Event, context: Context, order: ProductionOrder, output: Output
) -> tuple[float, ...]:
    """Return what the pieces look like against order, operation before, and bookings before."""
    ordered, good = float(order.quantity.value) or UNKNOWN, float(output.good)
    done = captured(context, event.operation_id)
    before = float(done.yield_quantity)
    worked = before + good + float(done.scrap_quantity + output.scrap)
    return (
        good / ordered,
        (before + good) / ordered,
        _log_ratio(worked, _passed(context, order, event.operation_id)),
        1.0 if event.data["confirmation"] == "final" else 0.0,
        (ordered - worked) / ordered,
        1.0 if good and good == ordered - before else 0.0,
        _log_ratio(good, before / done.confirmations if done.confirmations else None),
        math.log1p(done.confirmations),
        0.0 if output.total else 1.0,
        math.log1p(good),
    )


def _time_features(
    event: Event, order: ProductionOrder, total: float, times: Times, minutes: Outlook
) -> tuple[float, ...]:
    """Return what the times look like against history, standard, and each other."""
    per_piece = math.log(times.run / total) if times.run and total else UNKNOWN
    gap = per_piece - minutes.mean
    standard = standard_minutes(order.operation(event.operation_id), total)
    return (
        gap / minutes.deviation,
        minutes.deviation,
        math.log1p(minutes.bookings),
        _log_ratio(times.run, standard),
        abs(abs(gap) - LOG_10),
        abs(abs(gap) - LOG_60),
        _log_ratio(times.machine, times.span),
        _log_ratio(times.labor, times.machine),
        math.log1p(times.span) if times.span is not None else UNKNOWN,
    )


def _passed(context: Context, order: ProductionOrder, operation_id: str) -> float | None:
    before = previous_operation(order, operation_id)
    return None if before is None else float(captured(context, before).yield_quantity)


def _log_ratio(value: float | None, base: float | None) -> float:
    return math.log(value / base) if value and base and value > 0 and base > 0 else UNKNOWN
