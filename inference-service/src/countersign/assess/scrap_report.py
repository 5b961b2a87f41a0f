"""Scrap report: is this much scrap possible, and is it booked under the right reason?

Reasons are the plant's own, so they are not classified but ranked: each candidate from the history
gets a row, and the model says how likely it is the true one. A model trained at one plant
therefore works at another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

from countersign.assess.examination import Examination, Probabilities
from countersign.assess.order_facts import (
    captured,
    check_lot,
    check_material,
    check_order,
    in_unit,
    money,
)
from countersign.assess.reasons import Phrase, against, share_of, strongest
from countersign.assess.scrap_history import (
    ScrapHistory,
    cost_center_of,
    labels_of,
    note,
    read_history,
    scrap_keys,
    teach,
)
from countersign.assess.scrap_rows import lay_out
from countersign.language.sayings import say
from countersign.model.pictures import encoder_of, places_of
from countersign.model.task import TaskSpec
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment, Ranked
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.quantity import Quantity, plain
from countersign.nouns.statistic import Observation
from countersign.plant.context import Context
from countersign.plant.units import UnitError, convert, is_count

RULES_VERSION = "1"
SCRAP_SHARE_LIMIT = Decimal("0.2")
"""Share of the order in scrap from which a person looks, whatever the history says."""
SURE_ENOUGH = 0.6
"""Probability from which another reason is proposed instead of the booked one."""
ENOUGH_REPORTS = 30
"""From how many reports on a reason that never occurred is worth a remark."""
UNKNOWN = math.nan

TASK = TaskSpec(
    name="scrap_report",
    features=(
        "is_booked",
        "share_product",
        "share_operation",
        "share_equipment",
        "share_defect",
        "share_site",
        "agreement",
        "lead_product",
        "lead_defect",
        "lead_agreement",
        "booked_agreement",
        "product_count_log",
        "equipment_count_log",
        "defect_count_log",
        "has_defect_code",
        "candidate_count",
        "quantity_log",
        "scrap_share",
    ),
    labels=("other", "true_reason"),
    sound_labels=frozenset({"true_reason"}),
    target="is_true_reason",
)
TRUE_REASON = TASK.labels.index("true_reason")

PHRASES: Mapping[str, Phrase] = {
    "share_product": share_of("model.share_product"),
    "share_operation": share_of("model.share_operation"),
    "share_equipment": share_of("model.share_equipment"),
    "share_defect": share_of("model.share_defect"),
    "share_site": share_of("model.share_site"),
    "lead_agreement": lambda value: say(
        "model.more_likely" if value > 0 else "model.less_likely",
        times=f"{math.exp(abs(value)):.1f}",
    ),
    "scrap_share": lambda value: say("model.order_scrapped", share=f"{value:.1%}"),
}


class ScrapReport:
    """The use case; stateless, so one instance serves every thread."""

    name = "scrap_report"
    task = TASK
    rules_version = RULES_VERSION

    def material_ids(self, event: Event, order: ProductionOrder | None) -> tuple[str, ...]:
        """Return the scrapped material, and the order's product for its units."""
        named = {event.data["material_id"]}
        if order is not None:
            named.add(order.material_id)
        return tuple(sorted(named))

    def statistic_keys(
        self, event: Event, order: ProductionOrder | None, materials: Mapping[str, Material]
    ) -> tuple[str, ...]:
        """Return the counts of booked reasons and cost centres around the event."""
        return scrap_keys(event, order)

    def examine(self, event: Event, context: Context) -> Examination:
        """Check quantity, material and reason; lay out one row per candidate reason."""
        found = Examination()
        order = check_order(event, context, found)
        data = event.data
        lot_id = data.get("material_lot_id")
        material = check_material(data["material_id"], lot_id, context, found, "/data")
        scrap = Decimal(data["quantity"]["quantity_string"])
        if material is not None:
            check_lot(material, lot_id, found, "/data")
            _check_fraction(scrap, data["quantity"]["unit_of_measure"], found)
            value = in_unit(data["quantity"], material.unit, material, found, "/data/quantity")
            found.amount = money(value, material)
        if scrap == 0:
            found.find("review", "quantity_zero.scrap", "/data/quantity/quantity_string")
        scrap_share = UNKNOWN
        if order is not None:
            scrap_share = _check_quantity(event, context, order, found)
        history = read_history(event, context)
        note(event, context, history, found)
        _note_picture(context, found)
        _check_reason(data.get("scrap_reason_code"), history, found)
        lay_out(data, history, scrap, scrap_share, found)
        return found

    def conclude(
        self,
        event: Event,
        context: Context,
        examination: Examination,
        probabilities: Probabilities | None,
        model: Model | None,
    ) -> Assessment:
        """Rank reasons and cost centres; the booked reason's probability is the confidence.

        Without a model the ranking comes from counting alone and there is no confidence.
        """
        history = read_history(event, context)
        booked = event.data.get("scrap_reason_code")
        confidence = None
        if probabilities is None:
            reasons = tuple(Ranked(label, part) for label, part in history.ranked())
        else:
            _note_use(examination, model)
            reasons, confidence = _rank(examination.subjects, probabilities, booked)
            _propose(event, reasons, booked, examination)
        suggestions = {
            "scrap_reason_code": reasons,
            "cost_center": _cost_centers(event, context.order, history),
        }
        return examination.assessment(
            event,
            rules_version=RULES_VERSION,
            model=model,
            confidence=confidence,
            suggestions=suggestions,
        )

    def explain(
        self, event: Event, context: Context, examination: Examination, model: Model | None
    ) -> tuple[str, ...]:
        """Say what speaks against the booked reason."""
        booked = event.data.get("scrap_reason_code")
        if model is None or booked not in examination.subjects:
            return ()
        rows = model.complete(examination.rows, examination.subjects, examination.picture)
        row = rows[examination.subjects.index(booked)]
        push = against(model.explain([row]), TASK)[0]
        phrases = strongest(row.tolist(), push, model.task.features, _phrases(model))
        return tuple(say("about.reason", reason=booked, phrase=phrase) for phrase in phrases)

    def observations(self, event: Event, context: Context) -> tuple[Observation, ...]:
        """Teach reason and cost centre."""
        return teach(event, context.order)

    def apply(self, event: Event, context: Context, sign: int) -> None:
        """Add scrapped product to the operation's progress, or take it out with sign -1.

        Scrapped components are no output of the operation and change nothing.
        """
        order = context.order
        if order is None or event.data["material_id"] != order.material_id:
            return
        scrap = _product_quantity(event, context, order)
        if scrap is not None:
            context.progress.operation(event.operation_id).scrap_quantity += sign * scrap


