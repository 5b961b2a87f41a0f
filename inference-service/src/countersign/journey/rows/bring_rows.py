"""Bringing rows: what a table's rows became goes the way of every event, and each has a fate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from countersign.intake.envelope import Refusal
from countersign.intake.table_import import MappedRow, RefusedRow, RowReader, SkippedRow
from countersign.journey.receive import Arrival
from countersign.nouns.event import Event
from countersign.nouns.receipt import Receipt

OTHER_CONTENT = "an event of this identity came before with other content"

ReadRow = MappedRow | SkippedRow | RefusedRow
RowStatus = Literal["accepted", "duplicate", "skipped", "refused"]
Store = Callable[[Sequence[Arrival]], list[Receipt]]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a row.

    ``accepted``: at least one of its events is new. ``duplicate``: all were known, from before
    or from an equal row above. A row in conflict with an earlier one is a :class:`RefusedRow`.
    """

    row: ReadRow
    status: RowStatus
    receipts: tuple[Receipt, ...] = ()


def bring(reader: RowReader, store: Store, actor: str, rows: Sequence[ReadRow]) -> list[Fate]:
    """Hand rows to the store together; return the fate of each, in their order."""
    facts = [fact for row in rows for fact in facts_of(row)]
    receipts = iter(store([Arrival(fact, actor) for fact in facts]) if facts else ())
    return [_fate(reader, row, tuple(next(receipts) for _ in facts_of(row))) for row in rows]


def facts_of(row: ReadRow) -> Sequence[Event | Refusal]:
    """Return what a row brings in: its events, or the refusal that the audit trail keeps."""
    if isinstance(row, MappedRow):
        return row.events
    return (row.refusal,) if isinstance(row, RefusedRow) else ()


def _fate(reader: RowReader, row: ReadRow, receipts: tuple[Receipt, ...]) -> Fate:
    if isinstance(row, SkippedRow):
        return Fate(row, "skipped")
    if isinstance(row, RefusedRow):
        return Fate(row, "refused", receipts)
    new = sum(receipt.status == "accepted" for receipt in receipts)
    if any(receipt.status == "conflict" for receipt in receipts):
        told = f"{OTHER_CONTENT}; {new} of the row's {len(receipts)} events were taken in"
        return Fate(reader.conflict(row, told), "refused", receipts)
    return Fate(row, "accepted" if new else "duplicate", receipts)
