"""A use case: what a kind of event is judged by, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from countersign.assess.examination import Examination, Probabilities
from countersign.assess.material_consumption import MaterialConsumption
from countersign.assess.production_confirmation import ProductionConfirmation
from countersign.assess.scrap_report import ScrapReport
from countersign.model.task import TaskSpec
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.statistic import Observation
from countersign.plant.context import Context


class UseCase(Protocol):
    """One way of judging events; implementations hold no state.

    The journey asks in this order: which facts are needed (``material_ids``, ``statistic_keys``),
    what do the rules say (``examine``), then the model once for the rows of many events, and what
    follows (``conclude``). ``explain`` is asked only for what a person will read.
    """

    name: str
    task: TaskSpec
    rules_version: str

    def material_ids(self, event: Event, order: ProductionOrder | None) -> tuple[str, ...]:
        """Return the materials that the context must hold."""

    def statistic_keys(
        self, event: Event, order: ProductionOrder | None, materials: Mapping[str, Material]
    ) -> tuple[str, ...]:
        """Return the statistics that the context must hold."""

    def examine(self, event: Event, context: Context) -> Examination:
        """Apply the rules, and lay out the feature rows for the model. Changes nothing."""

    def conclude(
        self,
        event: Event,
        context: Context,
        examination: Examination,
        probabilities: Probabilities | None,
        model: Model | None,
    ) -> Assessment:
        """Put rules and model together.

        ``probabilities`` has the rows of this examination only, ``None`` without a model.
        """

    def explain(
        self, event: Event, context: Context, examination: Examination, model: Model | None
    ) -> tuple[str, ...]:
        """Return sentences with numbers that a person can check; takes milliseconds."""

    def observations(self, event: Event, context: Context) -> tuple[Observation, ...]:
        """Return what the booked event teaches; the order's progress plays no part in it."""

    def apply(self, event: Event, context: Context, sign: int) -> None:
        """Add the event's quantities to ``context.progress``; with sign -1 take them out."""


USE_CASES: Mapping[str, UseCase] = {
    use_case.name: use_case
    for use_case in (ProductionConfirmation(), MaterialConsumption(), ScrapReport())
}
"""Every use case by its name."""
