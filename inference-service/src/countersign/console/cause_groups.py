"""Groups of causes: what keeps postings, by who mends it; the fullest first, the unsorted last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from countersign.journey.coding.cause_queues import SortedCause
from countersign.nouns.cause_queue import QUEUE_TASKS, QUEUE_TITLES, CauseQueue

UNSORTED = "unsorted"
UNSORTED_TITLE = "Not sorted yet"
UNSORTED_TASK = "Nobody knows who mends this: look at it and move it."


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The causes of one queue; ``postings`` counts what they hold up, those behind included."""

    name: str
    title: str
    task: str
    causes: tuple[SortedCause, ...]
    postings: int


def groups_of(causes: Sequence[SortedCause]) -> list[CauseGroup]:
    """Group causes by their queues."""
    queues: dict[CauseQueue | None, list[SortedCause]] = {}
    for cause in causes:
        queues.setdefault(cause.told.queue, []).append(cause)
    groups = [_group(queue, found) for queue, found in queues.items()]
    return sorted(groups, key=lambda group: (group.name == UNSORTED, -group.postings, group.name))


def _group(queue: CauseQueue | None, causes: list[SortedCause]) -> CauseGroup:
    count = sum(cause.cluster.postings + cause.cluster.waiting for cause in causes)
    if queue is None:
        return CauseGroup(UNSORTED, UNSORTED_TITLE, UNSORTED_TASK, tuple(causes), count)
    return CauseGroup(queue, QUEUE_TITLES[queue], QUEUE_TASKS[queue], tuple(causes), count)
