"""A mapping: which column of a table is which field of which event.

The parts of a mapping read themselves out of a row: a :class:`Value` gives a text, a
:class:`Field` what stands in the event. ``mapping_file.py`` reads the TOML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from countersign.intake.cells import CellError, NumberFormat, TimeFormat, minutes_between
from countersign.intake.table_file import TableFormat
from countersign.nouns.quantity import plain

FieldKind = Literal["text", "decimal", "quantity", "time", "date"]
Cells = Mapping[str, str]
ZERO = Decimal(0)


class FieldError(Exception):
    """A field cannot be read from a row: which columns, their text, and why."""

    def __init__(self, columns: tuple[str, ...], text: str, why: str) -> None:
        super().__init__(why)
        self.columns = columns
        self.text = text
        self.why = why


@dataclass(frozen=True, slots=True)
class Value:
    """A text of a row: its columns joined by a space, or a constant; then looked up in codes.

    ``default`` stands in where the columns are empty.
    """

    columns: tuple[str, ...] = ()
    constant: str = ""
    codes_name: str = ""
    codes: Mapping[str, str] | None = None
    default: str = ""

    def read(self, cells: Cells) -> str:
        """Return the text, empty where the row says nothing; raises :class:`FieldError`."""
        if not self.columns:
            return self.constant
        text = self.text_of(cells)
        if not text:
            return self.default
        if self.codes is None:
            return text
        if text not in self.codes:
            why = f"has no entry in [codes.{self.codes_name}] of the mapping"
            raise FieldError(self.columns, text, why)
        return self.codes[text]

    def text_of(self, cells: Cells) -> str:
        """Return what stands in the columns."""
        if len(self.columns) == 1:
            return cells[self.columns[0]]
        return " ".join(cells[column] for column in self.columns).strip()


@dataclass(frozen=True, slots=True)
class Span:
    """The minutes between the times in two columns."""

    start: str
    end: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return both columns."""
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an event: where its value comes from, and what kind of value it is.

    ``unit`` belongs to quantities; ``times`` reads times, days and spans.
    """

    name: str
    kind: FieldKind
    value: Value | Span
    unit: Value
    numbers: NumberFormat
    times: TimeFormat
    required: bool

    def read(self, cells: Cells) -> Any:
        """Return the JSON value, ``None`` where the row says nothing.

        Raises :class:`FieldError`.
        """
        value = self._read(cells)
        if value is None and self.required:
            why = f"is empty, but the contract requires {self.name}"
            raise FieldError(self.value.columns, "", why)
        return value

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the field is read from."""
        return self.value.columns + self.unit.columns

    def places(self, _cells: Cells) -> list[tuple[str, Field]]:
        """Return where in the event's data the field stands."""
        return [(self.name, self)]

    def origin(self, member: str) -> tuple[str, ...]:
        """Return the columns of a member of the field's value, such as the unit's."""
        return self.unit.columns if member == "unit_of_measure" else self.value.columns

    def _read(self, cells: Cells) -> Any:
        if isinstance(self.value, Span):
            return self._read_span(self.value, cells)
        text = self.value.read(cells)
        if not text or self.kind == "text":
            return text or None
        try:
            return self._read_as(text, cells)
        except CellError as error:
            raise FieldError(self.value.columns, text, str(error)) from None

    def _read_as(self, text: str, cells: Cells) -> Any:
        if self.kind == "time":
            return self.times.read(text).isoformat()
        if self.kind == "date":
            return self.times.read_day(text).isoformat()
        number = plain(self.numbers.read(text))
        return number if self.kind == "decimal" else self._quantity(number, cells)

    def _read_span(self, span: Span, cells: Cells) -> Any:
        texts = [cells[column] for column in span.columns]
        if not all(texts):
            return None
        read = []
        for column, text in zip(span.columns, texts, strict=True):
            try:
                read.append(self.times.read(text))
            except CellError as error:
                raise FieldError((column,), text, str(error)) from None
        try:
            return self._quantity(plain(minutes_between(*read)), cells)
        except CellError as error:
            raise FieldError(span.columns, " … ".join(texts), str(error)) from None

    def _quantity(self, number: str, cells: Cells) -> dict[str, str]:
        unit = self.unit.read(cells)
        if not unit:
            raise FieldError(self.unit.columns, "", "is empty, but the quantity needs a unit")
        return {"quantity_string": number, "unit_of_measure": unit}


