"""Activities: which of our times is which activity in Digital Manufacturing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from countersign.erp.documents import ProductionConfirmation
from countersign.nouns.quantity import Quantity

TIMES = ("setup", "machine", "labor")


@dataclass(frozen=True, slots=True)
class Activities:
    """The activity ids of a plant by our names; a time without one is not sent."""

    ids: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Activities:
        """Read ``machine:MACH,labor:LABR``.

        Raises:
            ValueError: a name is none of ours, or has no id.
        """
        pairs = [part.partition(":") for part in text.split(",") if part]
        for name, _, activity in pairs:
            if name not in TIMES or not activity:
                raise ValueError(f"activity_ids: {name} is none of {', '.join(TIMES)} with an id")
        return cls({name: activity for name, _, activity in pairs})

    def unsent(self, document: ProductionConfirmation) -> str:
        """Tell which times of a confirmation stay behind because nobody named their activity."""
        spent = [name for name in TIMES if getattr(document, f"{name}_time") is not None]
        left = [name for name in spent if name not in self.ids]
        return f"Not sent: the time of {', '.join(left)} (activity_ids)." if left else ""

    def times(self, document: ProductionConfirmation) -> Iterator[tuple[str, Quantity]]:
        """Return the times of a confirmation by activity id."""
        for name, activity in self.ids.items():
            spent: Quantity | None = getattr(document, f"{name}_time")
            if spent is not None and spent.value:
                yield activity, spent
