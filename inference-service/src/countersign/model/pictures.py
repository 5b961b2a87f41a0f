"""Pictures among the features: places that are empty until a picture is there to fill them.

A task that ranks codes asks about one code per row, but a picture belongs to the whole event. So a
row holds besides the picture's own numbers how much it looks like those that turned out to be of
the row's code (``likeness``), and how far it leads there before the other rows (``lead``). What
pictures of a code look like is learned from people's decisions and stands on the model's card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.model.task import TaskSpec
from countersign.nouns.picture import Picture

PREFIX = "picture."
LIKENESS = ".likeness"
LEAD = ".lead"
DAMPING = 2.0
"""Pictures of any kind that the look of every code starts from."""
SMALLEST_VARIANCE_SHARE = 0.01
"""Of the variance of all pictures: a code of which all look the same is not believed blindly."""
DIGITS = 6

Rows = Sequence[Sequence[float]] | NDArray[np.float32]
"""Feature rows in the order of the task; NaN where a fact is missing."""


def places_of(encoder: str, size: int) -> tuple[str, ...]:
    """Return the features that the pictures of an encoder fill."""
    stem = f"{PREFIX}{encoder}"
    return (f"{stem}{LIKENESS}", f"{stem}{LEAD}", *(f"{stem}.{place}" for place in range(size)))


def with_places(task: TaskSpec, places: Sequence[str]) -> TaskSpec:
    """Return a task that has places for pictures besides its own features."""
    return replace(task, features=(*task.features, *places))


def task_of(task: TaskSpec, features: Sequence[str]) -> TaskSpec:
    """Return the task as a model with these features answers it; itself when they do not fit."""
    own = len(task.features)
    are_places = all(str(name).startswith(PREFIX) for name in features[own:])
    if tuple(features[:own]) != task.features or not are_places:
        return task
    return replace(task, features=tuple(features))


def encoder_of(task: TaskSpec) -> str | None:
    """Return the encoder that a task has places for, ``None`` where it has none."""
    for name in task.features:
        if name.startswith(PREFIX) and name.endswith(LIKENESS):
            return name.removeprefix(PREFIX).removesuffix(LIKENESS)
    return None


@dataclass(frozen=True, slots=True)
class Looks:
    """What the pictures of each code look like: their number and mean, and how much they vary."""

    counts: Mapping[str, int]
    means: Mapping[str, NDArray[np.float64]]
    usual: NDArray[np.float64]
    variance: NDArray[np.float64]

    @classmethod
    def learn(cls, seen: Sequence[tuple[str, Sequence[float]]]) -> Looks | None:
        """Learn from pairs of code and picture; ``None`` where there is no picture."""
        if not seen:
            return None
        table = np.asarray([values for _, values in seen], dtype=np.float64)
        codes = np.array([code for code, _ in seen])
        means = {str(code): table[codes == code].mean(axis=0) for code in np.unique(codes)}
        within = table - np.stack([means[code] for code in codes.tolist()])
        floor = np.maximum(table.var(axis=0) * SMALLEST_VARIANCE_SHARE, 1e-12)
        counts = {code: int((codes == code).sum()) for code in means}
        return cls(counts, means, table.mean(axis=0), np.maximum(within.var(axis=0), floor))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Looks:
        """Read what stands on a card."""
        codes = data["codes"]
        return cls(
            {code: told["count"] for code, told in codes.items()},
            {code: np.asarray(told["mean"], dtype=np.float64) for code, told in codes.items()},
            np.asarray(data["usual"], dtype=np.float64),
            np.asarray(data["variance"], dtype=np.float64),
        )

    def to_data(self) -> dict[str, Any]:
        """Write it for a card."""
        return {
            "codes": {
                code: {"count": self.counts[code], "mean": _rounded(mean)}
                for code, mean in sorted(self.means.items())
            },
            "usual": _rounded(self.usual),
            "variance": [float(f"{value:.{DIGITS}g}") for value in self.variance],
        }

    def likeness(
        self, codes: Sequence[str], values: Sequence[float], own: str | None = None
    ) -> NDArray[np.float64]:
        """Return how much more a picture looks like those of each code than like any picture.

        0 for a code of which no picture was seen. ``own`` is the code that this very picture was
        learned under: it is left out there, or it would vouch for itself.
        """
        picture = np.asarray(values, dtype=np.float64)
        far = (picture - self.usual) ** 2
        found = []
        for code in codes:
            count = self.counts.get(code, 0)
            total = self.means[code] * count if count else np.zeros_like(picture)
            if code == own and count:
                count, total = count - 1, total - picture
            mean = (total + DAMPING * self.usual) / (count + DAMPING)
            found.append(float(((far - (picture - mean) ** 2) / (2.0 * self.variance)).sum()))
        return np.asarray(found)


def complete(
    task: TaskSpec,
    looks: Looks | None,
    rows: Rows,
    subjects: Sequence[str],
    picture: Picture | None,
    own: str | None = None,
) -> NDArray[np.float32]:
    """Return the rows of one event with all the features of a model's task.

    Places for a picture stay empty (NaN) where there is none, or one of another encoder.
    """
    table = np.asarray(rows, dtype=np.float32)
    missing = len(task.features) - table.shape[1] if len(table) else 0
    if missing <= 0:
        return table
    filled = np.full((len(table), missing), np.nan, dtype=np.float32)
    is_seen = picture is not None and picture.encoder == encoder_of(task)
    if picture is not None and is_seen and len(picture.values) == missing - 2:
        filled[:, 2:] = picture.values
        if looks is not None:
            likeness = looks.likeness(subjects, picture.values, own)
            filled[:, 0] = likeness
            filled[:, 1] = likeness - _best_other(likeness)
    return np.hstack([table, filled])


def _best_other(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(values) < 2:
        return np.zeros_like(values)
    second, first = np.sort(values)[-2:]
    best_others = np.full_like(values, first)
    best_others[int(values.argmax())] = second
    return best_others


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), DIGITS) for value in values]
