"""Times of a table: one clock for all rows, or a refusal that says what is mixed."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused

FORMATS = (
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%m-%Y %H:%M",
    "%m-%d-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%m-%d-%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y%m%d",
)
"""Ways to write a time besides ISO 8601, with any separator; taken when one alone fits all rows."""
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(min|s|m|h|d|w)")
_SECONDS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration such as ``90s``, ``15min``, ``1h`` or ``30d``."""
    match = _DURATION.fullmatch(duration.strip())
    if match is None:
        raise TrainingRefused(
            f"{duration!r} is no duration; write a number and s, min, h, d or w, as in 1h"
        )
    return float(match.group(1)) * _SECONDS[match.group(2)]


def find_format(values: pd.Series[Any], name: str) -> str | None:
    """Return the one format that fits every row, ``None`` for numbers and ISO 8601.

    Raises:
        TrainingRefused: no format fits, or several do.
    """
    if _is_numeric(values) or pd.api.types.is_datetime64_any_dtype(values):
        return None
    text = values.dropna().astype(str).str.strip()
    if not len(text) or _is_iso(text):
        return None
    plain = _plain(text)
    fitting = [one for one in FORMATS if _fits(plain, one)]
    if len(fitting) == 1:
        return fitting[0]
    example = text.iloc[0]
    if fitting:
        raise TrainingRefused(
            f"{name} can be read in several ways ({example!r}: {' or '.join(fitting)}); "
            "say which with time_format in the spec"
        )
    raise TrainingRefused(
        f"{name} holds {example!r}, which is no time; write ISO 8601 (2026-11-20T16:30:00Z), "
        "or say how it is written with time_format in the spec"
    )


def read_times(values: pd.Series[Any], name: str, time_format: str | None) -> NDArray[np.float64]:
    """Return times as seconds since 1970 in UTC; plain numbers (cycles, days) stay as they are."""
    if values.isna().any():
        row = int(np.flatnonzero(values.isna())[0])
        raise TrainingRefused(
            f"{int(values.isna().sum())} rows have no {name} (first: row {row}); "
            "fill it in or leave these rows out"
        )
    if pd.api.types.is_datetime64_any_dtype(values):
        return _seconds(values)
    if time_format is None and _is_numeric(values):
        return np.asarray(pd.to_numeric(values), dtype=np.float64)
    text = values.astype(str).str.strip()
    _check_offsets(text, name)
    time_format = time_format or find_format(values, name)
    if time_format is None:
        return _seconds(pd.to_datetime(text, format="ISO8601", utc=True))
    try:
        return _seconds(pd.to_datetime(text, format=time_format))
    except ValueError:
        pass
    try:
        return _seconds(pd.to_datetime(_plain(text), format=_separated(time_format)))
    except ValueError as error:
        raise TrainingRefused(
            f"{name} is not written as time_format {time_format!r} says: {error}"
        ) from error


def _is_numeric(values: pd.Series[Any]) -> bool:
    """Tell numbers from times; eight digits that are a date are a time."""
    if pd.api.types.is_numeric_dtype(values):
        return True
    numbers = pd.to_numeric(values, errors="coerce")
    return bool(numbers.notna().all()) and not bool(values.astype(str).str.len().eq(8).all())


def _is_iso(text: pd.Series[Any]) -> bool:
    try:
        pd.to_datetime(text, format="ISO8601", utc=True)
    except ValueError:
        return False
    return not bool(text.str.fullmatch(r"\d{8}").all())


def _seconds(values: pd.Series[Any]) -> NDArray[np.float64]:
    moments = pd.to_datetime(values, utc=True)
    since = (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return np.asarray(since, dtype=np.float64)


def _check_offsets(text: pd.Series[Any], name: str) -> None:
    """Refuse times of different offsets, and some with and some without one."""
    offsets = text.where(text.str.len() > 10, "").str.extract(_OFFSET.pattern)[0]
    offsets = offsets.fillna("none").replace({"+00:00": "Z", "+0000": "Z", "-00:00": "Z"})
    found = sorted(offsets.unique())
    if len(found) > 1:
        raise TrainingRefused(
            f"{name} mixes time zones ({', '.join(found[:4])}); "
            "write every time in one of them, best in UTC with Z at the end"
        )


def _plain(text: pd.Series[Any]) -> pd.Series[Any]:
    """Write every separator of a date as a dash: spreadsheets mix them within one column."""
    return text.str.replace(r"[/.]", "-", regex=True)


def _separated(time_format: str) -> str:
    return time_format.replace("/", "-").replace(".", "-")


def _fits(text: pd.Series[Any], time_format: str) -> bool:
    if pd.to_datetime(text.iloc[:1], format=time_format, errors="coerce").isna().any():
        return False
    return not pd.to_datetime(text, format=time_format, errors="coerce").isna().any()


def is_calendar(time: NDArray[np.float64]) -> bool:
    """Tell times from cycle counters."""
    return bool(len(time)) and float(time.min()) > 1e8
