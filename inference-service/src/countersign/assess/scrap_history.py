"""Scrap history: which reasons and cost centres were booked before, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from countersign.assess.examination import Examination
from countersign.nouns.event import Event
from countersign.nouns.order import ProductionOrder
from countersign.nouns.statistic import Observation, Statistic
from countersign.plant.context import Context

MOST_CANDIDATES = 10
"""Reasons beyond these were hardly ever the right one; each costs a row of the model."""


class ScrapHistory(NamedTuple):
    """Counts of booked reasons, from the narrowest circumstance to the whole site."""

    product: Statistic
    operation: Statistic
    equipment: Statistic
    defect: Statistic
    site: Statistic
    cost_center: Statistic

    def candidates(self, booked: str | None) -> Sequence[str]:
        """Return the reasons worth asking about; the booked one always is."""
        weight: dict[str, float] = {}
        for statistic in (self.product, self.operation, self.equipment, self.defect, self.site):
            for label, count in statistic.labels.items():
                weight[label] = weight.get(label, 0.0) + count / statistic.count
        best = sorted(weight, key=lambda label: (-weight[label], label))[:MOST_CANDIDATES]
        if booked is not None and booked not in best:
            best.append(booked)
        return best

    def ranked(self) -> Sequence[tuple[str, float]]:
        """Rank the reasons by counting alone: what the narrowest circumstances agree on."""
        total: dict[str, float] = {}
        for statistic in (self.product, self.equipment, self.defect, self.site):
            for label, count in statistic.labels.items():
                total[label] = total.get(label, 0.0) + count / (statistic.count + 2.0)
        whole = sum(total.values())
        return sorted(((label, part / whole) for label, part in total.items()), key=_best_first)


def share(statistic: Statistic, label: str) -> float:
    """Return how often a label was booked under a circumstance, damped while that is rare."""
    return statistic.labels.get(label, 0) / (statistic.count + 1.0)


def scrap_keys(event: Event, order: ProductionOrder | None) -> tuple[str, ...]:
    """Return the statistics of booked reasons in the order of :class:`ScrapHistory`."""
    site, data = event.site_id, event.data
    product = order.material_id if order is not None else data["material_id"]
    return (
        f"reason/{site}/product/{product}/{event.operation_id}",
        f"reason/{site}/operation/{event.operation_id}",
        f"reason/{site}/equipment/{data.get('equipment_id', '-')}",
        f"reason/{site}/defect/{data.get('defect_code', '-')}",
        f"reason/{site}",
        f"cost_center/{site}/{event.operation_id}",
    )


def read_history(event: Event, context: Context) -> ScrapHistory:
    """Read the counts that this event is judged by."""
    return ScrapHistory(*(context.statistic(key) for key in scrap_keys(event, context.order)))


def note(event: Event, context: Context, history: ScrapHistory, found: Examination) -> None:
    """Note the counts as facts looked at."""
    keys = scrap_keys(event, context.order)
    for key, statistic in zip(keys, history, strict=True):
        found.used.append(f"{key}={sorted(statistic.labels.items())}")


def teach(event: Event, order: ProductionOrder | None) -> tuple[Observation, ...]:
    """Return what a booked scrap report teaches about reasons and cost centres."""
    *reason_keys, cost_key = scrap_keys(event, order)
    learned = []
    reason = event.data.get("scrap_reason_code")
    if reason is not None:
        learned += [Observation(key, label=reason) for key in reason_keys]
    cost_center = cost_center_of(event, order)
    if cost_center:
        learned.append(Observation(cost_key, label=cost_center))
    return tuple(learned)


def cost_center_of(event: Event, order: ProductionOrder | None) -> str | None:
    """Return the cost centre that the event names, else that of the operation."""
    named: str | None = event.data.get("cost_center")
    if named is not None or order is None:
        return named
    operation = order.operation(event.operation_id)
    return operation.cost_center if operation is not None and operation.cost_center else None


def _best_first(answer: tuple[str, float]) -> tuple[float, str]:
    return -answer[1], answer[0]


def labels_of(statistic: Statistic) -> Mapping[str, float]:
    """Return every label with its share of the bookings."""
    return {label: count / statistic.count for label, count in statistic.labels.items()}
