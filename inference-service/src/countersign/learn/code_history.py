"""The history of codes: what was booked under a supplier, a division, both, and when.

Counts fade, so that what people book now outweighs what they booked last year. The history moves
on with every confirmed row; the trees that read it need not change.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from countersign.model.codes import canonical
from countersign.model.task import TaskSpec, levels_of

if TYPE_CHECKING:
    from countersign.learn.table import Table

FADE_PER_MONTH = 0.85
MONTH_S = 30.4 * 86400.0
FADE_PER_S = -math.log(FADE_PER_MONTH) / MONTH_S
MOST_CANDIDATES = 14
MOST_PER_LEVEL = 8
SEPARATOR = "\x1f"
LONGEST_KEPT_AS_TEXT = 400
"""Characters up to which the uses under a key stay text until they are asked for: most keys of a
ledger hold one or two bookings, and as objects they would take ten times the memory."""


@dataclass(slots=True)
class Use:
    """How one code was used under one key: faded weight, times, and the amounts booked."""

    weight: float = 0.0
    last: float = -math.inf
    count: int = 0
    sums: list[float] = field(default_factory=list)
    squares: list[float] = field(default_factory=list)

    def to_data(self) -> list[Any]:
        """Write the use for a file."""
        return [self.weight, self.last, self.count, self.sums, self.squares]


@dataclass(slots=True)
class Uses:
    """All codes under one key, with the weight of all of them."""

    total: float = 0.0
    last: float = -math.inf
    last_code: str = ""
    codes: dict[str, Use] = field(default_factory=dict)

    def to_text(self) -> str:
        """Write the uses for a file."""
        codes = {code: use.to_data() for code, use in self.codes.items()}
        return json.dumps([self.last_code, codes], separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Uses:
        """Read what :meth:`to_text` wrote."""
        last_code, codes = json.loads(text)
        uses = cls(last_code=last_code)
        for code, told in codes.items():
            use = uses.codes[code] = Use(*told)
            uses.total += use.weight
            uses.last = max(uses.last, use.last)
        return uses

    def clone(self) -> Uses:
        """Return a copy that can be counted on."""
        codes = {
            code: replace(use, sums=list(use.sums), squares=list(use.squares))
            for code, use in self.codes.items()
        }
        return replace(self, codes=codes)

    def top(self, count: int) -> list[str]:
        """Return the codes used most, heaviest first."""
        return sorted(self.codes, key=lambda code: (-self.codes[code].weight, code))[:count]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is asked about: its key at every level, its moment, its amounts on log scale."""

    keys: tuple[str | None, ...]
    at: float
    amounts: Sequence[float]


class CodeHistory:
    """Codes by level (a set of columns, the last level has none) and key."""

    def __init__(self, task: TaskSpec, origin: float = 0.0) -> None:
        self.levels = levels_of(task)
        self.amounts = tuple(column.name for column in task.columns if column.type == "number")
        self.origin = origin
        self._target = task.target
        self.rows = 0
        self.written: dict[str, str] = {}
        self._read: list[dict[str, str]] = [{} for _ in self.levels]
        self._uses: list[dict[str, Uses]] = [{} for _ in self.levels]
        self._own: list[set[str]] = [set() for _ in self.levels]

    def add(self, table: Table) -> None:
        """Count the confirmed rows of a table."""
        assert table.target is not None
        assert table.time is not None
        amounts = amounts_of(table, self.amounts)
        written = table.raw[self._target].astype(str).str.strip()
        self.written.update(zip(table.target.tolist(), written, strict=True))
        for level, keys in enumerate(self.keys(table)):
            for row, key in enumerate(keys):
                if key is not None:
                    at, code = float(table.time[row]), table.target[row]
                    _count(self._owned(level, key), code, at, self._weight(at), amounts[row])
        self.rows += len(table)

    def forget(self, table: Table) -> None:
        """Take rows back that were counted and did not stand; unknown ones change nothing."""
        assert table.target is not None
        assert table.time is not None
        amounts = amounts_of(table, self.amounts)
        for level, keys in enumerate(self.keys(table)):
            for row, key in enumerate(keys):
                uses, code = self.at(level, key), table.target[row]
                if key is not None and uses is not None and code in uses.codes:
                    at = float(table.time[row])
                    _uncount(self._owned(level, key), code, self._weight(at), amounts[row])
        self.rows -= len(table)

    def keys(self, table: Table) -> list[list[str | None]]:
        """Return the key of every row at every level; ``None`` where a column is empty."""
        found: list[list[str | None]] = []
        for names in self.levels:
            columns = [table.codes[name] for name in names]
            if columns:
                found.append([key_of(codes) for codes in zip(*columns, strict=True)])
            else:
                found.append([""] * len(table))
        return found

    def line(self, values: Mapping[str, Any], at: float) -> Line:
        """Lay out one line as :meth:`keys` and ``amounts_of`` lay out the rows of a table.

        Raises:
            ValueError: an amount is no number.
        """
        keys = tuple(self.key(names, values) for names in self.levels)
        amounts = np.asarray([_number(name, values.get(name)) for name in self.amounts])
        return Line(keys, at, log_scale(amounts.astype(np.float64)).tolist())

    @staticmethod
    def key(names: Sequence[str], values: Mapping[str, Any]) -> str | None:
        """Return the key of one line at the level of some columns; ``None`` where one is empty."""
        return key_of([canonical(values.get(name)) for name in names])

    def at(self, level: int, key: str | None) -> Uses | None:
        """Return what was booked under a key."""
        if key is None:
            return None
        uses = self._uses[level].get(key)
        if uses is None:
            text = self._read[level].get(key)
            return None if text is None else Uses.from_text(text)
        return uses if uses.codes else None

    def candidates(self, keys: Sequence[str | None]) -> list[str]:
        """Return the codes worth asking about: the heaviest of every level, narrow ones first."""
        found: dict[str, None] = {}
        for level, key in enumerate(keys):
            uses = self.at(level, key)
            if uses is not None:
                found.update(dict.fromkeys(uses.top(MOST_PER_LEVEL)))
            if len(found) >= MOST_CANDIDATES:
                break
        return list(found)[:MOST_CANDIDATES]

    def look_up(self, keys: Sequence[str | None]) -> tuple[str | None, float]:
        """Return the heaviest code of the first level that knows any, and its share."""
        for level, key in enumerate(keys):
            uses = self.at(level, key)
            if uses is not None:
                code = uses.top(1)[0]
                return code, uses.codes[code].weight / uses.total
        return None, 0.0

    def copy(self, task: TaskSpec) -> CodeHistory:
        """Return a history that can go on by itself; it copies what it changes, when it does."""
        other = CodeHistory(task, self.origin)
        other.rows, other.written = self.rows, dict(self.written)
        other._read = self._read
        other._uses = [dict(level) for level in self._uses]
        return other

    def to_bytes(self) -> bytes:
        """Write the history as compressed JSON; the same history gives the same bytes."""
        content = {
            "origin": self.origin,
            "rows": self.rows,
            "written": self.written,
            "levels": [
                {**read, **{key: uses.to_text() for key, uses in level.items()}}
                for read, level in zip(self._read, self._uses, strict=True)
            ],
        }
        return gzip.compress(json.dumps(content, separators=(",", ":")).encode(), 5, mtime=0)

    @classmethod
    def from_bytes(cls, task: TaskSpec, content: bytes) -> CodeHistory:
        """Read a history; raises ``ValueError`` or ``KeyError`` when it is none."""
        data = json.loads(gzip.decompress(content))
        history = cls(task, float(data["origin"]))
        history.rows = int(data["rows"])
        history.written = dict(data["written"])
        if len(data["levels"]) != len(history.levels):
            raise ValueError(f"it counts under {len(data['levels'])} sets of columns")
        for level, keys in enumerate(data["levels"]):
            history._read[level] = keys
            long = {key: text for key, text in keys.items() if len(text) > LONGEST_KEPT_AS_TEXT}
            history._uses[level] = {key: Uses.from_text(text) for key, text in long.items()}
        return history

    def _owned(self, level: int, key: str) -> Uses:
        """Return the uses under a key, a copy of them where another history has them too."""
        if key not in self._own[level]:
            uses = self.at(level, key)
            uses = Uses() if uses is None else uses.clone()
            self._uses[level][key] = uses
            self._own[level].add(key)
        return self._uses[level][key]

    def fade(self, at: float) -> float:
        """Return what brings weights to the moment at which a line is asked about."""
        return math.exp(-(at - self.origin) * FADE_PER_S)

    def _weight(self, at: float) -> float:
        """Return what a use weighs: later ones more, instead of fading all earlier ones."""
        return math.exp((at - self.origin) * FADE_PER_S)


