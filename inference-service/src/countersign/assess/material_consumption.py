"""Material consumption: did the order really use what is about to be issued to it?

Expected = bill of materials per piece × produced quantity, corrected by what past bookings of the
same product and material used. What lies outside is explained by a cause: the model ranks them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from countersign.assess import slips
from countersign.assess.consumption_rows import feature_row
from countersign.assess.examination import Examination, Probabilities
from countersign.assess.expected_use import (
    Need,
    component_of,
    declared_for,
    expect,
    expectation,
    in_words,
    interval,
    usage_keys,
)
from countersign.assess.issued import Issued, read_issued
from countersign.assess.order_facts import (
    check_order,
    in_unit,
)
from countersign.assess.reasons import Phrase, against, late, near, strongest, times
from countersign.language.sayings import say
from countersign.model.task import TaskSpec
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment, Ranked
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.progress import ZERO
from countersign.nouns.quantity import Quantity, plain
from countersign.nouns.statistic import Observation
from countersign.plant.context import Context

RULES_VERSION = "1"
OVER_NEED_TOLERANCE = Decimal("0.15")
"""How much more than the order's whole need may be issued before a person looks."""

TASK = TaskSpec(
    name="material_consumption",
    features=(
        "log_ratio",
        "deviations",
        "usual_mean",
        "usual_deviation",
        "usual_count",
        "material_deviations",
        "cumulative_log_ratio",
        "declared_for_output",
        "decimal_distance",
        "unit_distance",
        "double_distance",
        "exactly_standard",
        "round_digits",
        "is_counted",
        "produced_log",
        "share_of_order",
        "is_first_issue",
        "scrap_share",
        "line_count",
        "value_log",
        "capture_delay_hours",
    ),
    labels=(
        "normal",
        "recording_error",
        "unit_of_measure",
        "setup_waste",
        "scrap",
        "substitution",
        "shrinkage",
    ),
    sound_labels=frozenset({"normal", "setup_waste", "scrap"}),
    target="cause",
)
PHRASES: Mapping[str, Phrase] = {
    "log_ratio": times("model.ratio"),
    "deviations": lambda value: say("model.deviations", deviations=f"{abs(value):.1f}"),
    "material_deviations": lambda value: say(
        "model.material_deviations", deviations=f"{abs(value):.1f}"
    ),
    "cumulative_log_ratio": times("model.ratio_so_far"),
    "declared_for_output": times("model.declared"),
    "decimal_distance": near("near.shifted_point"),
    "unit_distance": near("near.wrong_unit"),
    "double_distance": near("near.twice"),
    "exactly_standard": lambda value: say("model.is_standard" if value else "model.not_standard"),
    "round_digits": lambda value: say("model.round_number", zeros=f"{value:.0f}"),
    "is_first_issue": lambda value: say("model.first_issue" if value else "model.later_issue"),
    "scrap_share": lambda value: say("model.order_scrap", share=f"{value:.1%}"),
    "capture_delay_hours": late,
}


class MaterialConsumption:
    """The use case; stateless, so one instance serves every thread."""

    name = "material_consumption"
    task = TASK
    rules_version = RULES_VERSION

    def material_ids(self, event: Event, order: ProductionOrder | None) -> tuple[str, ...]:
        """Return the materials of the lines, and the order's product for its units."""
        named = _named(event)
        if order is not None:
            named.add(order.material_id)
        return tuple(sorted(named))

    def statistic_keys(
        self, event: Event, order: ProductionOrder | None, materials: Mapping[str, Material]
    ) -> tuple[str, ...]:
        """Return the usual usage of each material, for this product and for all products."""
        if order is None:
            return ()
        return tuple(
            key
            for material_id in sorted(_named(event))
            if material_id in materials
            for key in usage_keys(event.site_id, order.material_id, material_id)
        )

    def examine(self, event: Event, context: Context) -> Examination:
        """Check the facts of every line and lay out one feature row per material."""
        found = Examination()
        order = check_order(event, context, found)
        if order is not None and "produced_quantity" in event.data:
            product = context.materials.get(order.material_id)
            declared = event.data["produced_quantity"]
            in_unit(declared, order.quantity.unit, product, found, "/data/produced_quantity")
        for issued in read_issued(event, context, found):
            if issued.value == 0:
                where = f"{issued.pointer}/quantity"
                material_id = issued.material.material_id
                found.find("review", "quantity_zero.material", where, material=material_id)
            if order is not None:
                _examine_material(event, context, order, issued, found)
        return found

    def conclude(
        self,
        event: Event,
        context: Context,
        examination: Examination,
        probabilities: Probabilities | None,
        model: Model | None,
    ) -> Assessment:
        """Rank the causes of the least certain material; it decides for the whole event."""
        if probabilities is None or not len(probabilities):
            return examination.assessment(event, rules_version=RULES_VERSION, model=model)
        sound = probabilities[:, TASK.sound_columns].sum(axis=1)
        worst = int(sound.argmin())
        subject = examination.subjects[worst]
        ranked = sorted(zip(probabilities[worst].tolist(), TASK.labels, strict=True), reverse=True)
        return examination.assessment(
            event,
            rules_version=RULES_VERSION,
            model=model,
            confidence=min(float(sound[worst]), 1.0),
            causes=tuple(Ranked(label, share, subject) for share, label in ranked),
        )

    def explain(
        self, event: Event, context: Context, examination: Examination, model: Model | None
    ) -> tuple[str, ...]:
        """Say per material what was expected, and what the model holds against the booking."""
        said = [expected.text for expected in examination.expectations]
        if model is not None and examination.rows:
            pushes = against(model.explain(examination.rows), TASK)
            for subject, row, push in zip(
                examination.subjects, examination.rows, pushes, strict=True
            ):
                phrases = strongest(row, push, TASK.features, PHRASES)
                said += [say("about", subject=subject, phrase=phrase) for phrase in phrases]
        return tuple(said)

    def observations(self, event: Event, context: Context) -> tuple[Observation, ...]:
        """Teach the usual usage of each material; a wild value is clipped to what is usual.

        Only events that declare what they were for teach: others cannot be told apart from the
        rest of the order.
        """
        order = context.order
        if order is None or declared_for(event, context, order) is None:
            return ()
        scratch = Examination()
        learned: list[Observation] = []
        for issued in read_issued(event, context, scratch):
            whole = component_of(order, issued.material, event.operation_id)
            if whole is None or issued.value <= 0:
                continue
            need = expect(event, context, order, issued.material, whole, scratch)
            if need.expected is None:
                continue
            ratio = need.usual.clipped(math.log(issued.value / need.expected))
            keys = usage_keys(event.site_id, order.material_id, issued.material.material_id)
            learned += [Observation(key, value=ratio) for key in keys]
        return tuple(learned)

    def apply(self, event: Event, context: Context, sign: int) -> None:
        """Add the event's consumption to the order's progress, or take it out with sign -1."""
        progress, order = context.progress, context.order
        made = None if order is None else declared_for(event, context, order)
        for issued in read_issued(event, context, Examination()):
            key = issued.material.material_id
            progress.consumed[key] = progress.consumed.get(key, ZERO) + sign * issued.value
            if made is not None:
                before = progress.consumed_for.get(key, ZERO)
                progress.consumed_for[key] = before + sign * made


