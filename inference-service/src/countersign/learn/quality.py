"""The data-quality gate: a month that does not look like those before is not learned from.

Real finance data breaks formats: codes lose zeros, a column arrives empty, a unit changes.
Training over such a month destroys the confidence of a model. What normalising can mend passes;
the rest is quarantined with an alarm, until a person accepts it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.table import Table
from countersign.learn.times import is_calendar

FEWEST_ROWS = 30
"""Rows below which a month says too little about itself to be judged."""
ENOUGH_PAST = 0.4
"""Share of a batch's size that the past must have before it is a measure."""
MISSING_JUMP = 0.25
NEW_CODES = 0.5
NEW_FORMATS = 0.3
SHIFT = 2.0
"""Population stability index from which numbers are another population; 0.25 is called large."""
TIMES_USUAL = 3.0
BINS = 10
MOST_LEFT_OUT = 0.5
HARDLY_REPEATS = 0.5
"""Share of different codes in a batch from which new ones are what is usual."""
MOST_ODD_STARTS = 3
KEPT_CODES = 5000
MEMORY = 0.5
"""What the months before weigh against the newest accepted one."""
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is usual in a column: share missing, edges of tenths, codes and their formats."""

    missing: float
    edges: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()
    codes: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    usual_shift: float = 0.0
    usual_new: float = 0.0

    def to_data(self) -> dict[str, Any]:
        """Write the profile for a card."""
        return {
            "missing": self.missing,
            "edges": list(self.edges),
            "shares": list(self.shares),
            "codes": sorted(self.codes),
            "formats": sorted(self.formats),
            "usual_shift": self.usual_shift,
            "usual_new": self.usual_new,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ColumnProfile:
        """Read a profile from a card."""
        return cls(
            float(data["missing"]),
            tuple(data["edges"]),
            tuple(data["shares"]),
            frozenset(data["codes"]),
            frozenset(data["formats"]),
            float(data["usual_shift"]),
            float(data["usual_new"]),
        )


@dataclass(slots=True)
class Gate:
    """The recent past of every column; accepted batches become part of it."""

    columns: dict[str, ColumnProfile] = field(default_factory=dict)
    rows: int = 0
    ignored: frozenset[str] = frozenset()
    """Columns that were never the same for long."""

    def check(self, table: Table) -> dict[str, str]:
        """Say what is wrong with the columns of a batch, in words.

        Nothing is wrong with the first ones: a past much smaller than the batch proves nothing.
        """
        if len(table) < FEWEST_ROWS or self.rows < len(table) * ENOUGH_PAST:
            return {}
        found = {}
        for name, values in _columns(table).items():
            profile = self.columns.get(name)
            if profile is not None and name not in self.ignored:
                wrong = _wrong(name, values, profile)
                if wrong is not None:
                    found[name] = wrong
        return found

    def accept(self, table: Table) -> None:
        """Take a batch into the past that later ones are held against, unless it is tiny."""
        if len(table) < FEWEST_ROWS:
            return
        for name, values in _columns(table).items():
            self.columns[name] = _merged(self.columns.get(name), values)
        self.rows += len(table)

    def to_data(self) -> dict[str, Any]:
        """Write the gate for a card."""
        columns = {name: profile.to_data() for name, profile in self.columns.items()}
        return {"rows": self.rows, "columns": columns, "ignored": sorted(self.ignored)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Gate:
        """Read the gate from a card."""
        columns = data.get("columns", {})
        profiles = {name: ColumnProfile.from_data(told) for name, told in columns.items()}
        return cls(profiles, int(data.get("rows", 0)), frozenset(data.get("ignored", ())))


def months_of(table: Table) -> list[tuple[str, NDArray[np.int64]]]:
    """Return the rows of every calendar month in order; one batch where time is no calendar."""
    if table.time is None or not is_calendar(table.time):
        return [("all", np.arange(len(table)))]
    month = pd.to_datetime(table.time, unit="s").strftime("%Y-%m").to_numpy()
    return [(str(name), np.flatnonzero(month == name)) for name in np.unique(month)]


@dataclass(frozen=True, slots=True)
class Passed:
    """Which rows may be learned from, an alarm for every month left out, and the new past."""

    rows: NDArray[np.bool_]
    alarms: list[str]
    gate: Gate
    blamed: tuple[tuple[str, ...], ...] = ()
    """The columns that kept each month out."""


def pass_gate(table: Table, gate: Gate | None = None, accept: Iterable[str] = ()) -> Passed:
    """Lead the months of a table through the gate, oldest first.

    Where nothing is known yet and most months would fail, either the first ones are the odd ones
    and left out instead, or a column is never the same for long (a counter, a document number, a
    new way of coding since then): it is not held against the past, and an alarm says so.
    """
    months, accepted = months_of(table), frozenset(accept)
    first = _pass_months(table, months, gate or Gate(), accepted)
    if gate is not None:
        return first
    first = _without_odd_starts(table, months, accepted, first)
    restless: set[str] = set()
    while first.blamed and first.rows.mean() <= MOST_LEFT_OUT:
        blamed = Counter(name for names in first.blamed for name in names)
        restless.add(blamed.most_common(1)[0][0])
        first = _pass_months(table, months, Gate(ignored=frozenset(restless)), accepted)
    said = [
        f"{name} is not the same for long: it is not held against the months before. A counter or "
        "a document number tells nothing about new rows; leave it out of the spec"
        for name in sorted(restless)
    ]
    return replace(first, alarms=[*said, *first.alarms])


def _without_odd_starts(
    table: Table,
    months: list[tuple[str, NDArray[np.int64]]],
    accepted: frozenset[str],
    first: Passed,
) -> Passed:
    """Leave the first months out where that lets most others pass."""
    for start in range(1, min(len(months) - 1, MOST_ODD_STARTS) + 1):
        if first.rows.mean() > MOST_LEFT_OUT:
            break
        later = _pass_months(table, months[start:], Gate(), accepted)
        if later.rows.mean() > max(first.rows.mean(), MOST_LEFT_OUT):
            odd = ", ".join(name for name, _ in months[:start])
            alarm = f"{odd} left out: the months that follow do not look like it"
            first = replace(later, alarms=[alarm, *later.alarms])
    return first


def _pass_months(
    table: Table, months: list[tuple[str, NDArray[np.int64]]], gate: Gate, accept: frozenset[str]
) -> Passed:
    passed = np.zeros(len(table), dtype=np.bool_)
    alarms, blamed = [], []
    for month, here in months:
        batch = table.where(here)
        wrong = {} if month in accept else gate.check(batch)
        if wrong:
            said = "; ".join(wrong.values())
            alarms.append(f"{month} quarantined, {len(here)} rows left out: {said}")
            blamed.append(tuple(wrong))
        else:
            passed[here] = True
            gate.accept(batch)
    return Passed(passed, alarms, gate, tuple(blamed))


def _columns(table: Table) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {**table.codes, **table.numbers}
    for name, hours in table.ages.items():  # they grow by themselves; only gaps are odd
        found[name] = np.where(np.isnan(hours), np.nan, 0.0)
    if table.target is not None:
        found[table.task.target] = table.target
    return found


def _wrong(name: str, values: NDArray[Any], profile: ColumnProfile) -> str | None:
    missing = float(pd.isna(values).mean())
    if missing > profile.missing + MISSING_JUMP:
        return f"{name} is empty in {missing:.0%} of the rows, {profile.missing:.0%} before"
    known = values[~pd.isna(values)]
    if len(known) < FEWEST_ROWS:
        return None
    if values.dtype == object:
        return _wrong_codes(name, known, profile)
    shift = _shift(known, profile)
    limit = max(SHIFT, TIMES_USUAL * profile.usual_shift)
    if shift > limit:
        return f"{name} is another population (stability index {shift:.1f}, {limit:.1f} allowed)"
    return None


def _wrong_codes(name: str, known: NDArray[Any], profile: ColumnProfile) -> str | None:
    counts = Counter(known.tolist())
    odd = sum(n for code, n in counts.items() if format_of(code) not in profile.formats)
    formats = odd / len(known)
    if formats > NEW_FORMATS:
        return f"{name} is written differently in {formats:.0%} of the rows"
    new = sum(n for code, n in counts.items() if code not in profile.codes) / len(known)
    limit = max(NEW_CODES, min(TIMES_USUAL * profile.usual_new, 0.95))
    if new > limit and len(counts) < HARDLY_REPEATS * len(known):
        return f"{name} holds codes never seen before in {new:.0%} of the rows"
    return None


def format_of(code: str) -> str:
    """Return the shape of a code: letters and digits without their number."""
    return _DIGITS.sub("9", _LETTERS.sub("A", code))


def _merged(profile: ColumnProfile | None, values: NDArray[Any]) -> ColumnProfile:
    missing = float(pd.isna(values).mean())
    known = values[~pd.isna(values)]
    if profile is not None and len(known) < FEWEST_ROWS:
        return profile
    keep = 0.0 if profile is None else MEMORY
    old = profile or ColumnProfile(missing)
    missing = keep * old.missing + (1.0 - keep) * missing
    if values.dtype == object:
        counts = Counter(known.tolist())
        new = float(np.mean([code not in old.codes for code in known])) if len(known) else 0.0
        kept = [code for code, _ in counts.most_common(KEPT_CODES)]
        return ColumnProfile(
            missing,
            codes=frozenset([*old.codes, *kept]),
            formats=old.formats | {format_of(code) for code in counts},
            usual_new=0.0 if profile is None else max(old.usual_new, new),
        )
    if not len(known):
        return ColumnProfile(missing, old.edges, old.shares, usual_shift=old.usual_shift)
    if not old.edges:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
        edges_told = tuple(float(edge) for edge in edges)
        return ColumnProfile(missing, edges_told, tuple(_shares(known, edges_told)))
    shares = _shares(known, old.edges)
    mixed = keep * np.asarray(old.shares) + (1.0 - keep) * shares
    usual = max(old.usual_shift, _shift(known, old))
    return ColumnProfile(missing, old.edges, tuple(mixed.tolist()), usual_shift=usual)


def _shares(known: NDArray[Any], edges: tuple[float, ...]) -> NDArray[np.float64]:
    counts = np.bincount(np.searchsorted(edges, known, side="right"), minlength=len(edges) + 1)
    shares: NDArray[np.float64] = counts / max(len(known), 1)
    return shares


def _shift(known: NDArray[Any], profile: ColumnProfile) -> float:
    """Return the population stability index against the recent past."""
    if not profile.edges:
        return 0.0
    now = np.clip(_shares(known, profile.edges), 1e-3, None)
    before = np.clip(np.asarray(profile.shares), 1e-3, None)
    return float(((now - before) * np.log(now / before)).sum())
