"""Replay: simulated events, examined by the very code that serves, in a context that grows.

Features have one home: the ``examine`` of the use case. Training never computes its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from countersign.learn.simulator.history import History
from countersign.learn.simulator.truth import Truth
from countersign.model.task import TaskSpec
from countersign.nouns.event import USE_CASE_OF_TYPE, Event, event_id_of
from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.progress import OrderProgress
from countersign.nouns.statistic import EMPTY_STATISTIC, Observation, Statistic
from countersign.plant.context import Context


class Examined(Protocol):
    """What training needs of an examination."""

    @property
    def rows(self) -> Sequence[Sequence[float]]:
        """Feature rows in the order of the task."""

    @property
    def subjects(self) -> Sequence[str]:
        """What each row is about."""


class Learnable(Protocol):
    """What training needs of a use case."""

    @property
    def name(self) -> str:
        """The name of the use case."""

    @property
    def task(self) -> TaskSpec:
        """The question to the model."""

    def statistic_keys(
        self, event: Event, order: ProductionOrder | None, materials: Mapping[str, Material]
    ) -> tuple[str, ...]:
        """Return the statistics that the context must hold."""

    def examine(self, event: Event, context: Context) -> Examined:
        """Lay out the feature rows."""

    def observations(self, event: Event, context: Context) -> tuple[Observation, ...]:
        """Return what the booked event teaches."""

    def apply(self, event: Event, context: Context, sign: int) -> None:
        """Add the event's quantities to the progress."""


@dataclass(frozen=True, slots=True)
class Examination:
    """One examined event with its truth."""

    event: Event
    context: Context
    examined: Examined
    truth: Truth


def replay(history: History, use_cases: Mapping[str, Learnable]) -> Iterator[Examination]:
    """Examine the events of a history one after the other, as the service would.

    After each event the context moves on with what would have been booked: the correct data where
    people caught the error, else what was written.
    """
    orders = {order.order_id: order for order in history.orders}
    progress: dict[str, OrderProgress] = {}
    statistics: dict[str, Statistic] = {}
    for body in history.events:
        event = as_event(body)
        truth = history.truth[body["id"]]
        use_case = use_cases[event.use_case]
        context = Context(
            now=event.received_at,
            order=orders.get(event.order_id),
            materials=history.materials,
            progress=progress.setdefault(event.order_id, OrderProgress()),
            statistics=statistics,
        )
        yield Examination(event, context, use_case.examine(event, context), truth)
        booked = _booked(body, truth)
        if booked is None:
            continue
        booked_context = context
        if booked.order_id != event.order_id:
            booked_context = _moved(context, booked.order_id, orders, progress)
        for seen in use_case.observations(booked, booked_context):
            statistics[seen.key] = _taught(statistics.get(seen.key, EMPTY_STATISTIC), seen)
        use_case.apply(booked, booked_context, 1)


def as_event(body: Mapping[str, Any]) -> Event:
    """Read a simulated event; it was received when it was recorded."""
    data = body["data"]
    return Event(
        event_id=event_id_of(body["source"], body["id"]),
        source=body["source"],
        key=body["id"],
        type=body["type"],
        use_case=USE_CASE_OF_TYPE[body["type"]],
        occurred_at=datetime.fromisoformat(body["time"]),
        received_at=datetime.fromisoformat(body["recordedtime"]),
        site_id=data["site_id"],
        order_id=data["order_id"],
        operation_id=data["operation_id"],
        digest="",
        text="",
        body=body,
    )


def _booked(body: Mapping[str, Any], truth: Truth) -> Event | None:
    """Return the event as it was booked, ``None`` if people kept it out of the books."""
    if not truth.is_caught:
        return as_event(body)
    return None if truth.correct is None else as_event({**body, "data": truth.correct})


def _moved(
    context: Context,
    order_id: str,
    orders: Mapping[str, ProductionOrder],
    progress: dict[str, OrderProgress],
) -> Context:
    """Return the context of the order that was meant."""
    return Context(
        now=context.now,
        order=orders.get(order_id),
        materials=context.materials,
        progress=progress.setdefault(order_id, OrderProgress()),
        statistics=context.statistics,
    )


def _taught(statistic: Statistic, seen: Observation) -> Statistic:
    if seen.value is not None:
        statistic = statistic.with_value(seen.value)
    return statistic if seen.label is None else statistic.with_label(seen.label)
