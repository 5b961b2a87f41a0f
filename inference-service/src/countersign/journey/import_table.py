"""Importing: the rows of a table go the way of every event, and each is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from countersign.intake.envelope import Refusal
from countersign.intake.table_file import BrokenRow, Row
from countersign.intake.table_import import MappedRow, RefusedRow, RowReader, SkippedRow
from countersign.journey.receive import Arrival
from countersign.nouns.event import Event
from countersign.nouns.receipt import Receipt

MAX_BATCH_EVENTS = 500
OTHER_CONTENT = "an event of this identity came before with other content"

Store = Callable[[Sequence[Arrival]], list[Receipt]]


@dataclass(slots=True)
class Tally:
    """What became of the rows; every row is in exactly one of the four.

    ``accepted``: at least one of its events is new. ``duplicates``: all were known, from before
    or from an equal row above. ``outcomes`` counts the decisions about new events.
    """

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)


class TableImport:
    """Brings rows in, some hundred events at a time."""

    def __init__(
        self,
        reader: RowReader,
        store: Store,
        actor: str,
        *,
        on_refused: Callable[[RefusedRow], None],
        on_batch: Callable[[Tally], None],
    ) -> None:
        self._reader = reader
        self._store = store
        self._actor = actor
        self._on_refused = on_refused
        self._on_batch = on_batch
        self._tally = Tally()

    def run(self, rows: Iterable[Row | BrokenRow]) -> Tally:
        """Import all rows; what the store raises ends the import, earlier batches stay.

        ``on_refused`` is called for every refused row in the order of the table.
        """
        batch: list[MappedRow | RefusedRow] = []
        size = 0
        for row in rows:
            result = self._reader.read(row)
            if isinstance(result, SkippedRow):
                self._tally.rows += 1
                self._tally.skipped[result.rule] += 1
                continue
            arrivals = len(result.events) if isinstance(result, MappedRow) else 1
            if batch and size + arrivals > MAX_BATCH_EVENTS:
                self._bring(batch)
                batch, size = [], 0
            batch.append(result)
            size += arrivals
        self._bring(batch)
        return self._tally

    def _bring(self, batch: list[MappedRow | RefusedRow]) -> None:
        facts = [fact for row in batch for fact in _facts(row)]
        receipts = self._store([Arrival(fact, self._actor) for fact in facts]) if facts else []
        position = 0
        for row in batch:
            end = position + len(_facts(row))
            self._count(row, receipts[position:end])
            position = end
        self._on_batch(self._tally)

    def _count(self, row: MappedRow | RefusedRow, receipts: Sequence[Receipt]) -> None:
        tally = self._tally
        tally.rows += 1
        new = [receipt for receipt in receipts if receipt.status == "accepted"]
        tally.outcomes.update(receipt.outcome for receipt in new)
        if isinstance(row, RefusedRow):
            tally.refused += 1
            self._on_refused(row)
        elif any(receipt.status == "conflict" for receipt in receipts):
            tally.refused += 1
            self._on_refused(self._reader.conflict(row, _told(len(new), len(receipts))))
        elif new:
            tally.accepted += 1
        else:
            tally.duplicates += 1


def _facts(row: MappedRow | RefusedRow) -> Sequence[Event | Refusal]:
    return row.events if isinstance(row, MappedRow) else (row.refusal,)


def _told(new: int, events: int) -> str:
    return f"{OTHER_CONTENT}; {new} of the row's {events} events were taken in"