def _named(event: Event) -> set[str]:
    return {line["material_id"] for line in event.data["material_actual"]}


def _examine_material(
    event: Event, context: Context, order: ProductionOrder, issued: Issued, found: Examination
) -> None:
    """Judge one material: part of the order, within its need, within what is usual."""
    material = issued.material
    whole = component_of(order, material, event.operation_id)
    if whole is None:
        if order.components:
            found.find(
                "review",
                "not_in_bom.substitute",
                f"{issued.pointer}/material_id",
                material=material.material_id,
                order=order.order_id,
            )
        return
    need = expect(event, context, order, material, whole, found)
    consumed = context.progress.consumed.get(material.material_id, ZERO)
    found.used.append(f"consumed {material.material_id} {consumed}")
    total = consumed + issued.value
    if total > whole * (1 + OVER_NEED_TOLERANCE):
        found.find(
            "review",
            "over_order_need",
            f"{issued.pointer}/quantity",
            total=plain(total),
            unit=material.unit,
            material=material.material_id,
            need=plain(whole),
        )
    if need.expected is None or issued.value <= 0:
        return
    ratio = math.log((need.before + issued.value) / need.expected)
    _compare(order, issued, need, need.expected, ratio, found)
    _propose(event, issued, need, ratio, found)
    found.rows.append(feature_row(event, context, order, issued, need, ratio, found))
    found.subjects.append(material.material_id)


def _compare(
    order: ProductionOrder,
    issued: Issued,
    need: Need,
    expected: Decimal,
    ratio: float,
    found: Examination,
) -> None:
    """Hold the quantity against the interval of what is usual."""
    material = issued.material
    low, high = interval(need, expected, material.unit)
    said = expectation(need, low, high, material, order, issued.pointer)
    found.expectations.append(said)
    if low <= issued.value <= high:
        return
    found.find(
        "review",
        "quantity_unexpected",
        f"{issued.pointer}/quantity",
        value=plain(issued.value),
        unit=material.unit,
        material=material.material_id,
        times=f"{math.exp(ratio):.2f}",
        expected=in_words(need, low, high, material, order),
    )


def _propose(event: Event, issued: Issued, need: Need, ratio: float, found: Examination) -> None:
    """Name the slip that explains the quantity, and propose the event without it."""
    slip = None if need.before else slips.suspect(ratio, need.usual)
    if slip is None:
        return
    position = issued.positions[0]
    line = event.data["material_actual"][position]
    given = Quantity.from_data(line["quantity"])
    meant = slips.without(given.value, slip, given.unit)
    found.find(
        "review",
        "slip",
        f"{issued.pointer}/quantity",
        code=slip.code,
        given=given,
        material=issued.material.material_id,
        slip=say(slip.saying),
        meant=Quantity(meant, given.unit),
    )
    if len(issued.positions) > 1 or meant <= 0:
        return
    corrected: dict[str, Any] = dict(found.correction or event.data)
    lines = list(corrected["material_actual"])
    lines[position] = {**line, "quantity": Quantity(meant, given.unit).to_data()}
    corrected["material_actual"] = lines
    found.correction = corrected
