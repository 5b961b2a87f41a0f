"""Leaks: columns that know the answer and will not be there when the question is put.

A random split rewards them, and so does every figure made with one; therefore they are refused
before anything is fitted, unless a person says that the value is known in time (``allow``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.stats import rankdata

from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table
from countersign.learn.times import read_times

ALMOST_ALL = 0.97
"""Share of a target's variance, or macro-F1, from which one column tells too much."""
COPY = 0.9995
MOST_ROWS = 5000
FUTURE_SHARE = 0.01
FEW_LABELS = 20
HALF = 0.5
FEWEST_SET, RARE, ALWAYS = 20, 0.2, 0.995
"""A flag set so often, always with a target this rare, is set because of it."""
TEST_SHARE = 0.3
ALMOST_ALL_RANKS = 0.995
"""Share of the variance of ranks, which noise in proportion to the amount does not hide."""
_DATE = r"(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})(?:[T ].*)?$"


@dataclass(frozen=True, slots=True)
class Leak:
    """A suspicious column and why."""

    column: str
    why: str


def refuse_leaks(table: Table) -> list[str]:
    """Refuse a table with suspicious columns; return what was found and allowed.

    Raises:
        TrainingRefused: names the columns, why, and how to allow them.
    """
    found = find_leaks(table)
    refused = [leak for leak in found if leak.column not in table.task.allow]
    if refused:
        told = "; ".join(f"{leak.column} {leak.why}" for leak in refused)
        names = ", ".join(f'"{leak.column}"' for leak in refused)
        raise TrainingRefused(
            f'this looks like a leak: {told}. Leave the column out, mark it known = "past", '
            f"or, when its value is really known before the answer, write allow = [{names}]"
        )
    return [f"allowed although {leak.column} {leak.why}" for leak in found]


def find_leaks(table: Table) -> list[Leak]:
    """Look at every column that is taken as known when the question is put."""
    task = table.task
    columns = {c.name: c for c in task.columns if c.known == "now"}
    leaks = [Leak(name, "is the target itself") for name in columns if name == task.target]
    names = [*columns, *dict.fromkeys(n for names in task.rank_by for n in names)]
    for name in dict.fromkeys(names):
        if name in (task.target, task.offset_column, task.scale_column, task.time_column):
            continue
        leak = _future(table, name) or _tells_all(table, name)
        if leak is not None:
            leaks.append(leak)
    return leaks


def _future(table: Table, name: str) -> Leak | None:
    """Find times that lie after the moment of their row."""
    ages = table.ages.get(name)
    if ages is None:
        ages = _ages_of_codes(table, name)
    if ages is None:
        return None
    later = float((ages < 0).mean())
    if later <= FUTURE_SHARE:
        return None
    return Leak(name, f"is dated after {table.task.time_column} in {later:.0%} of the rows")


def _ages_of_codes(table: Table, name: str) -> NDArray[np.float64] | None:
    """Return the hours to the row's time of a column of dates that the spec calls a code."""
    if table.time is None or name not in table.codes:
        return None
    text = table.raw[name].dropna().astype(str).str.strip()
    if not len(text) or not text.str.match(_DATE).all():
        return None
    there = table.raw[name].notna().to_numpy()
    try:
        return np.asarray(table.time[there] - read_times(text, name, None), dtype=np.float64)
    except TrainingRefused:
        return None


def _tells_all(table: Table, name: str) -> Leak | None:
    assert table.target is not None
    random = np.random.default_rng(0)
    chosen = random.permutation(len(table))[:MOST_ROWS]
    cut = round(len(chosen) * TEST_SHARE)
    test, learn = chosen[:cut], chosen[cut:]
    if table.task.kind in ("classify", "rank"):
        values: NDArray[Any] | None = table.codes.get(name, table.numbers.get(name))
        if values is None:
            return None
        return _tells_labels(name, values, table.target, learn, test)
    column = _as_numbers(table, name)
    if column is None:
        return None
    target = np.asarray(table.target, dtype=np.float64)
    if table.task.kind == "occurrence":
        only = _only_with(name, column, target > 0)
        if only is not None:
            return only
        target = (target > 0).astype(np.float64)
    return _tells_amounts(name, column, target, learn, test)


def _as_numbers(table: Table, name: str) -> NDArray[np.float64] | None:
    if name in table.numbers:
        return table.numbers[name]
    if name not in table.codes:
        return None
    _, places = np.unique(table.codes[name].astype(str), return_inverse=True)
    return places.astype(np.float64)