def key_of(codes: Sequence[str | None]) -> str | None:
    """Return the key of some codes, ``None`` where one is missing."""
    known = [code for code in codes if code is not None]
    return SEPARATOR.join(known) if len(known) == len(codes) else None


def _number(name: str, value: object) -> float:
    text = str(value).strip()
    if value is None or not text:
        return math.nan
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(f"{name} is {text!r}, which is no number") from error
    return number if math.isfinite(number) else math.nan


def amounts_of(table: Table, names: Sequence[str]) -> list[list[float]]:
    """Return the amounts of every row on a logarithmic scale that keeps the sign."""
    if not names:
        return [[] for _ in range(len(table))]
    columns = np.column_stack([log_scale(table.numbers[name]) for name in names])
    return [list(row) for row in columns.tolist()]


def log_scale(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers on a logarithmic scale that keeps the sign."""
    scaled: NDArray[np.float64] = np.sign(values) * np.log1p(np.abs(values))
    return scaled


def batches(table: Table, count: int) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Return the rows of equal stretches of time, with the moment that each begins."""
    assert table.time is not None
    first, last = float(table.time.min()), float(table.time.max())
    edges = np.linspace(first, last, count + 1)
    place = np.clip(np.searchsorted(edges, table.time, side="right") - 1, 0, count - 1)
    for number in range(count):
        here = np.flatnonzero(place == number)
        if len(here):
            yield float(edges[number]), here


def _count(uses: Uses, code: str, at: float, weight: float, amounts: list[float]) -> None:
    use = uses.codes.get(code)
    if use is None:
        use = uses.codes[code] = Use(sums=[0.0] * len(amounts), squares=[0.0] * len(amounts))
    use.weight += weight
    use.count += 1
    use.last = max(use.last, at)
    uses.total += weight
    for place, amount in enumerate(amounts):
        if not math.isnan(amount):
            use.sums[place] += amount
            use.squares[place] += amount * amount
    if at >= uses.last:
        uses.last, uses.last_code = at, code


def _uncount(uses: Uses, code: str, weight: float, amounts: list[float]) -> None:
    use = uses.codes[code]
    use.count -= 1
    use.weight = max(use.weight - weight, 0.0)
    for place, amount in enumerate(amounts):
        if not math.isnan(amount):
            use.sums[place] -= amount
            use.squares[place] -= amount * amount
    if use.count <= 0:
        del uses.codes[code]
    uses.total = sum(other.weight for other in uses.codes.values())
    if uses.last_code not in uses.codes:
        newest = sorted(uses.codes, key=lambda other: (-uses.codes[other].last, other))
        uses.last_code = newest[0] if newest else ""
        uses.last = uses.codes[newest[0]].last if newest else -math.inf
