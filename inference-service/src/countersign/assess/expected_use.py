"""Expected use: how much of a material an order should have taken for what it produced."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from countersign.assess.examination import Examination
from countersign.assess.history import WIDTH_DEVIATIONS, Outlook, ledger_line, outlook
from countersign.assess.order_facts import captured
from countersign.language.sayings import say
from countersign.nouns.assessment import Expectation
from countersign.nouns.event import Event
from countersign.nouns.order import Component, Material, ProductionOrder
from countersign.nouns.progress import ZERO
from countersign.nouns.quantity import Quantity, plain
from countersign.plant import units
from countersign.plant.context import Context

PRIOR_DEVIATION = 0.06
"""Spread of log(actual / expected) before any history; most materials stay within 20 %."""


class Need(NamedTuple):
    """What an order needs of one material.

    ``whole`` is for the whole order, ``expected`` for ``produced`` pieces, in the material's base
    unit; ``expected`` is ``None`` where nothing says how much was produced. Where the event does
    not declare it, all pieces captured so far count, and so does what was taken ``before``.
    ``allowance`` is what scrapped pieces may have taken on top of the good ones.
    """

    whole: Decimal
    produced: Decimal
    before: Decimal
    allowance: Decimal
    expected: Decimal | None
    usual: Outlook


def usage_keys(site_id: str, product_id: str, material_id: str) -> tuple[str, str]:
    """Return the statistics of log(actual / expected): for this product, and for all products."""
    return (
        f"usage/{site_id}/{product_id}/{material_id}",
        f"usage/{site_id}/{material_id}",
    )


def component_of(order: ProductionOrder, material: Material, operation_id: str) -> Decimal | None:
    """Return the whole need of a material in its base unit; ``None`` if it is no component.

    A material may be a component of several operations; those of the event's operation count, all
    of them where none names it.
    """
    lines = [line for line in order.components if line.material_id == material.material_id]
    here = [line for line in lines if line.operation_id == operation_id]
    if not lines:
        return None
    return sum((_in_base_unit(line, material) for line in here or lines), ZERO)


def declared_for(event: Event, context: Context, order: ProductionOrder) -> Decimal | None:
    """Return the pieces that the event says it consumed for, in the order's unit."""
    declared = event.data.get("produced_quantity")
    if declared is None:
        return None
    try:
        product = context.materials.get(order.material_id)
        return units.convert(Quantity.from_data(declared), order.quantity.unit, product).value
    except units.UnitError:
        return None


def output_of(context: Context, operation_id: str) -> Decimal:
    """Return all pieces an operation has worked on so far: good, scrapped and to be reworked."""
    done = captured(context, operation_id)
    return done.yield_quantity + done.scrap_quantity + done.rework_quantity


def expect(
    event: Event,
    context: Context,
    order: ProductionOrder,
    material: Material,
    whole: Decimal,
    found: Examination,
) -> Need:
    """Work out what the event should say for a material that needs ``whole`` for the order.

    Declared pieces are good ones; captured pieces are all that were worked on.
    """
    key, _ = usage_keys(event.site_id, order.material_id, material.material_id)
    statistic = context.statistic(key)
    usual = outlook(statistic, 0.0, PRIOR_DEVIATION)
    produced, before = declared_for(event, context, order), ZERO
    if produced is None:
        produced = output_of(context, event.operation_id)
        before = context.progress.consumed.get(material.material_id, ZERO)
    expected, allowance = None, ZERO
    if produced > 0 and order.quantity.value > 0 and whole > 0:
        expected = whole * produced / order.quantity.value
        if "produced_quantity" in event.data:
            scrapped = captured(context, event.operation_id).scrap_quantity
            allowance = whole * scrapped / order.quantity.value
    found.used.append(f"need {material.material_id} {whole} {produced} {before} {allowance}")
    found.used.append(ledger_line(key, statistic))
    return Need(whole, produced, before, allowance, expected, usual)


def interval(need: Need, expected: Decimal, unit: str) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest quantity of the event that is still usual.

    Counted units are rounded outwards: nobody issues half a screw.
    """
    reach = WIDTH_DEVIATIONS * need.usual.deviation
    low = max(expected * Decimal(math.exp(need.usual.mean - reach)) - need.before, ZERO)
    most = (expected + need.allowance) * Decimal(math.exp(need.usual.mean + reach))
    high = max(most - need.before, ZERO)
    if units.is_count(unit):
        return Decimal(math.floor(low)), Decimal(math.ceil(high))
    step = Decimal(1).scaleb(high.adjusted() - 2)
    return max(low.quantize(step), ZERO), high.quantize(step)


def expectation(
    need: Need,
    low: Decimal,
    high: Decimal,
    material: Material,
    order: ProductionOrder,
    pointer: str,
) -> Expectation:
    """Return the interval as an expectation of one line of the event."""
    words = in_words(need, low, high, material, order)
    text = say("about", subject=material.material_id, phrase=words)
    return Expectation(f"{pointer}/quantity", low, high, material.unit, text)


def in_words(
    need: Need, low: Decimal, high: Decimal, material: Material, order: ProductionOrder
) -> str:
    """Put the interval in words: ``expected 452–468 KGM for 480 C62, 37 past bookings``."""
    variant = "with_scrap" if need.allowance else ""
    if need.before:
        variant += "_after" if variant else "after"
    bookings = need.usual.bookings
    return say(
        f"expected.{variant}" if variant else "expected",
        low=plain(low),
        high=plain(high),
        unit=material.unit,
        produced=Quantity(need.produced, order.quantity.unit),
        before=plain(need.before),
        basis=say("basis.bookings", bookings=bookings) if bookings else say("basis.none"),
    )


def _in_base_unit(line: Component, material: Material) -> Decimal:
    """Return a component's quantity in base units; the ERP's own numbers always convert."""
    if line.quantity.unit == material.unit:
        return line.quantity.value
    return units.convert(line.quantity, material.unit, material).value
