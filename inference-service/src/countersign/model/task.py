"""A task: what a model has to tell, from which features, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """The question that a use case puts to a model; stated once, for training and for serving.

    ``sound_labels`` are the labels under which the event may be booked as it stands: the sum of
    their probabilities is the confidence of the use case. ``target`` names the label column,
    ``time_column`` and ``unit_column`` what training splits by, so that neither the future nor
    the tested plant is learned from.
    """

    name: str
    features: tuple[str, ...]
    labels: tuple[str, ...]
    sound_labels: frozenset[str]
    target: str
    kind: Literal["classify"] = "classify"
    time_column: str = "occurred_at"
    unit_column: str = "plant"
    _sound: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a task that no model could answer."""
        if len(set(self.features)) != len(self.features):
            raise ValueError(f"task {self.name} names a feature twice")
        if len(set(self.labels)) != len(self.labels) or len(self.labels) < 2:
            raise ValueError(f"task {self.name} needs at least two different labels")
        if not self.sound_labels <= set(self.labels):
            raise ValueError(f"task {self.name} has sound labels that are no labels")
        sound = tuple(n for n, label in enumerate(self.labels) if label in self.sound_labels)
        object.__setattr__(self, "_sound", sound)

    @property
    def sound_columns(self) -> tuple[int, ...]:
        """Return the positions of the sound labels."""
        return self._sound