@dataclass(frozen=True, slots=True)
class Entries:
    """A list in an event; an entry whose columns are all empty is left out."""

    name: str
    entries: tuple[tuple[Field, ...], ...]

    def present(self, cells: Cells) -> list[tuple[Field, ...]]:
        """Return the entries of which the row says something."""
        return [
            fields
            for fields in self.entries
            if any(cells[column] for field in fields for column in field.columns)
        ]

    def places(self, cells: Cells) -> list[tuple[str, Field]]:
        """Return where in the event's data each field of the list stands."""
        return [
            (f"{self.name}/{number}/{field.name}", field)
            for number, fields in enumerate(self.present(cells))
            for field in fields
        ]


@dataclass(frozen=True, slots=True)
class Condition:
    """A question about one column; exactly one of its tests is set.

    ``zero`` reads the cell as a number; an empty cell is zero, and text that is no number is not.
    """

    column: str
    numbers: NumberFormat
    one_of: frozenset[str] | None = None
    none_of: frozenset[str] | None = None
    empty: bool | None = None
    zero: bool | None = None

    def holds(self, cells: Cells) -> bool:
        """Tell whether the row answers yes."""
        text = cells[self.column]
        if self.one_of is not None:
            return text in self.one_of
        if self.none_of is not None:
            return text not in self.none_of
        if self.empty is not None:
            return (not text) is self.empty
        return self._is_zero(text) is self.zero

    def _is_zero(self, text: str) -> bool:
        try:
            return not text or self.numbers.read(text) == ZERO
        except CellError:
            return False


@dataclass(frozen=True, slots=True)
class SkipRule:
    """Rows that are left out on purpose, counted under a name; all conditions must hold."""

    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class EventRule:
    """An event that a row becomes when all conditions hold; ``name`` goes into its identity."""

    name: str
    type: str
    when: tuple[Condition, ...]
    time: Field
    data: tuple[Field | Entries, ...]

    def applies_to(self, cells: Cells) -> bool:
        """Tell whether a row becomes such an event."""
        return all(condition.holds(cells) for condition in self.when)


@dataclass(frozen=True, slots=True)
class StagingFormat:
    """Which table of the plant's database holds the rows, and which column numbers them."""

    table: str
    index_column: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Everything that is to be known to read a table.

    ``identity`` are the columns by which the same row is known again, in this file and the next.
    ``staging`` is given where the rows are not in a file but in a database.
    """

    source: str
    table: TableFormat
    identity: tuple[str, ...]
    skips: tuple[SkipRule, ...]
    events: tuple[EventRule, ...]
    staging: StagingFormat | None = None

    def columns(self) -> set[str]:
        """Return the columns that the mapping uses."""
        used = set(self.identity)
        groups = [rule.when for rule in self.skips] + [rule.when for rule in self.events]
        used.update(condition.column for conditions in groups for condition in conditions)
        for event in self.events:
            for field in (event.time, *_fields(event)):
                used.update(field.columns)
        return used

    def time_columns(self) -> set[str]:
        """Return the columns that are read as times."""
        return {
            column
            for event in self.events
            for field in (event.time, *_fields(event))
            if field.kind == "time" or isinstance(field.value, Span)
            for column in field.value.columns
        }


def _fields(event: EventRule) -> Iterator[Field]:
    for field in event.data:
        if isinstance(field, Field):
            yield field
        else:
            for entry in field.entries:
                yield from entry
