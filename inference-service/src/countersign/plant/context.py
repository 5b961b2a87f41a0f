"""A context: the facts of the plant against which one event is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from countersign.nouns.order import Material, ProductionOrder
from countersign.nouns.picture import Picture
from countersign.nouns.progress import ZERO, OperationProgress, OrderProgress
from countersign.nouns.statistic import EMPTY_STATISTIC, Observation, Statistic

__all__ = [
    "EMPTY_STATISTIC",
    "ZERO",
    "Context",
    "Observation",
    "OperationProgress",
    "OrderProgress",
    "Statistic",
]


@dataclass(frozen=True, slots=True)
class Context:
    """The facts against which one event is judged, as they stood when it was judged.

    ``picture`` is what an encoder saw in the picture that the event names, ``None`` where it names
    none or the plant has no encoder.
    """

    now: datetime
    order: ProductionOrder | None
    materials: Mapping[str, Material]
    progress: OrderProgress
    statistics: Mapping[str, Statistic]
    quality_holds: frozenset[str] = frozenset()
    picture: Picture | None = None

    def statistic(self, key: str) -> Statistic:
        """Return the statistic with this key; an empty one where nothing was learned yet."""
        return self.statistics.get(key, EMPTY_STATISTIC)
