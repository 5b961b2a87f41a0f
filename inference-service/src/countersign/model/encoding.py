"""Encoding: from the values of a row to the numbers that a model reads.

Training and serving use the same. A code becomes its place in the list of codes that training
saw, most frequent first; what was not seen then is missing now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from countersign.model.codes import canonical
from countersign.model.task import Column, TaskSpec

CALENDAR = ("calendar.hour", "calendar.weekday", "calendar.day")
DAY_S = 86400.0
HOUR_S = 3600.0
EPOCH_WEEKDAY = 3
"""1 January 1970 was a Thursday; Monday is 0."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codes of every code column, in order; stands on the card of the model."""

    codes: Mapping[str, Sequence[str]]
    _places: Mapping[str, Mapping[str, float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Turn the lists into look-ups."""
        places = {
            name: {code: float(place) for place, code in enumerate(codes)}
            for name, codes in self.codes.items()
        }
        object.__setattr__(self, "_places", places)

    def code(self, column: str, code: str | None) -> float:
        """Return the number of a canonical code, NaN when training did not see it."""
        return math.nan if code is None else self._places[column].get(code, math.nan)

    def row(self, task: TaskSpec, values: Mapping[str, Any]) -> list[float]:
        """Lay out one row without its past, for a service that answers one question at a time.

        Raises:
            ValueError: the task needs earlier rows or text; ask with a table.
        """
        if task.has_history or any(column.type == "text" for column in task.columns):
            raise ValueError(f"task {task.name} reads more than one row; ask it with a table")
        now = _instant(values[task.time_column]) if _asks_time(task) else math.nan
        laid = [self._value(column, values.get(column.name), now) for column in task.columns]
        if task.calendar:
            laid += calendar_of(now)
        return laid

    def _value(self, column: Column, value: Any, now: float) -> float:
        if column.type == "code":
            return self.code(column.name, canonical(value))
        if value is None or value == "":
            return math.nan
        if column.type == "time":
            return (now - _instant(value)) / HOUR_S
        number = float(value)
        return number if math.isfinite(number) else math.nan


def _asks_time(task: TaskSpec) -> bool:
    return task.calendar or any(column.type == "time" for column in task.columns)


def calendar_of(seconds: float) -> list[float]:
    """Return hour of the day, weekday and day of the month of a time in seconds since 1970."""
    days = math.floor(seconds / DAY_S)
    hour = (seconds - days * DAY_S) / HOUR_S
    day = datetime.fromtimestamp(days * DAY_S, tz=UTC).day
    return [hour, float((days + EPOCH_WEEKDAY) % 7), float(day)]


def _instant(value: Any) -> float:
    """Return a time as seconds since 1970; without an offset it is UTC, as in a table."""
    told = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