def _tells_amounts(
    name: str,
    column: NDArray[np.float64],
    target: NDArray[np.float64],
    learn: NDArray[np.int64],
    test: NDArray[np.int64],
) -> Leak | None:
    both = np.isfinite(column) & np.isfinite(target)
    if both.sum() > 2 and np.ptp(column[both]) > 0 and np.ptp(target[both]) > 0:
        alike = abs(float(np.corrcoef(column[both], target[both])[0, 1]))
        if alike > COPY and both.mean() > 0.5:
            return Leak(name, "is a copy of the target at the same moment")
    if not np.ptp(target[learn]) or not np.ptp(target[test]):
        return None
    explained = _explained(column, target, learn, test)
    if explained >= ALMOST_ALL:
        return Leak(name, f"alone explains {explained:.1%} of the target")
    ranked = _explained(column, rankdata(target), learn, test)
    if ranked >= ALMOST_ALL_RANKS:
        return Leak(name, f"alone explains {ranked:.1%} of the order of the target")
    return None


def _explained(
    column: NDArray[np.float64],
    target: NDArray[np.float64],
    learn: NDArray[np.int64],
    test: NDArray[np.int64],
) -> float:
    """Return the share of the variance that one column explains on rows it was not fitted to."""
    told = _told_alone(column, target, learn, test)
    return 1.0 - float(((target[test] - told) ** 2).mean()) / float(target[test].var())


def _told_alone(
    column: NDArray[np.float64],
    target: NDArray[np.float64],
    learn: NDArray[np.int64],
    test: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Tell the target by one column, by trees of their own."""
    with np.errstate(over="ignore"):
        rows = column[:, None].astype(np.float32)
    rows[np.isinf(rows)] = np.nan
    booster = xgboost.train(
        {"max_depth": 5, "eta": 0.3, "nthread": 1, "tree_method": "hist", "seed": 0},
        xgboost.DMatrix(rows[learn], label=target[learn]),
        num_boost_round=25,
    )
    told: NDArray[np.float32] = booster.inplace_predict(rows[test])
    return told


def _tells_labels(
    name: str,
    values: NDArray[Any],
    target: NDArray[Any],
    learn: NDArray[np.int64],
    test: NDArray[np.int64],
) -> Leak | None:
    """Find a column whose values (numbers in a hundred steps) each stand for one label."""
    if values.dtype != object and len(np.unique(values)) > 100:
        values = np.searchsorted(np.nanquantile(values, np.linspace(0, 1, 101)[1:-1]), values)
    counts: dict[Any, Counter[Any]] = defaultdict(Counter)
    for place in learn:
        counts[values[place]][target[place]] += 1
    usual = Counter(target[learn].tolist()).most_common(1)[0][0]
    said = np.asarray(
        [counts[v].most_common(1)[0][0] if v in counts else usual for v in values[test]],
        dtype=object,
    )
    truth = target[test]
    labels = set(truth.tolist())
    if len(labels) < 2:
        return None
    if len(labels) <= FEW_LABELS:
        score = float(np.mean([_f1(truth == label, said == label) for label in labels]))
        if score < ALMOST_ALL:
            return None
        return Leak(name, f"alone tells the target (macro-F1 {score:.3f})")
    known = np.asarray([value in counts for value in values[test]])
    if known.mean() < HALF:
        return None
    right = float((said == truth)[known].mean())
    if right < ALMOST_ALL or (truth == usual)[known].mean() > HALF:
        return None
    return Leak(name, f"alone tells the target ({right:.1%} right)")


def _f1(is_true: NDArray[np.bool_], is_said: NDArray[np.bool_]) -> float:
    return 2.0 * float((is_true & is_said).sum()) / float(is_true.sum() + is_said.sum())


def _only_with(name: str, column: NDArray[np.float64], happens: NDArray[np.bool_]) -> Leak | None:
    """Find a flag that is set only where the target happens, which is rare."""
    values, counts = np.unique(column[np.isfinite(column)], return_counts=True)
    if len(values) != 2 or counts.min() < FEWEST_SET or happens.mean() > RARE:
        return None
    is_set = column == values[counts.argmin()]
    if happens[is_set].mean() < ALWAYS:
        return None
    return Leak(name, f"is set in {int(is_set.sum())} rows, and always where the target happens")
