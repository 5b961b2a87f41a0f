"""Production confirmation: did the operation really produce this, and take that long for it?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from countersign.assess.confirmation_rows import feature_row
from countersign.assess.confirmed_output import (
    Output,
    check_order_quantity,
    check_previous_operation,
    check_scrap,
    read_output,
)
from countersign.assess.confirmed_times import (
    PRIOR_DEVIATION,
    Times,
    check_span,
    check_usual,
    read_times,
    standard_minutes,
)
from countersign.assess.examination import Examination, Probabilities
from countersign.assess.history import ENOUGH_BOOKINGS, Outlook, ledger_line, outlook
from countersign.assess.order_facts import (
    captured,
    check_lot,
    check_material,
    check_order,
    money,
)
from countersign.assess.reasons import Phrase, against, late, near, share_of, strongest, times
from countersign.language.sayings import say
from countersign.model.task import TaskSpec
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment, Ranked
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.quantity import Quantity
from countersign.nouns.statistic import Observation
from countersign.plant.context import Context
from countersign.plant.units import convert, is_count

RULES_VERSION = "1"
PRIOR_SCRAP_SHARE = 0.0064
PRIOR_SCRAP_DEVIATION = 0.02
LOG_10 = math.log(10.0)

TASK = TaskSpec(
    name="production_confirmation",
    features=(
        "share_of_order",
        "share_after",
        "available_log",
        "is_final",
        "open_share_after",
        "is_exactly_the_rest",
        "repeat_log",
        "confirmation_count",
        "is_zero",
        "yield_log",
        "round_digits",
        "scrap_share",
        "scrap_deviations",
        "minutes_deviations",
        "usual_deviation",
        "usual_count",
        "standard_log",
        "tenfold_distance",
        "hour_distance",
        "machine_to_span_log",
        "labor_to_machine_log",
        "span_log",
        "capture_delay_hours",
    ),
    labels=(
        "normal",
        "recording_error",
        "time_recording",
        "disturbance",
        "over_delivery",
        "under_delivery",
    ),
    sound_labels=frozenset({"normal", "disturbance", "over_delivery", "under_delivery"}),
    target="cause",
)

PHRASES: Mapping[str, Phrase] = {
    "share_after": share_of("model.share_after"),
    "available_log": times("model.available"),
    "open_share_after": share_of("model.open_share"),
    "is_exactly_the_rest": lambda value: say("model.the_rest" if value else "model.not_the_rest"),
    "repeat_log": times("model.repeat"),
    "round_digits": lambda value: say("model.round_quantity", zeros=f"{value:.0f}"),
    "scrap_share": lambda value: say("model.scrap_share", share=f"{value:.1%}"),
    "minutes_deviations": lambda value: say(
        "model.slower" if value > 0 else "model.faster", deviations=f"{abs(value):.1f}"
    ),
    "standard_log": times("model.standard"),
    "tenfold_distance": near("near.tenfold_time"),
    "hour_distance": near("near.hours_for_minutes"),
    "machine_to_span_log": times("model.machine_to_span"),
    "labor_to_machine_log": times("model.labor_to_machine"),
    "capture_delay_hours": late,
}


class ProductionConfirmation:
    """The use case; stateless, so one instance serves every thread."""

    name = "production_confirmation"
    task = TASK
    rules_version = RULES_VERSION

    def material_ids(self, event: Event, order: ProductionOrder | None) -> tuple[str, ...]:
        """Return the order's product, and the material that the event names."""
        named = {event.data.get("material_id"), order.material_id if order else None}
        return tuple(sorted(name for name in named if name is not None))

    def statistic_keys(
        self, event: Event, order: ProductionOrder | None, materials: Mapping[str, Material]
    ) -> tuple[str, ...]:
        """Return the usual minutes per piece and the usual scrap share of the operation."""
        return () if order is None else _keys(event, order)

    def examine(self, event: Event, context: Context) -> Examination:
        """Check output and times against order, operations and history; lay out one row."""
        found = Examination()
        order = check_order(event, context, found)
        output = read_output(event, context, order, found)
        times = read_times(event.data, found)
        check_span(event.data, times, found)
        _check_zero(output, times, found)
        if order is None:
            return found
        _check_product(event, context, order, output, found)
        check_order_quantity(event, context, order, output, found)
        check_previous_operation(event, context, order, output, found)
        minutes, scrap = _usual(event, context, order, found)
        scrap_deviations = check_scrap(output, scrap, order.quantity.unit, found)
        if times.run is not None and output.total > 0:
            operation = order.operation(event.operation_id)
            check_usual(times.run, float(output.total), minutes, operation, found)
        _propose(event, context, order, output, times, minutes, found)
        found.rows.append(
            feature_row(event, context, order, output, times, minutes, scrap_deviations)
        )
        found.subjects.append(order.material_id)
        return found

    def conclude(
        self,
        event: Event,
        context: Context,
        examination: Examination,
        probabilities: Probabilities | None,
        model: Model | None,
    ) -> Assessment:
        """Rank the causes; the sound ones together are the confidence."""
        if probabilities is None or not len(probabilities):
            return examination.assessment(event, rules_version=RULES_VERSION, model=model)
        shares = probabilities[0].tolist()
        ranked = sorted(zip(shares, TASK.labels, strict=True), reverse=True)
        return examination.assessment(
            event,
            rules_version=RULES_VERSION,
            model=model,
            confidence=min(sum(shares[column] for column in TASK.sound_columns), 1.0),
            causes=tuple(Ranked(label, share) for share, label in ranked),
        )

    def explain(
        self, event: Event, context: Context, examination: Examination, model: Model | None
    ) -> tuple[str, ...]:
        """Say what the model holds against the booking."""
        if model is None or not examination.rows:
            return ()
        push = against(model.explain(examination.rows), TASK)[0]
        phrases = strongest(examination.rows[0], push, TASK.features, PHRASES)
        return tuple(f"{phrase[0].upper()}{phrase[1:]}." for phrase in phrases)

    def observations(self, event: Event, context: Context) -> tuple[Observation, ...]:
        """Teach minutes per piece (its logarithm, clipped) and the scrap share."""
        order = context.order
        if order is None:
            return ()
        scratch = Examination()
        total = read_output(event, context, order, scratch)
        if total.total <= 0:
            return ()
        minutes_key, scrap_key = _keys(event, order)
        minutes, scrap = _usual(event, context, order, scratch)
        share = float(total.scrap / total.total)
        learned = [Observation(scrap_key, value=scrap.clipped(share))]
        run = read_times(event.data, scratch).run
        if run is not None:
            per_piece = math.log(run / float(total.total))
            learned.append(Observation(minutes_key, value=minutes.clipped(per_piece)))
        return tuple(learned)

    def apply(self, event: Event, context: Context, sign: int) -> None:
        """Add the event's output to the operation's progress, or take it out with sign -1."""
        output = read_output(event, context, context.order, Examination())
        done = context.progress.operation(event.operation_id)
        done.yield_quantity += sign * output.good
        done.scrap_quantity += sign * output.scrap
        done.rework_quantity += sign * output.rework
        done.confirmations += sign
        if event.data["confirmation"] == "final":
            done.is_final = sign > 0


