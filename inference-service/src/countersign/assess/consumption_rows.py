"""Consumption rows: the feature row of one material, in the order of the consumption's task."""

from __future__ import annotations

import math

from countersign.assess import slips
from countersign.assess.examination import Examination
from countersign.assess.expected_use import PRIOR_DEVIATION, Need, output_of, usage_keys
from countersign.assess.history import ledger_line, outlook
from countersign.assess.issued import Issued
from countersign.assess.order_facts import capture_delay_hours, captured, round_digits
from countersign.nouns.event import Event
from countersign.nouns.order import ProductionOrder
from countersign.nouns.progress import ZERO
from countersign.plant.context import Context
from countersign.plant.units import is_count

UNKNOWN = math.nan
EXACT = 1e-6
"""Logarithmic distance below which a quantity is the standard itself."""


def feature_row(
    event: Event,
    context: Context,
    order: ProductionOrder,
    issued: Issued,
    need: Need,
    ratio: float,
    found: Examination,
) -> tuple[float, ...]:
    """Return the row; ``ratio`` is log(actual / expected), NaN stands for a missing fact."""
    material, ordered = issued.material, float(order.quantity.value)
    produced = float(need.produced)
    relative = ratio - need.usual.mean
    typed = event.data["material_actual"][issued.positions[0]]["quantity"]["quantity_string"]
    output = float(output_of(context, event.operation_id))
    scrapped = float(captured(context, event.operation_id).scrap_quantity)
    found.used.append(f"output {event.operation_id} {output} {scrapped}")
    price = UNKNOWN if material.price is None else float(material.price)
    return (
        ratio,
        need.usual.distance(ratio),
        need.usual.mean,
        need.usual.deviation,
        math.log1p(need.usual.bookings),
        _material_deviations(event, context, order, issued, ratio, found),
        *_over_the_order(event, context, order, issued, need, output),
        slips.nearest(relative, slips.DECIMAL_SLIPS)[1],
        slips.nearest(relative, slips.UNIT_SLIPS)[1],
        slips.nearest(relative, slips.DOUBLE_SLIPS)[1],
        1.0 if abs(ratio) < EXACT else 0.0,
        round_digits(typed),
        1.0 if is_count(material.unit) else 0.0,
        math.log1p(produced),
        produced / ordered,
        0.0 if context.progress.consumed.get(material.material_id) else 1.0,
        scrapped / output if output > 0 else UNKNOWN,
        float(len(event.data["material_actual"])),
        math.log1p(float(issued.value) * price),
        capture_delay_hours(event),
    )


def _material_deviations(
    event: Event,
    context: Context,
    order: ProductionOrder,
    issued: Issued,
    ratio: float,
    found: Examination,
) -> float:
    """Return how unusual the ratio is for the material, whatever it goes into."""
    material_id = issued.material.material_id
    _, key = usage_keys(event.site_id, order.material_id, material_id)
    statistic = context.statistic(key)
    found.used.append(ledger_line(key, statistic))
    return outlook(statistic, 0.0, PRIOR_DEVIATION).distance(ratio)


def _over_the_order(
    event: Event,
    context: Context,
    order: ProductionOrder,
    issued: Issued,
    need: Need,
    output: float,
) -> tuple[float, float]:
    """Return log(used / standard) over the order so far, and log(pieces declared / captured)."""
    material_id = issued.material.material_id
    covered = float(need.produced)
    if not need.before:
        covered += float(context.progress.consumed_for.get(material_id, ZERO))
    used = float(context.progress.consumed.get(material_id, ZERO) + issued.value)
    standard = float(need.whole) / float(order.quantity.value) * covered
    return (
        math.log(used / standard) if standard > 0 and used > 0 else UNKNOWN,
        math.log(covered / output) if output > 0 and covered > 0 else UNKNOWN,
    )
