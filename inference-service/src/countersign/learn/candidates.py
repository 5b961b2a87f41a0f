"""Candidates: one row of numbers per code that a line may be booked under.

The numbers say how the code was used, never which code it is: what was learned at one
organisation holds at another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from countersign.learn.code_history import CodeHistory, Line, Use, Uses, amounts_of

if TYPE_CHECKING:
    from countersign.learn.table import Table

DAY_S = 86400.0
PER_LEVEL = ("share", "lead", "was_last", "age_days_log", "count_log", "total_log")
NAN = math.nan


@dataclass(frozen=True, slots=True)
class Asked:
    """The candidates of many lines: rows, the code of each, and the line that it is for."""

    rows: NDArray[np.float32]
    codes: list[str]
    line: NDArray[np.int64]


def feature_names(history: CodeHistory) -> tuple[str, ...]:
    """Return what the numbers of a candidate are, in order."""
    names = [f"level{level}.{what}" for level in range(len(history.levels)) for what in PER_LEVEL]
    for amount in history.amounts:
        names += [amount, f"{amount}.deviation", f"{amount}.spread"]
    return (*names, "candidates", "known_levels", "best_share")


def ask(history: CodeHistory, table: Table) -> Asked:
    """Lay out the candidates of every row of a table against the history as it is."""
    assert table.time is not None
    amounts = amounts_of(table, history.amounts)
    keys_of = zip(*history.keys(table), strict=True)
    return ask_lines(
        history,
        [
            Line(keys, float(at), told)
            for keys, at, told in zip(keys_of, table.time, amounts, strict=True)
        ],
    )


def ask_lines(history: CodeHistory, lines: Sequence[Line]) -> Asked:
    """Lay out the candidates of every line against the history as it is."""
    rows: list[list[float]] = []
    codes: list[str] = []
    places: list[int] = []
    known: dict[tuple[str | None, ...], _Known] = {}
    for number, line in enumerate(lines):
        if line.keys not in known:
            known[line.keys] = _look(history, line.keys)
        found = known[line.keys]
        rows += _rows(found, line.at, line.amounts, history.fade(line.at))
        codes += found.codes
        places += [number] * len(found.codes)
    shape = (len(rows), len(feature_names(history)))
    return Asked(
        np.asarray(rows, dtype=np.float32).reshape(shape), codes, np.asarray(places, dtype=np.int64)
    )


def best_of(
    line: NDArray[np.int64], margins: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each line the place of its best candidate (-1: none), and the raw confidence.

    Candidates compete with one another and with none of them being right.
    """
    odds = np.exp(np.clip(margins.astype(np.float64), -30.0, 30.0))
    total = 1.0 + np.bincount(line, weights=odds, minlength=count)
    order = np.lexsort((-odds, line))
    first = order[np.r_[True, line[order][1:] != line[order][:-1]]] if len(line) else order
    best = np.full(count, -1, dtype=np.int64)
    best[line[first]] = first
    share = np.zeros(count)
    share[line[first]] = odds[first] / total[line[first]]
    return best, share


@dataclass(frozen=True, slots=True)
class _Known:
    """What lines with the same keys share: candidates, uses, and the two heaviest of each."""

    codes: list[str]
    levels: list[Uses | None]
    heaviest: list[tuple[float, float]]


def _look(history: CodeHistory, keys: Sequence[str | None]) -> _Known:
    levels = [history.at(level, key) for level, key in enumerate(keys)]
    heaviest = []
    for uses in levels:
        weights = sorted((use.weight for use in uses.codes.values()), reverse=True) if uses else []
        heaviest.append((weights[0] if weights else 0.0, weights[1] if len(weights) > 1 else 0.0))
    return _Known(history.candidates(keys), levels, heaviest)


def _rows(known: _Known, at: float, amounts: Sequence[float], fade: float) -> list[list[float]]:
    codes, levels = known.codes, known.levels
    levels_known = float(sum(uses is not None for uses in levels))
    rows = []
    for code in codes:
        row: list[float] = []
        for uses, heaviest in zip(levels, known.heaviest, strict=True):
            row += _level(uses, code, at, heaviest, fade)
        nearest = next((u.codes[code] for u in levels if u is not None and code in u.codes), None)
        for place, amount in enumerate(amounts):
            row += _amount(amount, nearest, place)
        shares = [row[place] for place in range(0, len(PER_LEVEL) * len(levels), len(PER_LEVEL))]
        best = max((share for share in shares if not math.isnan(share)), default=NAN)
        rows.append([*row, float(len(codes)), levels_known, best])
    return rows


def _level(
    uses: Uses | None, code: str, at: float, heaviest: tuple[float, float], fade: float
) -> list[float]:
    if uses is None:
        return [NAN] * len(PER_LEVEL)
    first, second = heaviest
    total_log = math.log1p(uses.total * fade)
    use = uses.codes.get(code)
    if use is None:
        return [0.0, -first / uses.total, 0.0, NAN, 0.0, total_log]
    other = second if use.weight >= first else first
    return [
        use.weight / uses.total,
        (use.weight - other) / uses.total,
        float(uses.last_code == code),
        math.log1p(max(at - use.last, 0.0) / DAY_S),
        math.log1p(use.weight * fade),
        total_log,
    ]


def _amount(amount: float, use: Use | None, place: int) -> list[float]:
    """Say how usual the amount is where the code was used nearest to this line."""
    if use is None or not use.count:
        return [amount, NAN, NAN]
    mean = use.sums[place] / use.count
    variance = max(use.squares[place] / use.count - mean * mean, 0.0)
    spread = math.sqrt(variance)
    return [amount, abs(amount - mean) / (spread + 0.1), spread]
