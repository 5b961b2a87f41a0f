"""A context: the facts of the plant against which one event is judged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from countersign.nouns.order import Material, ProductionOrder

ZERO = Decimal(0)


@dataclass(slots=True)
class OperationProgress:
    """What has been captured for one operation so far, in the order's unit."""

    yield_quantity: Decimal = ZERO
    scrap_quantity: Decimal = ZERO
    rework_quantity: Decimal = ZERO
    is_final: bool = False
    confirmations: int = 0


@dataclass(slots=True)
class OrderProgress:
    """What has been captured for an order so far; what people rejected does not count.

    ``consumed`` is per component in the material's base unit. ``consumed_for`` is the produced
    quantity that the consumption so far was declared for, per component.
    """

    operations: dict[str, OperationProgress] = field(default_factory=dict)
    consumed: dict[str, Decimal] = field(default_factory=dict)
    consumed_for: dict[str, Decimal] = field(default_factory=dict)

    def operation(self, operation_id: str) -> OperationProgress:
        """Return the progress of an operation; a fresh one where nothing was captured yet."""
        return self.operations.setdefault(operation_id, OperationProgress())


@dataclass(frozen=True, slots=True)
class Statistic:
    """The usual figure of something, learned from booked events (Welford's running moments).

    Numbers (``mean``, ``m2``) are of the logarithm where the use case says so; ``labels`` counts
    categories, for example scrap reasons. Floats are right here: these are estimates, no stock.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    labels: Mapping[str, int] = field(default_factory=dict)

    @property
    def deviation(self) -> float:
        """Return the sample standard deviation; 0 below two observations."""
        return math.sqrt(self.m2 / (self.count - 1)) if self.count > 1 else 0.0

    def with_value(self, value: float) -> Statistic:
        """Return the statistic with one more number."""
        count = self.count + 1
        delta = value - self.mean
        mean = self.mean + delta / count
        return Statistic(count, mean, self.m2 + delta * (value - mean), self.labels)

    def with_label(self, label: str) -> Statistic:
        """Return the statistic with one more category."""
        labels = dict(self.labels)
        labels[label] = labels.get(label, 0) + 1
        return Statistic(self.count + 1, self.mean, self.m2, labels)


EMPTY_STATISTIC = Statistic()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one booked event teaches: a number or a label for one statistic."""

    key: str
    value: float | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The facts against which one event is judged, as they stood when it was judged."""

    now: datetime
    order: ProductionOrder | None
    materials: Mapping[str, Material]
    progress: OrderProgress
    statistics: Mapping[str, Statistic]
    quality_holds: frozenset[str] = frozenset()

    def statistic(self, key: str) -> Statistic:
        """Return the statistic with this key; an empty one where nothing was learned yet."""
        return self.statistics.get(key, EMPTY_STATISTIC)
