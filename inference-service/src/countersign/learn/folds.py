"""Folds: which rows are learned from and which are told, so that nothing known later helps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table
from countersign.learn.times import seconds_of
from countersign.model.task import SplitBy

Rows = NDArray[np.int64]
Fold = tuple[Rows, Rows]
FOLDS = 4
FIRST_SHARE_OF_TIME = 0.5
"""What is learned from before the first later block is told."""


def folds(table: Table, count: int, seed: int, by: SplitBy | None = None) -> list[Fold]:
    """Return pairs of rows to learn from and rows to tell.

    By time, each fold learns from the past and tells the block that follows, the horizon apart;
    by unit, each tells units that it never saw; by chance, classes keep their shares.
    """
    by = split_of(table, by, count)
    if by == "time":
        return list(_by_time(table, count))
    if by == "unit":
        return list(_by_group(table.unit, count, seed))
    return list(_by_chance(table, count, seed))


def split_of(table: Table, by: SplitBy | None = None, count: int = FOLDS) -> SplitBy:
    """Return what a table is really split by: chance, where all is of one moment or one unit."""
    by = by or table.task.splits_by
    if by == "time" and (table.time is None or next(_by_time(table, count), None) is None):
        return "chance"
    if by == "unit" and len(np.unique(table.unit)) < 2:
        return "chance"
    return by


def holdout(table: Table, share: float, seed: int) -> Fold:
    """Return the rows to learn from and the last ones (or unseen units) to be tested on."""
    if split_of(table) == "time":
        assert table.time is not None
        order = np.argsort(table.time, kind="stable")
        place = min(round(len(order) * (1.0 - share)), len(order) - 1)
        moment = table.time[order[place]]
        return _before(table, moment), np.flatnonzero(table.time >= moment)
    count = max(2, round(1.0 / share))
    return folds(table, count, seed)[-1]


def _by_time(table: Table, count: int) -> Iterator[Fold]:
    assert table.time is not None
    ordered = np.sort(table.time)
    shares = np.linspace(FIRST_SHARE_OF_TIME, 1.0, count + 1)
    edges = ordered[np.minimum((shares * len(ordered)).astype(int), len(ordered) - 1)]
    for number in range(count):
        begin, end = edges[number], edges[number + 1]
        is_last = number == count - 1
        told = (table.time >= begin) & ((table.time < end) | is_last)
        before = _before(table, begin)
        if told.any() and len(before):
            yield before, np.flatnonzero(told)


def _before(table: Table, moment: float) -> Rows:
    """Return the rows whose target was known when the first row that is told was asked about."""
    assert table.time is not None
    task = table.task
    gap = seconds_of(task.horizon) if isinstance(task.horizon, str) else 0.0
    return np.flatnonzero(table.time < moment - max(gap, seconds_of(task.label_delay)))


def _by_group(groups: NDArray[Any], count: int, seed: int) -> Iterator[Fold]:
    names = np.unique(groups)
    shuffled = np.random.default_rng(seed).permutation(names)
    for part in np.array_split(shuffled, min(count, len(names))):
        told = np.isin(groups, part)
        yield np.flatnonzero(~told), np.flatnonzero(told)


def _by_chance(table: Table, count: int, seed: int) -> Iterator[Fold]:
    random = np.random.default_rng(seed)
    if table.target is None:
        raise TrainingRefused("rows without a target cannot be split")
    fold = np.empty(len(table), dtype=np.int64)
    is_label = table.target.dtype == object or table.task.kind == "occurrence"
    groups = table.target.astype(str) if is_label else np.zeros(len(table))
    start = 0
    for group in np.unique(groups):
        here = random.permutation(np.flatnonzero(groups == group))
        fold[here] = (np.arange(len(here)) + start) % count
        start += len(here)
    for number in range(count):
        yield np.flatnonzero(fold != number), np.flatnonzero(fold == number)
