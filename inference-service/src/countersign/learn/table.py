"""A table that can be learned from: the columns of a spec, typed, in the order of time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.csv_file import SEPARATOR_ATTRIBUTE
from countersign.learn.encoders import encoded
from countersign.learn.number_text import (
    COMMA,
    EXAMPLES,
    MARKED,
    POINT,
    NumberText,
    find_decimals,
    is_marked,
    read_flags,
)
from countersign.learn.refusal import TrainingRefused
from countersign.learn.times import NO_DATE, find_format, is_calendar, read_times, seconds_of
from countersign.model.codes import canonical
from countersign.model.task import Column, TaskSpec, levels_of

HOUR_S = 3600.0
AMOUNT_KINDS = frozenset({"regress", "quantile", "remaining_life"})


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that a spec speaks of; every array has one entry per row.

    ``numbers`` holds numbers, flags and ``ages`` of times in hours (NaN where missing), ``codes``
    canonical codes (``None`` where missing), ``texts`` plain text. ``raw`` are the
    rows as they came, for people and the quality gate.
    """

    task: TaskSpec
    raw: pd.DataFrame
    time: NDArray[np.float64] | None
    unit: NDArray[np.int64]
    numbers: Mapping[str, NDArray[np.float64]]
    ages: Mapping[str, NDArray[np.float64]]
    codes: Mapping[str, NDArray[np.object_]]
    texts: Mapping[str, NDArray[np.object_]]
    target: NDArray[Any] | None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.raw)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Table:
        """Return the chosen rows."""
        return Table(
            self.task,
            self.raw.loc[chosen] if chosen.dtype == np.bool_ else self.raw.iloc[chosen],
            None if self.time is None else self.time[chosen],
            self.unit[chosen],
            {name: values[chosen] for name, values in self.numbers.items()},
            {name: values[chosen] for name, values in self.ages.items()},
            {name: values[chosen] for name, values in self.codes.items()},
            {name: values[chosen] for name, values in self.texts.items()},
            None if self.target is None else self.target[chosen],
        )

    @property
    def scale(self) -> NDArray[np.float64]:
        """Return what the amounts of each row are shares of: 1 unless the spec names a column."""
        if not self.task.scale_column:
            return np.ones(len(self))
        return self.numbers[self.task.scale_column]

    def digest(self) -> str:
        """Return the SHA-256 of the raw rows that the spec speaks of."""
        names = [name for name in spec_columns(self.task) if name in self.raw]
        hashes = pd.util.hash_pandas_object(self.raw[names].astype(str), index=False)
        return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()


def spec_columns(task: TaskSpec) -> list[str]:
    """Return the names of all columns that a spec speaks of, each once."""
    said = [column.name for column in task.columns]
    said += [task.target, task.time_column, task.unit_column]
    said += [task.offset_column or "", task.scale_column or ""]
    said += [*task.key_columns, *(name for names in task.rank_by for name in names)]
    return list(dict.fromkeys(name for name in said if name))


def read_table(task: TaskSpec, frame: pd.DataFrame, *, with_target: bool) -> Table:
    """Read the columns of a spec from a frame.

    Raises:
        TrainingRefused: columns are absent, or hold what the spec does not say.
    """
    _check_present(task, frame, with_target)
    frame = frame.reset_index(drop=True)
    if task.time_column and task.time_format is None and with_target:
        found = find_format(frame[task.time_column], task.time_column)
        task = replace(task, time_format=found)
    task = settle(task, frame)
    written = dict(task.written)
    time = None
    if task.time_column:
        time = read_times(frame[task.time_column], task.time_column, task.time_format)
        _check_clock(task, time, frame[task.time_column])
    unit = np.zeros(len(frame), dtype=np.int64)
    if task.unit_column:
        unit = pd.factorize(frame[task.unit_column].astype(str).str.strip(), sort=True)[0]
    numbers: dict[str, NDArray[np.float64]] = {}
    ages: dict[str, NDArray[np.float64]] = {}
    codes: dict[str, NDArray[np.object_]] = {}
    texts: dict[str, NDArray[np.object_]] = {}
    for column in task.columns:
        values = frame.get(column.name)
        if values is None:  # the target, not known of new rows
            numbers[column.name] = np.full(len(frame), np.nan)
        elif column.type == "code":
            codes[column.name] = read_codes(values)
        elif column.type == "time":
            ages[column.name] = numbers[column.name] = _ages(values, column.name, time)
        elif column.type == "image":
            numbers |= encoded(column.name, values)
        elif column.type == "text":
            texts[column.name] = values.fillna("").astype(str).to_numpy(dtype=object)
        else:
            numbers[column.name] = read_numbers(column, values, written.get(column.name))
    for name in dict.fromkeys(name for names in levels_of(task) for name in names):
        codes[name] = read_codes(frame[name])
    for beside in (task.offset_column, task.scale_column):
        if beside and beside not in numbers:
            numbers[beside] = read_numbers(Column(beside), frame[beside], written.get(beside))
    target = _target(task, frame) if with_target else None
    table = Table(task, frame, time, unit, numbers, ages, codes, texts, target)
    if with_target:
        _check_keys(table)
    return table


