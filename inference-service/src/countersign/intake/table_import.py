"""A table import: each row of a table becomes events, is skipped by a rule, or is refused.

A row is taken whole or not at all: where one of its events breaks the contract, none is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from countersign.intake.envelope import Refusal, read_event
from countersign.intake.mapping import Cells, Entries, EventRule, Field, FieldError, TableMapping
from countersign.intake.mapping_file import MappingError
from countersign.intake.table_file import BrokenRow, Row, has_lone_bytes
from countersign.nouns.event import Event
from countersign.store.database import canonical_json, digest_of

KEY_DIGITS = 40
MAX_VALUE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a row: in which columns, what stood there, and why it cannot be taken."""

    columns: tuple[str, ...]
    value: str
    why: str

    @property
    def sentence(self) -> str:
        """Say it in words, to stand behind the place of the row."""
        where = f", {', '.join(self.columns)}" if self.columns else ""
        return f"{where}: {self.value!r} {self.why}"


@dataclass(frozen=True, slots=True)
class MappedRow:
    """A row that became events."""

    line: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that a rule of the mapping leaves out."""

    line: int
    rule: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be taken; ``refusal`` is what the audit trail keeps of it."""

    line: int
    faults: tuple[CellFault, ...]
    refusal: Refusal


class RowReader:
    """Reads the rows of one table by a mapping."""

    def __init__(
        self,
        mapping: TableMapping,
        columns: tuple[str, ...],
        clock: Callable[[], datetime],
        *,
        place: str = "line",
    ) -> None:
        """Check that the table has the columns of the mapping; raises :class:`MappingError`.

        ``place`` is what the number of a row is called when a person is told about it.
        """
        self._mapping = mapping
        self._clock = clock
        self._place = place
        self._used = tuple(sorted(mapping.columns()))
        faults = []
        missing = [name for name in self._used if name not in columns]
        if missing:
            hint = "; is [table] delimiter right?" if len(columns) == 1 else ""
            faults.append(
                ("the table", f"has no column {_listed(missing)}; it has {_listed(columns)}{hint}")
            )
        repeated = [name for name in self._used if columns.count(name) > 1]
        if repeated:
            faults.append(("the table", f"has more than one column {_listed(repeated)}"))
        if faults:
            raise MappingError(faults)

    def read(self, row: Row | BrokenRow) -> MappedRow | SkippedRow | RefusedRow:
        """Decide what becomes of a row."""
        if isinstance(row, BrokenRow):
            return self._refuse(row.line, [CellFault((), row.text, row.why)], row.text)
        lone = [name for name in self._used if has_lone_bytes(row.cells[name])]
        if lone:
            why = f"bytes that are not {self._mapping.table.encoding}; see [table] encoding"
            faults = [CellFault((name,), row.cells[name], why) for name in lone]
            return self._refuse_cells(row, faults)
        for skip in self._mapping.skips:
            if all(condition.holds(row.cells) for condition in skip.when):
                return SkippedRow(row.line, skip.name)
        return self._map(row)

    def conflict(self, row: MappedRow, columns_used_before: str) -> RefusedRow:
        """Refuse a row whose identity belongs to a row with another content."""
        identity = ", ".join(self._mapping.identity)
        fault = CellFault(self._mapping.identity, "", f"{columns_used_before} ({identity})")
        return self._refuse(row.line, [fault], row.events[0].text)

    def _map(self, row: Row) -> MappedRow | RefusedRow:
        rules = [rule for rule in self._mapping.events if rule.applies_to(row.cells)]
        if not rules:
            why = "no [[event]] of the mapping applies to this row, and no [[skip]] names it"
            return self._refuse_cells(row, [CellFault((), "", why)])
        received_at = self._clock()
        events: list[Event] = []
        faults: list[CellFault] = []
        for rule in rules:
            body, wrong = self._envelope(rule, row.cells)
            if wrong:
                faults += wrong
                continue
            event = read_event(body, received_at)
            if isinstance(event, Event):
                events.append(event)
            else:
                faults += [_fault_at(rule, where, why, row.cells) for where, why in event.errors]
        if faults:
            return self._refuse_cells(row, faults)
        return MappedRow(row.line, tuple(events))

    def _envelope(self, rule: EventRule, cells: Cells) -> tuple[dict[str, Any], list[CellFault]]:
        faults: list[CellFault] = []
        body: dict[str, Any] = {
            "specversion": "1.0",
            "id": self._key(rule, cells),
            "source": self._mapping.source,
            "type": rule.type,
            "time": _read(rule.time, cells, faults),
            "data": {},
        }
        for field in rule.data:
            value = (
                _read_entries(field, cells, faults)
                if isinstance(field, Entries)
                else _read(field, cells, faults)
            )
            if value is not None:
                body["data"][field.name] = value
        return body, faults

    def _key(self, rule: EventRule, cells: Cells) -> str:
        """Derive the event's id from what identifies the row, so that it is the same next time."""
        identity = [rule.name, *(cells[column] for column in self._mapping.identity)]
        return digest_of(canonical_json(identity))[:KEY_DIGITS]

    def _refuse_cells(self, row: Row, faults: list[CellFault]) -> RefusedRow:
        return self._refuse(row.line, faults, "\n".join(row.cells.values()))

    def _refuse(self, line: int, faults: list[CellFault], text: str) -> RefusedRow:
        printable = tuple(
            CellFault(fault.columns, _printable(fault.value), _printable(fault.why))
            for fault in faults
        )
        refusal = Refusal(
            source=self._mapping.source,
            key="",
            errors=tuple(("", f"{self._place} {line}{fault.sentence}") for fault in printable),
            digest=sha256(text.encode("utf-8", "surrogateescape")).hexdigest(),
        )
        return RefusedRow(line, printable, refusal)


def _read(field: Field, cells: Cells, faults: list[CellFault]) -> Any:
    try:
        return field.read(cells)
    except FieldError as error:
        faults.append(CellFault(error.columns, error.text, error.why))
        return None


def _read_entries(entries: Entries, cells: Cells, faults: list[CellFault]) -> list[Any]:
    rows = []
    for fields in entries.present(cells):
        members = {field.name: _read(field, cells, faults) for field in fields}
        rows.append({name: value for name, value in members.items() if value is not None})
    return rows


def _fault_at(rule: EventRule, pointer: str, why: str, cells: Cells) -> CellFault:
    """Lead a fault of the contract back to the columns."""
    columns = rule.time.columns if pointer == "/time" else ()
    for entry in rule.data:
        for place, field in entry.places(cells):
            if f"{pointer}/".startswith(f"/data/{place}/"):
                columns = field.origin(pointer.rpartition("/")[2])
    text = " ".join(cells[column] for column in columns)
    return CellFault(columns, text, f"{why} ({pointer})")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _printable(text: str) -> str:
    return text[:MAX_VALUE_LENGTH].encode("utf-8", "backslashreplace").decode()
