"""Times of a table: one clock for all rows, or a refusal that says what is mixed."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused

_DAYS = ("%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d")
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H:%M", "T%H:%M:%S")
FORMATS = (
    *(day + clock for clock in _CLOCKS for day in _DAYS),
    "%m-%Y",
    "%Y-%m",
)
"""Ways to write a time besides ISO 8601, with any separator; taken when one alone fits all rows."""
SHORT_YEARS = ("%d-%m-%y", "%m-%d-%y", "%y-%m-%d")
"""Ways that are only named: two digits do not tell a year from a day."""
DIGITS = {14: "%Y%m%d%H%M%S", 12: "%Y%m%d%H%M", 8: "%Y%m%d", 6: "%Y%m"}
"""Times of digits alone, by their number, as SAP writes them."""
_MONTH_OF_YEAR = r"(?:0[1-9]|1[0-2])\.(?:19|20)\d{2}"
_CENTURIES = (1900.0, 2100.0)
_MILLISECONDS_FROM, _MILLISECONDS_TO = 1e11, 1e14
"""Numbers that are times in milliseconds since 1970, from 1973 on."""
NO_DATE = r"0{4}-?0{2}-?0{2}|0{2}[./-]0{2}[./-]0{4}|9999-?12-?31|31[./-]12[./-]9999"
"""Dates that stand for none: never, and for ever."""
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
    if pd.api.types.is_datetime64_any_dtype(values):
        return None
    values = values.dropna()
    digits = _format_of_digits(values)
    if digits is not None or _is_numeric(values):
        return digits
    text = values.astype(str).str.strip()
    if not len(text) or _is_iso(text):
        return None
    plain = _dashed(text)
    fitting = [one for one in FORMATS if _fits(plain, one)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise TrainingRefused(_several_ways(name, text, fitting))
    days = plain.str.extract(r"^(\d{1,2}-\d{1,2}-\d{2})(?!\d)")[0]
    short = [one for one in SHORT_YEARS if days.notna().all() and _fits(days, one)]
    if short:
        raise TrainingRefused(_several_ways(name, text, short))
    raise TrainingRefused(
        f"{name} holds {_first_odd(text, plain)}, which is no time; "
        "write ISO 8601 (2026-11-20T16:30:00Z), or say how it is written with time_format "
        "in the spec"
    )


def _several_ways(name: str, text: pd.Series[Any], fitting: list[str]) -> str:
    return (
        f"{name} can be read in several ways ({text.iloc[0]!r}: {' or '.join(fitting)}); "
        "say which with time_format in the spec"
    )


def _first_odd(text: pd.Series[Any], plain: pd.Series[Any]) -> str:
    """Quote the cell that keeps a column from being times: the first that most others are not."""
    ways = [pd.to_datetime(plain, format=one, errors="coerce").isna() for one in FORMATS]
    ways.append(pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True).isna())
    fewest = min(ways, key=lambda odd: int(odd.sum()))
    if fewest.mean() > 0.5:
        return repr(text.iloc[0])
    place = int(np.flatnonzero(fewest)[0])
    return f"{text.iloc[place]!r} in row {text.index[place]} ({int(fewest.sum())} such rows)"


def read_times(values: pd.Series[Any], name: str, time_format: str | None) -> NDArray[np.float64]:
    """Return times as seconds since 1970 in UTC; plain numbers (cycles, days) stay as they are."""
    is_absent = values.isna() | values.astype(str).str.strip().str.fullmatch(NO_DATE)
    if is_absent.any():
        row = int(np.flatnonzero(is_absent)[0])
        raise TrainingRefused(
            f"{int(is_absent.sum())} rows have no {name} (first: row {row}); "
            "fill it in or leave these rows out"
        )
    if pd.api.types.is_datetime64_any_dtype(values):
        return _seconds(values)
    if time_format is None:
        time_format = _format_of_digits(values)
    if time_format is None and _is_numeric(values):
        return _of_numbers(values)
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
        return _seconds(pd.to_datetime(_dashed(text), format=_separated(time_format)))
    except ValueError as error:
        raise TrainingRefused(
            f"{name} is not written as time_format {time_format!r} says: "
            f"{str(error).splitlines()[0]}"
        ) from error


def _of_numbers(values: pd.Series[Any]) -> NDArray[np.float64]:
    numbers = np.asarray(pd.to_numeric(values), dtype=np.float64)
    is_milliseconds = (numbers > _MILLISECONDS_FROM) & (numbers < _MILLISECONDS_TO)
    return numbers / 1000.0 if len(numbers) and is_milliseconds.all() else numbers


def _is_numeric(values: pd.Series[Any]) -> bool:
    """Tell numbers from times."""
    if pd.api.types.is_numeric_dtype(values):
        return True
    return bool(pd.to_numeric(values, errors="coerce").notna().all())


def _format_of_digits(values: pd.Series[Any]) -> str | None:
    """Return the format of times that are written as digits alone, ``None`` where they are not."""
    values = values.dropna()
    if not len(values) or pd.api.types.is_float_dtype(values):
        return None
    text = values.astype(str).str.strip()
    if text.str.fullmatch(_MONTH_OF_YEAR).all():
        return "%m.%Y"
    time_format = DIGITS.get(len(text.iloc[0]))
    if time_format is None or not text.str.fullmatch(rf"\d{{{len(text.iloc[0])}}}").all():
        return None
    moments = pd.to_datetime(text, format=time_format, errors="coerce")
    return time_format if moments.dt.year.between(*_CENTURIES).all() else None


def _is_iso(text: pd.Series[Any]) -> bool:
    try:
        pd.to_datetime(text, format="ISO8601", utc=True)
    except ValueError:
        return False
    return not bool(text.str.fullmatch(r"\d+").all())


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


def _dashed(text: pd.Series[Any]) -> pd.Series[Any]:
    """Write every separator of a date as a dash: spreadsheets mix them within one column."""
    return text.str.replace(r"(?<=\d)[/.](?=\d)", "-", regex=True)


def _separated(time_format: str) -> str:
    return time_format.replace("/", "-").replace(".", "-")


def _fits(text: pd.Series[Any], time_format: str) -> bool:
    if pd.to_datetime(text.iloc[:1], format=time_format, errors="coerce").isna().any():
        return False
    return not pd.to_datetime(text, format=time_format, errors="coerce").isna().any()


def is_calendar(time: NDArray[np.float64]) -> bool:
    """Tell times from cycle counters."""
    return bool(len(time)) and float(time.min()) > 1e8