def read_numbers(
    column: Column, values: pd.Series[Any], written: str | None = None, *, is_target: bool = False
) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where empty; refuse text that is no number.

    ``written`` is how the column writes what could be read in two ways (``TaskSpec.written``).
    """
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(np.isfinite(numbers), numbers, np.nan)
    cells = NumberText.of(values)
    numbers = cells.numbers(written if written in (POINT, COMMA) else POINT)
    wrong = cells.wrong
    if column.type == "flag":
        if written == MARKED:
            numbers = np.where(cells.is_empty, 0.0, numbers)
        flags = read_flags(cells.text)
        if written == MARKED:
            flags = np.where(cells.text.str.upper() == MARKED, 1.0, flags)
        wrong = wrong & np.isnan(flags)
        numbers = np.where(np.isnan(numbers), flags, numbers)
    if wrong.any():
        raise TrainingRefused(_no_number(column, cells.text[wrong], is_target=is_target))
    return numbers


def settle(task: TaskSpec, frame: pd.DataFrame) -> TaskSpec:
    """Return the task with how its columns write what could be read in two ways.

    Raises:
        TrainingRefused: a column contradicts itself, or nothing tells how it is written.
    """
    wanted = {column.name: column.type for column in task.columns}
    numeric = {name: type_ for name, type_ in wanted.items() if type_ in ("number", "flag")}
    for beside in (task.offset_column, task.scale_column):
        if beside:
            numeric.setdefault(beside, "number")
    if task.kind in AMOUNT_KINDS or task.kind == "occurrence":
        numeric[task.target] = "flag" if task.kind == "occurrence" else "number"
    texts = {
        name: frame[name]
        for name in numeric
        if name in frame and not pd.api.types.is_numeric_dtype(frame[name].dtype)
    }
    known = dict(task.written)
    if task.decimal:
        known = dict.fromkeys(numeric, task.decimal) | known
    marked = {
        name: MARKED
        for name, values in texts.items()
        if numeric[name] == "flag" and (known.get(name) == MARKED or is_marked(values))
    }
    rest = {name: values for name, values in texts.items() if name not in marked}
    semicolons = frame.attrs.get(SEPARATOR_ATTRIBUTE) == ";"
    found = dict(task.written) | find_decimals(rest, known, semicolons) | marked
    return replace(task, written=tuple(sorted(found.items())))


def read_codes(values: pd.Series[Any]) -> NDArray[np.object_]:
    """Return a column as canonical codes, ``None`` where empty."""
    places, found = pd.factorize(values, use_na_sentinel=True)
    known = np.asarray([*(canonical(value) for value in found), None], dtype=object)
    return known[places]


def _ages(
    values: pd.Series[Any], name: str, time: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Return the hours from a time to the time of its row; NaN where empty."""
    if time is None:
        raise TrainingRefused(f"{name} is a time in the spec; that needs time_column as well")
    there = ~(values.isna() | values.astype(str).str.strip().str.fullmatch(NO_DATE)).to_numpy()
    ages = np.full(len(values), np.nan)
    if there.any():
        ages[there] = (time[there] - read_times(values[there], name, None)) / HOUR_S
    return ages


def _no_number(column: Column, text: pd.Series[Any], *, is_target: bool) -> str:
    examples = ", ".join(repr(value) for value in text.unique()[:EXAMPLES])
    advice = "write the feature as code or text in the spec, or leave such cells empty"
    if is_target:
        advice = "correct these cells, or leave them empty: rows without an answer are left out"
    if column.type == "flag":
        advice = "write yes and no, 1 and 0, J and N, or X and nothing"
        if is_target:
            advice += ', or ask with kind = "classify"'
    if text.str.fullmatch(r"[+-]?[\d.,]+\s*[^\d\s.,]{1,5}").all():
        advice = "write the unit into the name of the column and only the number into its cells"
    where = f"{len(text)} rows of {column.name}, first in row {text.index[0]}"
    return f"{column.name} is a {column.type} in the spec, but holds {examples} ({where}); {advice}"


