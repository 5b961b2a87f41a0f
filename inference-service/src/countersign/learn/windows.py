"""Windows: what the rows before tell, within one unit and no newer than what is known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.learn.times import seconds_of
from countersign.model.task import Column

START_ROWS = 20
"""Rows at the beginning of a unit that say what is usual for it."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows put by unit and time; ``known`` is the newest row known of each, -1 where none is.

    Positions speak of the sorted rows; ``order`` leads back.
    """

    order: NDArray[np.int64]
    start: NDArray[np.int64]
    own: NDArray[np.int64]
    known: NDArray[np.int64]

    @classmethod
    def of(cls, unit: NDArray[np.int64], time: Numbers | None, horizon: int | str) -> Timeline:
        """Sort the rows, and find for each the newest that lies the horizon back.

        A horizon of rows counts rows of the unit; a duration goes by time, so that gaps in the
        data make what is known older instead of bringing the future nearer. A row never knows its
        own past values.
        """
        at = np.arange(len(unit), dtype=np.float64) if time is None else time
        order = np.lexsort((at, unit))
        units, times = unit[order], at[order]
        first = np.flatnonzero(np.r_[True, units[1:] != units[:-1]]) if len(unit) else units
        start = np.repeat(first, np.diff(np.r_[first, len(units)]))
        own = np.arange(len(units))
        if isinstance(horizon, int):
            if horizon < 0:
                raise TrainingRefused(f"horizon {horizon} lies in the past; write 0 or more")
            known = own - max(horizon, 1)
        else:
            if time is None:
                raise TrainingRefused("a horizon in time needs time_column in the spec")
            known = np.empty(len(units), dtype=np.int64)
            bounds = np.r_[first, len(units)]
            for begin, end in pairwise(bounds):
                here = times[begin:end]
                reach = np.searchsorted(here, here - seconds_of(horizon), side="right") - 1
                known[begin:end] = begin + reach
        known = np.minimum(known, own - 1)
        known = np.where(known < start, -1, known)
        return cls(order, start, own, known)

    def spread(self, values: Numbers, places: NDArray[np.int64]) -> Numbers:
        """Return sorted values at places, in the order of the table; NaN where there is none."""
        found = np.where(places >= 0, values[np.maximum(places, 0)], np.nan)
        back = np.empty(len(found))
        back[self.order] = found
        return back


def history_features(
    column: Column, values: Numbers, line: Timeline, *, wears: bool
) -> list[tuple[str, Numbers]]:
    """Return the features of a column's past by name: lags, and summaries of windows.

    Units that wear are seen against their own beginning (``change``); others by their extremes.
    """
    is_past = column.known == "past"
    ends = line.known if is_past else line.own
    ranked = values[line.order]
    features = []
    for lag in column.lags:
        places = np.where(ends < 0, -1, ends - lag)
        places = np.where(places < line.start, -1, places)
        features.append((f"{column.name}.lag{lag}", line.spread(ranked, places)))
    for window in column.windows:
        for name, summary in _summaries(ranked, line.start, window, wears).items():
            features.append((f"{column.name}.{name}{window}", line.spread(summary, ends)))
    return features


def _summaries(
    ranked: Numbers, start: NDArray[np.int64], window: int, wears: bool
) -> dict[str, Numbers]:
    """Summarise the window that ends at each row; it never reaches into another unit."""
    rolled = pd.Series(ranked).groupby(start).rolling(window, min_periods=1)
    summaries = {
        name: getattr(rolled, name)().to_numpy(dtype=np.float64)
        for name in (("mean", "std") if wears else ("mean", "std", "min", "max"))
    }
    is_empty = np.isnan(summaries["mean"])
    summaries["std"] = np.where(is_empty, np.nan, np.nan_to_num(summaries["std"]))
    summaries["trend"] = _trend(ranked, start, window)
    if wears:
        summaries["change"] = summaries["mean"] - _beginning(ranked, start)
    return summaries


def _beginning(ranked: Numbers, start: NDArray[np.int64]) -> Numbers:
    """Return the mean of the first rows of each unit, as far as they were there by then."""
    early = np.where(np.arange(len(ranked)) - start < START_ROWS, ranked, np.nan)
    means = pd.Series(early).groupby(start).expanding().mean()
    return np.asarray(means, dtype=np.float64)


def _trend(ranked: Numbers, start: NDArray[np.int64], window: int) -> Numbers:
    """Return the slope per row of the line through each window, by running sums.

    Rows without a value stand at the mean of the unit so far: they flatten, they do not tilt.
    """
    series = pd.Series(ranked)
    so_far = series.groupby(start).expanding().mean().to_numpy(dtype=np.float64)
    level = series.groupby(start).transform("first").to_numpy(dtype=np.float64)
    filled = np.where(np.isnan(ranked), so_far, ranked)
    filled = np.nan_to_num(filled - np.nan_to_num(level))
    place = np.arange(len(filled), dtype=np.float64) - start
    begin = np.maximum(np.arange(len(filled)) - window + 1, start)
    sums, moments = np.r_[0.0, np.cumsum(filled)], np.r_[0.0, np.cumsum(filled * place)]
    end = np.arange(len(filled)) + 1
    count = (end - begin).astype(np.float64)
    centre = (place[begin] + place) / 2.0
    total = sums[end] - sums[begin]
    lean = moments[end] - moments[begin] - centre * total
    spread = count * (count * count - 1.0) / 12.0
    slope: Numbers = np.divide(lean, spread, out=np.zeros(len(filled)), where=count > 1)
    return slope