def _keys(event: Event, order: ProductionOrder) -> tuple[str, str]:
    where = f"{event.site_id}/{order.material_id}/{event.operation_id}"
    return f"minutes/{where}", f"scrap/{where}"


def _usual(
    event: Event, context: Context, order: ProductionOrder, found: Examination
) -> tuple[Outlook, Outlook]:
    """Return the outlook on log(minutes per piece) and on the scrap share."""
    minutes_key, scrap_key = _keys(event, order)
    minutes, scrap = context.statistic(minutes_key), context.statistic(scrap_key)
    found.used += (ledger_line(minutes_key, minutes), ledger_line(scrap_key, scrap))
    operation = order.operation(event.operation_id)
    standard = standard_minutes(operation, 1.0)
    prior = minutes.mean if standard is None else math.log(standard)
    return (
        outlook(minutes, prior, PRIOR_DEVIATION),
        outlook(scrap, PRIOR_SCRAP_SHARE, PRIOR_SCRAP_DEVIATION),
    )


def _check_zero(output: Output, times: Times, found: Examination) -> None:
    """A confirmation without pieces books time; without time either it books nothing."""
    if output.total:
        return
    if times.run is None and times.setup is None:
        found.find("review", "quantity_zero.confirmation", "/data/yield_quantity/quantity_string")
    else:
        found.find("info", "time_only", "/data/yield_quantity/quantity_string")


def _check_product(
    event: Event, context: Context, order: ProductionOrder, output: Output, found: Examination
) -> None:
    """Check the product, that the event names no other, and work out what the yield is worth."""
    named = event.data.get("material_id")
    if named is not None and named != order.material_id:
        found.find(
            "hold",
            "product_differs",
            "/data/material_id",
            order=order.order_id,
            product=order.material_id,
            named=named,
        )
    lot_id = event.data.get("material_lot_id")
    product = check_material(order.material_id, lot_id, context, found, "/data")
    if product is None:
        return
    if output.good > 0 and _is_last(order, event.operation_id):
        check_lot(product, lot_id, found, "/data")
    good = convert(Quantity(output.good, order.quantity.unit), product.unit, product)
    found.amount = money(good.value, product)


def _is_last(order: ProductionOrder, operation_id: str) -> bool:
    return not order.operations or order.operations[-1].operation_id == operation_id


def _propose(
    event: Event,
    context: Context,
    order: ProductionOrder,
    output: Output,
    times: Times,
    minutes: Outlook,
    found: Examination,
) -> None:
    """Propose the yield without a decimal slip, where both order and time then fit."""
    if times.run is None or minutes.bookings < ENOUGH_BOOKINGS or output.good <= 0:
        return
    given = Quantity.from_data(event.data["yield_quantity"])
    per_piece = math.log(times.run / float(output.total))
    if abs(minutes.distance(per_piece)) <= 2.0:
        return
    rest = order.quantity.value - captured(context, event.operation_id).yield_quantity
    for shift, slip in (
        (-1, "slip.one_digit_more"),
        (-2, "slip.two_digits_more"),
        (1, "slip.one_digit_less"),
    ):
        meant = given.value.scaleb(shift)
        fits_time = abs(minutes.distance(per_piece - shift * LOG_10)) <= 1.0
        whole = not is_count(given.unit) or meant % 1 == 0
        if not (fits_time and whole and output.good.scaleb(shift) <= rest):
            continue
        proposed = Quantity(meant, given.unit)
        found.find(
            "review",
            "decimal_slip.yield",
            "/data/yield_quantity/quantity_string",
            given=given,
            slip=say(slip),
            proposed=proposed,
        )
        corrected: dict[str, Any] = {**event.data, "yield_quantity": proposed.to_data()}
        found.correction = corrected
        return