def _check_clock(task: TaskSpec, time: NDArray[np.float64], values: pd.Series[Any]) -> None:
    """Refuse plain numbers where the spec speaks of hours and days."""
    if not len(time) or is_calendar(time):
        return
    asked = {
        f'horizon = "{task.horizon}"': isinstance(task.horizon, str),
        f'label_delay = "{task.label_delay}"': seconds_of(task.label_delay) > 0,
        "calendar = true": task.calendar,
        "a feature of the type time": any(column.type == "time" for column in task.columns),
    }
    needs = [name for name, is_asked in asked.items() if is_asked]
    if needs:
        raise TrainingRefused(
            f"{task.time_column} holds plain numbers such as {values.iloc[0]}, but the spec says "
            f"{needs[0]}: write times as dates (a spreadsheet's day count is none), or a horizon "
            "in rows"
        )


def _check_present(task: TaskSpec, frame: pd.DataFrame, with_target: bool) -> None:
    derived = task.kind == "remaining_life" and task.target not in frame
    wanted = spec_columns(task)
    optional = {task.target} if derived or not with_target else set()
    absent = [name for name in wanted if name not in frame and name not in optional]
    if absent:
        there = ", ".join(map(str, frame.columns[:30]))
        raise TrainingRefused(
            f"the spec names {', '.join(absent)}, which the table does not have; "
            f"correct the spec or add the column. The table has: {there}"
        )
    twice = [str(name) for name in frame.columns[frame.columns.duplicated()] if name in wanted]
    if twice:
        raise TrainingRefused(f"the table has two columns {twice[0]}; rename one")


def _target(task: TaskSpec, frame: pd.DataFrame) -> NDArray[Any]:
    if task.kind == "remaining_life" and task.target not in frame:
        if not task.unit_column or not task.time_column:
            raise TrainingRefused(
                "remaining life needs unit_column and time_column in the spec, "
                "or a target column that says it"
            )
        at = read_times(frame[task.time_column], task.time_column, task.time_format)
        units = pd.Series(at).groupby(frame[task.unit_column].astype(str).str.strip().to_numpy())
        if is_calendar(at):
            return np.asarray(units.rank(method="first", ascending=False)) - 1.0
        return np.asarray(units.transform("max")) - at
    values = frame[task.target]
    if task.kind in ("classify", "rank"):
        return read_codes(values)
    column = Column(task.target, "flag" if task.kind == "occurrence" else "number")
    return read_numbers(column, values, dict(task.written).get(task.target), is_target=True)


def _check_keys(table: Table) -> None:
    """Refuse rows that stand twice: they would be counted twice, or have no order in time."""
    task = table.task
    if task.key_columns:
        _refuse_twice(table.raw, list(task.key_columns), "key_columns")
    elif task.has_history or task.kind == "remaining_life":
        if not task.time_column:
            raise TrainingRefused(
                "lags, windows and past values need time_column in the spec: "
                "without it nobody knows which row came before"
            )
        names = [name for name in (task.unit_column, task.time_column) if name]
        if not clock_was_set_back(table):
            _refuse_twice(table.raw, names, "unit and time")
    elif task.unit_column and task.time_column and task.kind != "rank":
        _refuse_twice(table.raw, spec_columns(task), "all columns of the spec")


def clock_was_set_back(table: Table) -> bool:
    """Tell an hour that local time has twice from copies: units run on, save one step back."""
    assert table.time is not None
    if not is_calendar(table.time):
        return False
    order = np.argsort(table.unit, kind="stable")
    steps = np.diff(table.time[order])
    is_back = (steps <= 0) & (np.diff(table.unit[order]) == 0)
    most = int(np.bincount(table.unit[order][1:][is_back]).max(initial=0))
    return most == 1 and bool((steps[is_back] >= -HOUR_S).all() and (steps[is_back] < 0).all())


def _refuse_twice(raw: pd.DataFrame, names: Iterable[str], what: str) -> None:
    names = list(names)
    twice = raw.duplicated(names, keep=False)
    if twice.any():
        first = raw.loc[twice, names].iloc[0].astype(str).tolist()
        raise TrainingRefused(
            f"{int(twice.sum())} rows have duplicate keys ({what}: {', '.join(names)}), "
            f"for example {', '.join(first)}; remove the copies, or name the columns that tell "
            "rows apart in unit_column or key_columns"
        )
