"""Importing: the rows of a table go the way of every event, and each is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from countersign.intake.table_file import BrokenRow, Row
from countersign.intake.table_import import RefusedRow, RowReader, SkippedRow
from countersign.journey.rows.bring_rows import Fate, ReadRow, Store, bring, facts_of

MAX_BATCH_EVENTS = 500


@dataclass(slots=True)
class Tally:
    """What became of the rows; every row is in exactly one of the four.

    ``outcomes`` counts the decisions about new events.
    """

    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def count(self, fate: Fate) -> None:
        """Count one row."""
        self.rows += 1
        self.accepted += fate.status == "accepted"
        self.duplicates += fate.status == "duplicate"
        self.refused += fate.status == "refused"
        if isinstance(fate.row, SkippedRow):
            self.skipped[fate.row.rule] += 1
        new = [receipt for receipt in fate.receipts if receipt.status == "accepted"]
        self.outcomes.update(receipt.outcome for receipt in new)


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
        batch: list[ReadRow] = []
        size = 0
        for row in rows:
            result = self._reader.read(row)
            arrivals = len(facts_of(result))
            is_full = size + arrivals > MAX_BATCH_EVENTS or len(batch) == MAX_BATCH_EVENTS
            if batch and is_full:
                self._bring(batch)
                batch, size = [], 0
            batch.append(result)
            size += arrivals
        self._bring(batch)
        return self._tally

    def _bring(self, batch: list[ReadRow]) -> None:
        for fate in bring(self._reader, self._store, self._actor, batch):
            self._tally.count(fate)
            if isinstance(fate.row, RefusedRow):
                self._on_refused(fate.row)
        self._on_batch(self._tally)
