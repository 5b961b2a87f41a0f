"""A task as plain data: how it stands on the card of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from countersign.model.task import Column, TaskSpec


def task_to_data(task: TaskSpec) -> dict[str, Any]:
    """Write a task for a card."""
    data = {name: value for name, value in asdict(task).items() if name != "_sound"}
    for name in ("sound_labels", "allow"):
        data[name] = sorted(data[name])
    return data


def task_from_data(data: Mapping[str, Any]) -> TaskSpec:
    """Read a task from a card."""
    told = dict(data)
    told["columns"] = tuple(
        Column(**{**column, "lags": tuple(column["lags"]), "windows": tuple(column["windows"])})
        for column in told["columns"]
    )
    for name in ("features", "labels", "key_columns"):
        told[name] = tuple(told[name])
    for name in ("sound_labels", "allow"):
        told[name] = frozenset(told[name])
    told["rank_by"] = tuple(tuple(names) for names in told["rank_by"])
    return TaskSpec(**told)
