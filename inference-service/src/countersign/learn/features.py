"""Features of a table: the same code lays them out for training and for telling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table
from countersign.learn.windows import Timeline, history_features
from countersign.model.encoding import CALENDAR, DAY_S, EPOCH_WEEKDAY, HOUR_S, Encoding
from countersign.model.registry import ModelRefused
from countersign.model.task import Column

MOST_CODES = 256
"""Codes told apart per column; rarer ones are missing to the model."""
FEWEST_OF_A_CODE = 2
"""A code that occurs once teaches nothing but that row."""


@dataclass(frozen=True, slots=True)
class Features:
    """A matrix with the names and XGBoost types (``q`` number, ``c`` code) of its columns."""

    rows: NDArray[np.float32]
    names: tuple[str, ...]
    types: tuple[str, ...]

    def chosen(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Return the columns of these names, in this order."""
        places = {name: place for place, name in enumerate(self.names)}
        absent = [name for name in names if name not in places]
        if absent:
            raise ModelRefused(
                f"the model reads {absent[0]}, which this table does not give; "
                "pictures need the encoder that it was trained with"
            )
        return self.rows[:, [places[name] for name in names]]


def learn_encoding(table: Table) -> Encoding:
    """Collect the codes of every code column of the task, most frequent first."""
    found = {}
    for column in table.task.columns:
        if column.type == "code":
            counts = Counter(code for code in table.codes[column.name] if code is not None)
            ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            found[column.name] = [
                code for code, count in ranked[:MOST_CODES] if count >= FEWEST_OF_A_CODE
            ]
    return Encoding(found)


def lay_out(table: Table, encoding: Encoding) -> Features:
    """Lay out the features of every row, in the order of the table."""
    task = table.task
    line = Timeline.of(table.unit, table.time, task.horizon) if task.has_history else None
    laid: list[tuple[str, str, NDArray[np.float64]]] = []
    for column in task.columns:
        if column.type == "text":
            continue
        if column.type == "image":
            laid += _of_pictures(table, column)
            continue
        is_code = column.type == "code"
        values = (
            _places(table.codes[column.name], encoding, column.name)
            if is_code
            else table.numbers[column.name]
        )
        kind = "c" if is_code else "q"
        if column.known == "now":
            laid.append((column.name, kind, values))
        if line is not None and column.has_history:
            if is_code and column.windows:
                raise TrainingRefused(f"{column.name} is a code and has windows; give it lags")
            found = history_features(column, values, line, wears=task.kind == "remaining_life")
            laid += [(name, kind, feature) for name, feature in found]
    if task.calendar:
        laid += [(name, "q", values) for name, values in _calendar(table).items()]
    if not laid:
        return Features(np.empty((len(table), 0), dtype=np.float32), (), ())
    with np.errstate(over="ignore"):
        rows = np.column_stack([values for _, _, values in laid]).astype(np.float32)
    rows[np.isinf(rows)] = np.nan
    return Features(rows, tuple(name for name, _, _ in laid), tuple(kind for _, kind, _ in laid))


def _of_pictures(table: Table, column: Column) -> list[tuple[str, str, NDArray[np.float64]]]:
    if column.has_history:
        raise TrainingRefused(f"{column.name} is an image; it has no lags, windows or past")
    beginning = f"{column.name}."
    return [
        (name, "q", values) for name, values in table.numbers.items() if name.startswith(beginning)
    ]


def _places(codes: NDArray[np.object_], encoding: Encoding, name: str) -> NDArray[np.float64]:
    return np.asarray([encoding.code(name, code) for code in codes], dtype=np.float64)


def _calendar(table: Table) -> dict[str, NDArray[np.float64]]:
    if table.time is None:
        raise TrainingRefused("calendar needs time_column in the spec")
    days = np.floor(table.time / DAY_S)
    return dict(
        zip(
            CALENDAR,
            (
                (table.time - days * DAY_S) / HOUR_S,
                (days + EPOCH_WEEKDAY) % 7,
                pd.to_datetime(table.time, unit="s").day.to_numpy(dtype=np.float64),
            ),
            strict=True,
        )
    )
