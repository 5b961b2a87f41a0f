"""Judging: gather the facts, let rules and model speak, decide; nothing is written here."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from countersign.assess.examination import Examination
from countersign.assess.use_case import USE_CASES
from countersign.decide.decision import decide
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.intake.pictures import PictureReader
from countersign.journey import finals
from countersign.journey.finals import Operations
from countersign.journey.pictures import advice
from countersign.model.shelf import ModelShelf
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment
from countersign.nouns.decision import Decision
from countersign.nouns.event import Event
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.picture import Picture
from countersign.nouns.progress import OrderProgress
from countersign.nouns.statistic import Statistic
from countersign.plant.context import Context
from countersign.plant.master_data import MasterData
from countersign.post.compose import CannotCompose, ComposedDocument, compose
from countersign.store import change_counters, confirmations, policies, statistics

STATISTICS_FRESH_S = 5.0
MAX_CACHED_STATISTICS = 100_000
SCRAP_REPORT = "scrap_report"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One event with what was thought and decided."""

    event: Event
    context: Context
    assessment: Assessment
    decision: Decision
    documents: tuple[ComposedDocument, ...]
    examination: Examination


@dataclass(slots=True)
class _Open:
    """An event between its examination and its conclusion."""

    event: Event
    context: Context
    examination: Examination
    posting_date: date
    documents: tuple[ComposedDocument, ...] = ()
    incomplete: str = ""
    is_new_material: bool = False


def open_shelf(models_dir: Path) -> ModelShelf:
    """Load the active models of all use cases."""
    return ModelShelf(models_dir, {name: row.task for name, row in USE_CASES.items()})


