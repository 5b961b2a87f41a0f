"""A data set: the rows of one task over many simulated plants, with what is true of each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from countersign.learn.replay import Examination
from countersign.learn.simulator.truth import Truth
from countersign.model.pictures import with_places
from countersign.model.task import TaskSpec

Labeller = Callable[[Truth, str], str]


def _cause(truth: Truth, subject: str) -> str:
    return truth.causes.get(subject, truth.cause)


def _is_true_reason(truth: Truth, subject: str) -> str:
    return "true_reason" if truth.causes["scrap_reason_code"] == subject else "other"


def _booked_cause(truth: Truth, subject: str) -> str:
    cause = _cause(truth, subject)
    return truth.booked_cause if cause == truth.cause else cause


def _is_booked_reason(truth: Truth, subject: str) -> str:
    return "true_reason" if truth.booked_cause == subject else "other"


TRUE_LABELS: Mapping[str, Labeller] = {"cause": _cause, "is_true_reason": _is_true_reason}
"""How the truth becomes a label, by the target of the task."""
BOOKED_LABELS: Mapping[str, Labeller] = {
    "cause": _booked_cause,
    "is_true_reason": _is_booked_reason,
}
"""How what people would book becomes a label, by the target of the task."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Rows with their labels, as positions in the task's labels.

    ``plant`` and ``at`` are what splits go by; ``event`` groups the rows of one event; ``stands``
    marks the rows that speak of the event as it stands (of a ranking, only the booked answer).
    ``identities`` are what must carry no information: ids and times as numbers.
    """

    task: TaskSpec
    rows: NDArray[np.float32]
    truth: NDArray[np.int64]
    booked: NDArray[np.int64]
    plant: NDArray[np.int64]
    at: NDArray[np.float64]
    event: NDArray[np.int64]
    stands: NDArray[np.bool_]
    identities: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def where(self, chosen: NDArray[np.bool_]) -> DataSet:
        """Return the chosen rows."""
        return DataSet(
            self.task,
            self.rows[chosen],
            self.truth[chosen],
            self.booked[chosen],
            self.plant[chosen],
            self.at[chosen],
            self.event[chosen],
            self.stands[chosen],
            self.identities[chosen],
        )

    def with_places(self, places: Sequence[str]) -> DataSet:
        """Return the rows with empty places for what training does not see."""
        if not places:
            return self
        empty = np.full((len(self), len(places)), np.nan, dtype=np.float32)
        task = with_places(self.task, places)
        return replace(self, task=task, rows=np.hstack([self.rows, empty]))

    @property
    def is_sound(self) -> NDArray[np.bool_]:
        """Tell of each row whether its event may be booked as it stands."""
        return np.isin(self.truth, self.task.sound_columns)

    def digest(self) -> str:
        """Return the SHA-256 of rows and labels."""
        content = hashlib.sha256(self.rows.tobytes())
        content.update(self.truth.tobytes())
        content.update("\n".join((*self.task.features, *self.task.labels)).encode())
        return content.hexdigest()


def collect(task: TaskSpec, plants: Sequence[Iterable[Examination]]) -> DataSet:
    """Collect the rows of a task from examined events, plant by plant."""
    rows: list[Sequence[float]] = []
    facts: list[tuple[int, int, int, float, int, bool]] = []
    identities: list[list[float]] = []
    position = {label: number for number, label in enumerate(task.labels)}
    true_label, booked_label = TRUE_LABELS[task.target], BOOKED_LABELS[task.target]
    count = 0
    for plant, examinations in enumerate(plants):
        for order_of_rows, case in enumerate(examinations):
            if case.event.use_case != task.name:
                continue
            count += 1
            known = _identities(case, order_of_rows)
            for row, subject in zip(case.examined.rows, case.examined.subjects, strict=True):
                stands = task.target != "is_true_reason" or subject == case.truth.booked_cause
                rows.append(row)
                identities.append([*known, _number(subject)])
                facts.append(
                    (
                        position[true_label(case.truth, subject)],
                        position[booked_label(case.truth, subject)],
                        plant,
                        case.event.occurred_at.timestamp(),
                        count,
                        stands,
                    )
                )
    truth, booked, plant_of, at, event, stands_column = zip(*facts, strict=True)
    return DataSet(
        task=task,
        rows=np.asarray(rows, dtype=np.float32),
        truth=np.asarray(truth),
        booked=np.asarray(booked),
        plant=np.asarray(plant_of),
        at=np.asarray(at),
        event=np.asarray(event),
        stands=np.asarray(stands_column),
        identities=np.asarray(identities, dtype=np.float32),
    )


def _identities(case: Examination, order_of_rows: int) -> list[float]:
    """Return ids, row order and time as numbers; none of them may tell anything."""
    event = case.event
    return [
        _number(event.key),
        _number(event.order_id),
        _number(event.operation_id),
        _number(str(event.data.get("equipment_id"))),
        _number(str(event.person_id)),
        float(order_of_rows),
        float(event.occurred_at.hour),
        float(event.occurred_at.weekday()),
        event.occurred_at.timestamp() / 86400.0,
    ]


def _number(text: str) -> float:
    """Return a number between 0 and 1 that stands for an id."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest()) / 2**32