def _product_quantity(event: Event, context: Context, order: ProductionOrder) -> Decimal | None:
    """Return the scrapped product in the order's unit; ``None`` where that cannot be told."""
    given = Quantity.from_data(event.data["quantity"])
    try:
        product = context.materials.get(order.material_id)
        return convert(given, order.quantity.unit, product).value
    except UnitError:
        return None


def _note_picture(context: Context, found: Examination) -> None:
    """Keep what an encoder saw; a picture belongs to the event, so it is no fact that changes."""
    picture = context.picture
    if picture is None:
        return
    found.picture = picture
    found.facts["picture"] = picture.unread or f"read by {picture.encoder}"


def _note_use(found: Examination, model: Model | None) -> None:
    """Note that a picture was read for nothing: the model has no places for this encoder's."""
    picture = found.picture
    if picture is None or picture.unread or model is None:
        return
    if encoder_of(model.task) != picture.encoder:
        found.facts["picture"] += f", not used: model {model.version} was trained without it"


def _phrases(model: Model) -> Mapping[str, Phrase]:
    """Return the phrases for what a model reads; its encoder is known only now."""
    encoder = encoder_of(model.task)
    if encoder is None:
        return PHRASES
    likeness, lead = places_of(encoder, 0)
    return {
        **PHRASES,
        likeness: lambda value: say("model.picture_unlike") if value < 0 else "",
        lead: lambda value: say("model.picture_of_another") if value < 0 else "",
    }


def _check_fraction(scrap: Decimal, unit: str, found: Examination) -> None:
    if is_count(unit) and scrap % 1:
        where = "/data/quantity/quantity_string"
        found.find("review", "fractional_pieces", where, value=plain(scrap), unit=unit)


def _check_quantity(
    event: Event, context: Context, order: ProductionOrder, found: Examination
) -> float:
    """Hold scrapped product against the order; return its share of the order."""
    material_id = event.data["material_id"]
    if material_id != order.material_id:
        if order.components and all(c.material_id != material_id for c in order.components):
            facts = {"material": material_id, "order": order.order_id}
            found.find("review", "not_in_bom.scrap", "/data/material_id", **facts)
        return UNKNOWN
    scrap = _product_quantity(event, context, order)
    if scrap is None or order.quantity.value <= 0:
        return UNKNOWN
    done = captured(context, event.operation_id)
    found.used.append(f"scrapped {event.operation_id} {done.scrap_quantity}")
    total = done.scrap_quantity + scrap
    if total > order.quantity.value * SCRAP_SHARE_LIMIT and total > 1:
        found.find(
            "review",
            "scrap_unusual.order",
            "/data/quantity/quantity_string",
            total=plain(total),
            ordered=order.quantity,
            operation=event.operation_id,
        )
    return float(total / order.quantity.value)


def _check_reason(booked: str | None, history: ScrapHistory, found: Examination) -> None:
    if booked is None:
        found.find("review", "reason_missing", "/data/scrap_reason_code")
    elif history.site.count >= ENOUGH_REPORTS and booked not in history.site.labels:
        reports = history.site.count
        found.find("info", "reason_new", "/data/scrap_reason_code", reason=booked, reports=reports)


def _rank(
    candidates: list[str], probabilities: Probabilities, booked: str | None
) -> tuple[tuple[Ranked, ...], float]:
    """Return the reasons, best first, and how likely the booked one is; none is never right."""
    chances = probabilities[:, TRUE_REASON].tolist()
    whole = max(sum(chances), 1.0)
    ranked = sorted(
        zip(chances, candidates, strict=True), key=lambda answer: (-answer[0], answer[1])
    )
    confidence = chances[candidates.index(booked)] if booked is not None else 0.0
    return tuple(Ranked(label, chance / whole) for chance, label in ranked), confidence


def _propose(
    event: Event, reasons: tuple[Ranked, ...], booked: str | None, examination: Examination
) -> None:
    """Propose another reason where the model is sure enough of it."""
    if reasons and reasons[0].label != booked and reasons[0].probability >= SURE_ENOUGH:
        examination.correction = {**event.data, "scrap_reason_code": reasons[0].label}


def _cost_centers(
    event: Event, order: ProductionOrder | None, history: ScrapHistory
) -> tuple[Ranked, ...]:
    """Rank cost centres by what was booked here; the operation's own counts as three bookings."""
    weight = {
        label: part * history.cost_center.count
        for label, part in labels_of(history.cost_center).items()
    }
    own = cost_center_of(event, order)
    if own is not None:
        weight[own] = weight.get(own, 0.0) + 3.0
    whole = sum(weight.values())
    best = sorted(weight, key=lambda label: (-weight[label], label))
    return tuple(Ranked(label, weight[label] / whole) for label in best)
