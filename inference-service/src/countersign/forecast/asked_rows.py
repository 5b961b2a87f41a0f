"""Asked rows: which rows of a question are history, which are asked, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.forecast.question import ASKS_UNTIL, SUBJECT
from countersign.model.task import TaskSpec

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows that are put to a model, and the index of those that are asked.

    The others are only looked back at.
    """

    rows: pd.DataFrame
    index: pd.Index[Any]


def history(task: TaskSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose target is known: what a model learns from."""
    return frame[is_known(task, frame)]


def ask(task: TaskSpec, frame: pd.DataFrame, now: datetime) -> Asked:
    """Choose the rows to be asked now, with the rows that they look back at.

    Without a past, everything is asked that is open. With one, each unit has one question: its
    next row, whose past is complete, or its newest row where the answer takes several rows.
    """
    known = is_known(task, frame)
    is_open = ~known & _is_ahead(frame, now)
    if not task.has_history:
        return Asked(frame[is_open], frame.index[is_open])
    is_clear = actuals(task, frame).notna().to_numpy()
    chosen: list[int] = []
    needed: list[NDArray[np.int64]] = []
    for unit in _units(task, frame):
        place = _asked_place(task, known[unit], is_open[unit], is_clear[unit])
        if place is None:
            continue
        was_there = known[unit[:place]] | (task.kind == "remaining_life")
        needed.append(np.r_[unit[:place][was_there], unit[place]])
        chosen.append(unit[place])
    rows = frame.iloc[np.concatenate(needed)] if needed else frame.iloc[:0]
    return Asked(rows, frame.index[chosen])


def actuals(task: TaskSpec, frame: pd.DataFrame) -> pd.Series[Any]:
    """Return the right answer of every row, missing where it is not clear yet.

    An occurrence is 1 or 0, and counts over the rows that the task asks about.
    """
    known = is_known(task, frame)
    target = frame[task.target].where(known)
    if task.kind == "classify":
        return target
    values = pd.to_numeric(target, errors="coerce").astype(float)
    if task.kind == "remaining_life":
        return values.clip(upper=task.cap)
    if task.kind != "occurrence":
        return values
    occurs = np.where(known, (values > 0).astype(float), np.nan)
    if task.within > 1:
        occurs = _occurs_within(task, frame, occurs)
    return pd.Series(occurs, index=frame.index)


def is_known(task: TaskSpec, frame: pd.DataFrame) -> Flags:
    """Tell of every row whether its target is filled in."""
    target = frame[task.target]
    return np.asarray(target.notna() & target.astype(str).str.strip().ne(""), dtype=np.bool_)


def keys(task: TaskSpec, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Return subject and time of every row, by which a forecast finds its answer.

    The time is empty where the subject stands for one answer.
    """
    subjects = [str(subject) for subject in frame[SUBJECT]]
    if not task.unit_column or not task.time_column:
        return [(subject, "") for subject in subjects]
    return list(zip(subjects, map(_time_text, frame[task.time_column]), strict=True))


def _time_text(at: Any) -> str:
    if isinstance(at, datetime):
        return at.isoformat()
    return f"{at:g}" if isinstance(at, float) else str(at)


def _is_ahead(frame: pd.DataFrame, now: datetime) -> Flags:
    until = pd.to_datetime(frame[ASKS_UNTIL], utc=True)
    return np.asarray(until.isna() | (until > now), dtype=np.bool_)


def _units(task: TaskSpec, frame: pd.DataFrame) -> Iterable[NDArray[np.int64]]:
    """Give the places of the rows of each unit, in the order of time."""
    order = np.arange(len(frame))
    if task.time_column:
        order = np.asarray(frame[task.time_column].argsort(kind="stable"))
    if not task.unit_column:
        return [order] if len(order) else []
    units, _ = pd.factorize(frame[task.unit_column].astype(str).str.strip(), sort=True)
    ranked = order[np.argsort(units[order], kind="stable")]
    ends = np.flatnonzero(np.diff(units[ranked])) + 1
    return np.split(ranked, ends) if len(ranked) else []


def _asked_place(task: TaskSpec, known: Flags, is_open: Flags, is_clear: Flags) -> int | None:
    """Return which row of a unit is asked, ``None`` where none is."""
    newest = len(known) - 1
    if task.kind == "remaining_life":
        return newest if is_open[newest] else None
    seen = np.flatnonzero(known)
    begin = int(seen[-1]) + 1 if len(seen) else 0
    ahead = np.flatnonzero(is_open[begin:])
    if len(ahead):
        return begin + int(ahead[0])
    is_waiting = task.within > 1 and bool(known[newest]) and not is_clear[newest]
    return newest if is_waiting else None


def _occurs_within(
    task: TaskSpec, frame: pd.DataFrame, occurs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Tell whether it occurs in a row or the next ones of its unit, NaN where that is not clear.

    It is clear once it occurred, or once all of these rows are known.
    """
    told = np.full(len(occurs), np.nan)
    for unit in _units(task, frame):
        there = unit[~np.isnan(occurs[unit])]
        happened = occurs[there] > 0
        for place, row in enumerate(there):
            within = happened[place : place + task.within]
            if within.any() or len(within) == task.within:
                told[row] = float(within.any())
    return told