class Judge:
    """Judges batches of events; holds the caches of one writer and is not shared by threads.

    ``pictures`` reads those that events name; without it nobody looks at them.
    """

    def __init__(
        self, shelf: ModelShelf, time_zone: ZoneInfo, pictures: PictureReader | None = None
    ) -> None:
        self.master_data = MasterData()
        self.policy: Policy = read_policy(0, DEFAULT_POLICY)
        self._shelf = shelf
        self._time_zone = time_zone
        self._pictures = pictures
        self._advised = ""
        self._thresholds: dict[tuple[str, str], float | None] = {}
        self._counters: dict[str, int] = {}
        self._statistics: dict[str, tuple[float, Statistic]] = {}

    def refresh(self, connection: Connection) -> None:
        """Load what changed since the last call: one small read when nothing did."""
        counters = change_counters.read(connection)
        self.master_data.refresh(connection, counters["master_data"])
        if counters["policy"] != self._counters.get("policy"):
            current = policies.read_current(connection)
            self.policy = read_policy(*current) if current else read_policy(0, DEFAULT_POLICY)
        if counters["autonomy"] != self._counters.get("autonomy"):
            earned = confirmations.read_autonomy(connection)
            self._thresholds = {key: value.threshold for key, value in earned.items()}
        self._counters = counters
        self._shelf.refresh()
        self._advise()

    def _advise(self) -> None:
        """Say once of each model in use that it cannot use what the encoder sees."""
        model = self.model_of(SCRAP_REPORT)
        if self._pictures is None or model is None or model.version == self._advised:
            return
        self._advised = model.version
        said = advice(model, self._pictures.encoder)
        if said:
            logger.warning("%s", said)

    def judge(
        self,
        connection: Connection,
        events: Sequence[Event],
        current: dict[str, OrderProgress],
        now: datetime,
    ) -> list[Judgement]:
        """Judge events in the order given, against the progress of their orders.

        ``current`` is changed: each event sees the progress that the ones before it made.
        """
        contexts = self._contexts(connection, events, current, now)
        waiting = finals.with_waiting(connection, events)
        opened = [self._examine(event, context) for event, context in contexts]
        return self._conclude(opened, waiting)

    def context_of(
        self, connection: Connection, event: Event, current: OrderProgress, now: datetime
    ) -> Context:
        """Gather the facts for one event against progress that the caller owns."""
        ((_, context),) = self._contexts(connection, [event], {event.order_id: current}, now)
        return context

    def judge_alone(self, event: Event, context: Context) -> Judgement:
        """Judge one event against a context that was gathered before; nobody will read why."""
        context = replace(context, picture=self._look_at([event]).get(event.event_id))
        examination = USE_CASES[event.use_case].examine(event, context)
        case = _Open(event, context, examination, self.posting_date(event))
        return self._conclude([case], set(), explained=False)[0]

    def assess_alone(self, event: Event, context: Context) -> Assessment:
        """Return what rules and model think of one event; nothing is decided about it."""
        use_case = USE_CASES[event.use_case]
        examination = use_case.examine(event, context)
        case = _Open(event, context, examination, self.posting_date(event))
        return use_case.conclude(
            event, context, examination, self._ask([case]).get(0), self.model_of(event.use_case)
        )

    def all_materials(
        self, connection: Connection, orders: Iterable[ProductionOrder]
    ) -> dict[str, Material]:
        """Return the materials that orders make and need, as far as they are known."""
        needed: set[str] = set()
        for order in orders:
            needed.add(order.material_id)
            needed.update(component.material_id for component in order.components)
        found = self.master_data.materials(connection, needed)
        return {key: value for key, value in found.items() if value is not None}

    def model_of(self, use_case: str) -> Model | None:
        """Return the model in use, ``None`` where there is none."""
        return self._shelf.get(use_case)

    def model_versions(self) -> dict[str, str]:
        """Return the version in use of every model."""
        return self._shelf.versions()

    def posting_date(self, event: Event) -> date:
        """Return the day an event is booked on: its own wish, or its day in the plant's zone."""
        wished = event.data.get("posting_date")
        if wished is not None:
            return date.fromisoformat(wished)
        return event.occurred_at.astimezone(self._time_zone).date()

    def _contexts(
        self,
        connection: Connection,
        events: Sequence[Event],
        current: dict[str, OrderProgress],
        now: datetime,
    ) -> list[tuple[Event, Context]]:
        orders = self.master_data.orders(connection, current)
        needed_materials: set[str] = set()
        for event in events:
            use_case = USE_CASES[event.use_case]
            needed_materials.update(use_case.material_ids(event, orders[event.order_id]))
        found = self.master_data.materials(connection, needed_materials)
        materials = {key: value for key, value in found.items() if value is not None}
        keys: set[str] = set()
        for event in events:
            use_case = USE_CASES[event.use_case]
            keys.update(use_case.statistic_keys(event, orders[event.order_id], materials))
        usual = self._usual(connection, keys)
        seen = self._look_at(events)
        return [
            (
                event,
                Context(
                    now=now,
                    order=orders[event.order_id],
                    materials=materials,
                    progress=current[event.order_id],
                    statistics=usual,
                    quality_holds=self.master_data.quality_holds,
                    picture=seen.get(event.event_id),
                ),
            )
            for event in events
        ]

    def _look_at(self, events: Sequence[Event]) -> dict[str, Picture]:
        """Return what the encoder sees in the pictures of events, by event."""
        named = {
            event.event_id: event.data["picture"] for event in events if "picture" in event.data
        }
        if self._pictures is None or not named:
            return {}
        seen = self._pictures.read(named.values())
        return {event_id: seen[name] for event_id, name in named.items()}

    def _usual(self, connection: Connection, keys: Iterable[str]) -> dict[str, Statistic]:
        """Return statistics, at most some seconds old: they are averages over weeks."""
        clock = time.monotonic()
        cache = self._statistics
        stale = [key for key in keys if key not in cache or cache[key][0] < clock]
        if stale:
            if len(cache) > MAX_CACHED_STATISTICS:
                cache.clear()
                stale = list(keys)
            found = statistics.read(connection, stale)
            until = clock + STATISTICS_FRESH_S
            for key in stale:
                cache[key] = (until, found.get(key) or Statistic())
        return {key: cache[key][1] for key in keys}

    def _examine(self, event: Event, context: Context) -> _Open:
        use_case = USE_CASES[event.use_case]
        examination = use_case.examine(event, context)
        day = self.posting_date(event)
        case = _Open(event, context, examination, day)
        keys = use_case.statistic_keys(event, context.order, context.materials)
        case.is_new_material = not any(context.statistic(key).count for key in keys)
        is_held = any(finding.severity == "hold" for finding in examination.findings)
        if is_held or self.master_data.is_closed(day):
            return case
        use_case.apply(event, context, 1)
        try:
            case.documents = self.compose(event, event.data, context.order)
        except CannotCompose as gap:
            case.incomplete = gap.text
        return case

    def compose(
        self,
        event: Event,
        data: Mapping[str, Any],
        order: ProductionOrder | None,
        revision: int = 0,
    ) -> tuple[ComposedDocument, ...]:
        """Compose the documents of an event; raises ``CannotCompose``."""
        return compose(event, data, order=order, time_zone=self._time_zone, revision=revision)

    def _conclude(
        self, opened: Sequence[_Open], waiting: Operations, *, explained: bool = True
    ) -> list[Judgement]:
        """Ask each model once for all the rows of the batch, then put the answers back.

        ``waiting`` are the operations of which a confirmation waits for a person; those of the
        batch that will wait are added.
        """
        answers = self._ask(opened)
        judgements = []
        for position, case in enumerate(opened):
            use_case = USE_CASES[case.event.use_case]
            model = self.model_of(case.event.use_case)
            assessment = use_case.conclude(
                case.event, case.context, case.examination, answers.get(position), model
            )
            decision = decide(
                assessment,
                self.policy,
                self._thresholds.get((assessment.use_case, assessment.segment)),
                period_is_closed=self.master_data.is_closed(case.posting_date),
                posting_date=case.posting_date.isoformat(),
                incomplete=case.incomplete,
                is_new_material=case.is_new_material,
                overtaken_operation=finals.overtaken(case.event, waiting),
            )
            finals.note(case.event, decision.outcome, waiting)
            if explained and decision.outcome in ("review", "hold"):
                reasons = use_case.explain(case.event, case.context, case.examination, model)
                assessment = replace(assessment, reasons=tuple(reasons))
            judgements.append(
                Judgement(
                    case.event,
                    case.context,
                    assessment,
                    decision,
                    case.documents,
                    case.examination,
                )
            )
        return judgements

    def _ask(self, opened: Sequence[_Open]) -> dict[int, np.ndarray]:
        answers: dict[int, np.ndarray] = {}
        for name in {case.event.use_case for case in opened}:
            model = self.model_of(name)
            if model is None:
                continue
            asked = [
                (position, case)
                for position, case in enumerate(opened)
                if case.event.use_case == name and case.examination.rows
            ]
            if not asked:
                continue
            rows = [
                model.complete(found.rows, found.subjects, found.picture)
                for found in (case.examination for _, case in asked)
            ]
            probabilities = model.predict(np.concatenate(rows))
            start = 0
            for position, case in asked:
                end = start + len(case.examination.rows)
                answers[position] = probabilities[start:end]
                start = end
        return answers
