"""Marks: when things happened, to be counted or averaged as they were known at other moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.datetime64]
Numbers = NDArray[np.float64]
NEVER = np.datetime64("NaT", "us")
DIGITS = 9
"""Sums of floats differ in the last digits with what stands beside them; answers do not."""


def moments(times: Sequence[datetime | None]) -> Moments:
    """Return aware times as moments in UTC, ``NaT`` where there is none."""
    return np.asarray(
        [NEVER if at is None else np.datetime64(_naive(at), "us") for at in times],
        dtype="datetime64[us]",
    )


class Marks:
    """Things that happened, each under a key, at a moment, perhaps with a value.

    Only what lies before a moment counts for it, never what happens in it.
    """

    def __init__(
        self, keys: Sequence[Any], at: Moments, values: NDArray[Any] | None = None
    ) -> None:
        self._places = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        codes = np.asarray([self._places[key] for key in keys], dtype=np.int64)
        clock = at.astype(np.int64)
        self._begin = int(clock.min()) if len(clock) else 0
        self._span = (int(clock.max()) - self._begin if len(clock) else 0) + 2
        ranks = codes * self._span + (clock - self._begin)
        order = np.argsort(ranks, kind="stable")
        self._ranks = ranks[order]
        values = np.ones(len(codes)) if values is None else np.asarray(values, dtype=np.float64)
        self._values = values[order]
        self._sums = np.r_[0.0, np.cumsum(self._values)]

    def count(self, keys: Sequence[Any], before: Moments, within: timedelta) -> Numbers:
        """Count what happened under each key in the span that ends at each moment."""
        start, end = self._span_of(keys, before, within)
        return (end - start).astype(np.float64)

    def count_all(self, keys: Sequence[Any], before: Moments) -> Numbers:
        """Count what ever happened under each key before each moment."""
        codes = self._codes(keys)
        return (self._find(codes, before) - self._first(codes)).astype(np.float64)

    def mean(self, keys: Sequence[Any], before: Moments, within: timedelta) -> Numbers:
        """Average the values in the span that ends at each moment; NaN where there are none."""
        return self._mean(*self._span_of(keys, before, within))

    def mean_of_last(self, keys: Sequence[Any], before: Moments, count: int) -> Numbers:
        """Average the last values before each moment; NaN where there are none."""
        codes = self._codes(keys)
        end = self._find(codes, before)
        return self._mean(np.maximum(end - count, self._first(codes)), end)

    def last(self, keys: Sequence[Any], before: Moments, within: timedelta) -> Numbers:
        """Return the newest value in the span that ends at each moment; NaN where there is none."""
        start, end = self._span_of(keys, before, within)
        there = end > start
        found = np.full(len(end), np.nan)
        found[there] = self._values[end[there] - 1]
        return found

    def _mean(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> Numbers:
        count = end - start
        total = self._sums[end] - self._sums[start]
        found: Numbers = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        return np.round(found, DIGITS)

    def _span_of(
        self, keys: Sequence[Any], before: Moments, within: timedelta
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        codes = self._codes(keys)
        return self._find(codes, before - np.timedelta64(within)), self._find(codes, before)

    def _codes(self, keys: Sequence[Any]) -> NDArray[np.int64]:
        unknown = len(self._places)
        return np.asarray([self._places.get(key, unknown) for key in keys], dtype=np.int64)

    def _first(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self._ranks, codes * self._span, side="left")

    def _find(self, codes: NDArray[np.int64], before: Moments) -> NDArray[np.int64]:
        since = np.clip(before.astype(np.int64) - self._begin, 0, self._span - 1)
        return np.searchsorted(self._ranks, codes * self._span + since, side="left")


def _naive(at: datetime) -> datetime:
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("a time without offset says no moment")
    return at.replace(tzinfo=None) - offset
