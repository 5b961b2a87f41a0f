"""Feedback: what a person's decision says about the rows that the model was asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from countersign.model.task import TaskSpec

NORMAL = "normal"
RECORDING_ERROR = "recording_error"
CAUSE_OF_REASON: Mapping[str, str] = {
    "wrong unit": "unit_of_measure",
    "wrong material": "substitution",
    "wrong lot": "substitution",
    "wrong time": "time_recording",
}
"""What a reason that people choose means among the causes; any other is an error in recording."""
TIME_FIELDS = frozenset({"actual_start_time", "actual_end_time", "labor_time", "machine_time"})


def labels_of(
    task: TaskSpec,
    subjects: Sequence[str],
    data: Mapping[str, Any],
    final: Mapping[str, Any] | None,
    reason: str,
) -> list[str] | None:
    """Return the label of each row, ``None`` where the decision says nothing about them.

    ``data`` is what was captured, ``final`` what was booked in the end, ``None`` when it was
    kept out of the books.
    """
    if task.target == "is_true_reason":
        true_reason = None if final is None else final.get("scrap_reason_code")
        if true_reason not in subjects:
            return None
        return ["true_reason" if subject == true_reason else "other" for subject in subjects]
    cause = _cause(task, data, final, reason)
    wrong = _wrong_subjects(subjects, data, final)
    return [cause if subject in wrong else NORMAL for subject in subjects]


def _cause(
    task: TaskSpec, data: Mapping[str, Any], final: Mapping[str, Any] | None, reason: str
) -> str:
    cause = CAUSE_OF_REASON.get(reason.strip().lower(), RECORDING_ERROR)
    if final is not None and _changed(data, final) <= TIME_FIELDS:
        cause = "time_recording"
    return cause if cause in task.labels else RECORDING_ERROR


def _wrong_subjects(
    subjects: Sequence[str], data: Mapping[str, Any], final: Mapping[str, Any] | None
) -> set[str]:
    """Return what the error was about: of a consumption the lines that changed, else all."""
    if final is None:
        return set(subjects)
    changed = _changed(data, final)
    if not changed:
        return set()
    lines, booked = data.get("material_actual"), final.get("material_actual")
    if changed != {"material_actual"} or lines is None or booked is None:
        return set(subjects)
    wrong = {
        line["material_id"]
        for place, line in enumerate(lines)
        if place >= len(booked) or booked[place] != line
    }
    return wrong or set(subjects)  # a line was added: none of those that are there is to blame


def _changed(data: Mapping[str, Any], final: Mapping[str, Any]) -> set[str]:
    return {name for name in {*data, *final} if data.get(name) != final.get(name)}
