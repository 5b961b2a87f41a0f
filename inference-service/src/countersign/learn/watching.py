"""Watch: alarms where a signal leaves what its own past makes likely, for longer than noise does.

The model tells the next value; what counts is the mean of what it missed over some rows, against
how large that usually was. Rows of an alarm teach neither what is usual nor the next model.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.fitting import fit
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import clock_was_set_back, read_table
from countersign.learn.times import seconds_of
from countersign.model.task import TaskSpec

ROWS = 20
THRESHOLD = 5.5
QUIET = "48h"
FIRST_SHARE = 0.06
FEWEST_ROWS = 500
REFITS = 10
TO_DEVIATION = 1.4826
"""From a median absolute deviation to a standard deviation."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Alarms (begin, end, strength), and of each row how far it lies off, in deviations."""

    alarms: pd.DataFrame
    deviations: NDArray[np.float64]


def watch(
    spec: TaskSpec,
    frame: pd.DataFrame,
    seed: int = 1,
    *,
    rows: int = ROWS,
    threshold: float = THRESHOLD,
    quiet: str = QUIET,
) -> Watched:
    """Walk through a signal in time, refitting as it grows, and return where it left the usual.

    ``rows`` are averaged before they are judged; exceedances nearer than ``quiet`` are one alarm.

    Raises:
        TrainingRefused: the spec is not about the next value of one signal, or rows are too few.
    """
    if spec.kind != "regress" or not spec.time_column or spec.unit_column:
        raise TrainingRefused(
            'a watch needs kind = "regress", time_column, and one signal without unit_column; '
            "watch units one by one"
        )
    table = read_table(spec, frame, with_target=True)
    assert table.time is not None
    assert table.target is not None
    order = np.argsort(table.time, kind="stable")
    if clock_was_set_back(table):
        order = np.arange(len(table))
    frame, time = frame.iloc[order], table.time[order]
    missed = np.asarray(table.target[order], dtype=np.float64) - _walk(spec, frame, seed)
    deviations = _deviations(missed, rows)
    episodes: list[tuple[int, int]] = []
    for place in np.flatnonzero(np.nan_to_num(deviations) > threshold).tolist():
        if episodes and time[place] - time[episodes[-1][1]] <= seconds_of(quiet):
            episodes[-1] = (episodes[-1][0], place)
        else:
            episodes.append((place, place))
    moments = frame[spec.time_column].to_numpy()
    told = [
        (moments[begin], moments[end], round(float(np.nanmax(deviations[begin : end + 1])), 1))
        for begin, end in episodes
    ]
    back = np.empty(len(deviations))
    back[order] = deviations
    return Watched(pd.DataFrame(told, columns=["begin", "end", "strength"]), back)


def _walk(spec: TaskSpec, frame: pd.DataFrame, seed: int) -> NDArray[np.float64]:
    """Tell every row by a model of the rows before it; NaN for the first."""
    start = max(FEWEST_ROWS, round(len(frame) * FIRST_SHARE))
    if start >= len(frame):
        raise TrainingRefused(f"{len(frame)} rows are too few to watch; bring {FEWEST_ROWS * 2}")
    told = np.full(len(frame), np.nan)
    edges = np.linspace(start, len(frame), REFITS + 1).astype(int)
    for begin, end in pairwise(edges.tolist()):
        model = fit(spec, frame.iloc[:begin], seed, accept_all=True)
        told[begin:end] = model.predict(frame.iloc[:end])["value"].to_numpy()[begin:]
    return told


def _deviations(missed: NDArray[np.float64], rows: int) -> NDArray[np.float64]:
    """Return how far the smoothed miss lies off what it was before, in robust deviations."""
    smooth = pd.Series(missed).rolling(rows).mean()
    lag, fewest = rows * 12, rows * 12
    usual = smooth.expanding(fewest).median()
    spread = (smooth - usual).abs().expanding(fewest).median() * TO_DEVIATION
    off = (smooth - usual.shift(lag)).abs() / spread.shift(lag)
    return np.asarray(off, dtype=np.float64)
