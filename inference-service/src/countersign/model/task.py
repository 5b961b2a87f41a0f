"""A task: what a model has to tell, from which features, in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["classify", "rank", "regress", "quantile", "occurrence", "remaining_life"]
"""What is asked: a label, the right one of many codes, an amount, an amount that is rarely
exceeded, whether something happens, or how long something lasts."""
ColumnType = Literal["number", "code", "flag", "text", "time", "image"]
Known = Literal["now", "past"]
SplitBy = Literal["time", "unit", "chance"]

KINDS: tuple[str, ...] = get_args(Kind)
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType)
SCALED_KINDS = frozenset({"regress", "quantile"})
LABEL_KINDS = frozenset({"classify", "occurrence"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table that features are made of.

    ``known`` says when a value is there: ``now`` when the question is put, ``past`` only for rows
    that lie at least the horizon back (a meter reading, the target itself). ``lags`` are rows back
    from the newest known one, ``windows`` rows of a rolling summary, both within one unit. A
    ``time`` becomes the hours from it to the time of the row, an ``image`` (the name of a file) the
    numbers of the encoder that is registered for it.
    """

    name: str
    type: ColumnType = "number"
    known: Known = "now"
    lags: tuple[int, ...] = ()
    windows: tuple[int, ...] = ()

    @property
    def has_history(self) -> bool:
        """Tell whether earlier rows are needed."""
        return self.known == "past" or bool(self.lags or self.windows)


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """The question that is put to a model; stated once, for training and for serving.

    ``features`` are what the model reads, in order. A use case lays them out itself; for a table
    they follow from ``columns`` when the model is fitted, as do ``labels``. ``sound_labels`` are
    the labels under which the event may be booked as it stands: the sum of their probabilities is
    the confidence of the use case. ``target`` names the column to tell, ``time_column`` and
    ``unit_column`` what training splits by, so that neither the future nor the tested plant is
    learned from.

    For tables: ``horizon`` is how far ahead is asked (rows, or a duration such as ``1h``);
    ``within`` asks whether the target occurs in that many rows from the horizon on; ``cap`` is
    the longest remaining life that is told apart; ``quantile`` the share of cases that the amount
    must cover; ``offset_column`` a first guess that the model corrects; ``scale_column`` what
    amounts are learned as shares of, where those of one row are many times those of another;
    ``rank_by`` the columns under which codes are counted; ``label_delay`` how long a right code
    takes to be known; ``allow`` names columns that are used although they look like a leak;
    ``decimal`` is the sign before decimals where the table does not show it. ``written`` is found,
    never stated: how columns write what could be read in two ways (``.`` or ``,`` before decimals,
    ``X`` for a flag that is empty where it is not set).
    """

    name: str
    features: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sound_labels: frozenset[str] = frozenset()
    target: str = ""
    kind: Kind = "classify"
    time_column: str = "occurred_at"
    unit_column: str = "plant"
    columns: tuple[Column, ...] = ()
    key_columns: tuple[str, ...] = ()
    split_by: SplitBy | None = None
    time_format: str | None = None
    calendar: bool = False
    horizon: int | str = 0
    within: int = 1
    cap: float | None = None
    quantile: float = 0.95
    offset_column: str | None = None
    scale_column: str | None = None
    rank_by: tuple[tuple[str, ...], ...] = ()
    label_delay: str = "0d"
    allow: frozenset[str] = frozenset()
    notice: str = ""
    decimal: str | None = None
    written: tuple[tuple[str, str], ...] = ()
    _sound: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a task that no model could answer."""
        if self.kind not in KINDS:
            raise ValueError(f"task {self.name} has the kind {self.kind!r}, not one of {KINDS}")
        if len(set(self.features)) != len(self.features):
            raise ValueError(f"task {self.name} names a feature twice")
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"task {self.name} names a feature twice")
        if self._lacks_labels():
            raise ValueError(f"task {self.name} needs at least two different labels")
        if not self.sound_labels <= set(self.labels) and not self.columns:
            raise ValueError(f"task {self.name} has sound labels that are no labels")
        if not 0.0 < self.quantile < 1.0:
            raise ValueError(
                f"task {self.name} has the quantile {self.quantile}, not one in (0, 1)"
            )
        if self.decimal not in (None, ".", ","):
            raise ValueError(f"task {self.name} has decimal = {self.decimal!r}; write . or ,")
        object.__setattr__(self, "written", tuple((name, how) for name, how in self.written))
        if self.scale_column and self.kind not in SCALED_KINDS:
            raise ValueError(f"task {self.name} is no amount; it has no scale_column")
        sound = tuple(n for n, label in enumerate(self.labels) if label in self.sound_labels)
        object.__setattr__(self, "_sound", sound)

    def _lacks_labels(self) -> bool:
        """Labels may be found in a table; a use case has to state them."""
        if len(set(self.labels)) != len(self.labels):
            return True
        return self.kind in LABEL_KINDS and not self.columns and len(self.labels) < 2

    @property
    def sound_columns(self) -> tuple[int, ...]:
        """Return the positions of the sound labels."""
        return self._sound

    @property
    def splits_by(self) -> SplitBy:
        """Return what training is split by: what the spec says, else what it makes possible."""
        if self.split_by is not None:
            return self.split_by
        if self.kind == "remaining_life":
            return "unit"
        if self.time_column:
            return "time"
        return "unit" if self.unit_column else "chance"

    @property
    def has_history(self) -> bool:
        """Tell whether the features of a row need the rows before it."""
        return any(column.has_history for column in self.columns)


def levels_of(task: TaskSpec) -> tuple[tuple[str, ...], ...]:
    """Return the sets of columns that codes are counted under, narrow ones first."""
    if task.kind != "rank":
        return ()
    levels = task.rank_by
    if not levels:
        names = tuple(column.name for column in task.columns if column.type == "code")
        amounts = tuple(column.name for column in task.columns if column.type == "number")
        levels = (names, *((name,) for name in names)) if len(names) > 1 else (names,)
        levels = ((*names, *amounts), *levels) if amounts else levels
    return (*levels, ())
