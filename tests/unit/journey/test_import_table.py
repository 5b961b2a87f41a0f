"""Importing a table: batches of some hundred events, every row counted once."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.intake.table_texts import HEADER, MAPPING, NOW, line

from countersign.intake.mapping_file import read_mapping
from countersign.intake.table_file import Table
from countersign.intake.table_import import RefusedRow, RowReader
from countersign.journey.receive import Arrival
from countersign.journey.rows.import_table import MAX_BATCH_EVENTS, TableImport, Tally
from countersign.nouns.event import Event
from countersign.nouns.receipt import Receipt, ReceiptStatus

SECOND_EVENT = (
    MAPPING[MAPPING.index("[[event]]") :]
    .replace('type = "production-confirmation"', 'type = "production-confirmation"\nname = "again"')
    .replace("time = {", 'when = [{ column = "op", in = ["0020"] }]\ntime = {')
)
SKIP = '\n[[skip]]\nname = "void slips"\nwhen = [{ column = "note", in = ["void"] }]\n'


class Book:
    """A store that keeps events by id, as the service does, and remembers its batches."""

    def __init__(self, batches_until_failure: int | None = None) -> None:
        self.digests: dict[str, str] = {}
        self.batches: list[int] = []
        self.batches_until_failure = batches_until_failure

    def store(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        if len(self.batches) == self.batches_until_failure:
            raise ConnectionError
        self.batches.append(len(arrivals))
        return [self._answer(arrival.fact) for arrival in arrivals]

    def _answer(self, fact: object) -> Receipt:
        if not isinstance(fact, Event):
            return Receipt("", "", "refused")
        known = self.digests.setdefault(fact.event_id, "")
        if not known:
            self.digests[fact.event_id] = fact.digest
            return Receipt(fact.source, fact.key, "accepted", outcome="review")
        status: ReceiptStatus = "duplicate" if known == fact.digest else "conflict"
        return Receipt(fact.source, fact.key, status)


def bring(book: Book, lines: Sequence[str]) -> tuple[Tally, list[RefusedRow], list[int]]:
    """Import rows; return the tally, the refused rows, and the rows counted after each batch."""
    mapping = read_mapping(MAPPING + SECOND_EVENT + SKIP)
    table = Table(StringIO("".join(f"{text}\n" for text in (HEADER, *lines))), mapping.table)
    refused: list[RefusedRow] = []
    counted: list[int] = []
    run = TableImport(
        RowReader(mapping, table.columns, lambda: NOW),
        book.store,
        "import:test",
        on_refused=refused.append,
        on_batch=lambda tally: counted.append(tally.rows),
    )
    return run.run(table), refused, counted


def test_the_same_table_twice_ends_in_the_same_state() -> None:
    book, lines = Book(), [line(slip=str(number)) for number in range(20)]
    first, _, _ = bring(book, lines)
    events = dict(book.digests)
    second, _, _ = bring(book, lines)
    assert (first.accepted, first.duplicates) == (20, 0)
    assert (second.accepted, second.duplicates) == (0, 20)
    assert book.digests == events


def test_equal_rows_of_a_table_are_one_event() -> None:
    tally, refused, _ = bring(Book(), [line(), line()])
    assert (tally.accepted, tally.duplicates, refused) == (1, 1, [])


def test_another_row_of_the_same_identity_is_refused_with_the_reason() -> None:
    tally, (refused,), _ = bring(Book(), [line(good="5"), line(good="6")])
    assert (tally.accepted, tally.refused) == (1, 1)
    assert (refused.line, refused.faults[0].columns) == (3, ("slip",))
    assert "came before with other content" in refused.faults[0].why
    assert "0 of the row's 1 events were taken in" in refused.faults[0].why


def test_decisions_are_counted_by_event_and_rows_by_row() -> None:
    tally, _, _ = bring(Book(), [line(op="0020"), line(slip="2")])
    assert (tally.rows, tally.accepted, tally.outcomes) == (2, 2, {"review": 3})


def test_a_batch_stays_within_its_limit_and_keeps_a_row_together() -> None:
    book = Book()
    lines = [line(slip="0")] + [line(slip=str(n), op="0020") for n in range(1, MAX_BATCH_EVENTS)]
    _, _, counted = bring(book, lines)
    assert sum(book.batches) == 2 * MAX_BATCH_EVENTS - 1
    assert max(book.batches) <= MAX_BATCH_EVENTS
    assert counted[-1] == MAX_BATCH_EVENTS


def test_an_import_that_was_broken_off_is_started_again() -> None:
    book, lines = Book(batches_until_failure=1), [line(slip=str(n)) for n in range(700)]
    with pytest.raises(ConnectionError):
        bring(book, lines)
    book.batches_until_failure = None
    tally, _, _ = bring(book, lines)
    assert (tally.duplicates, tally.accepted) == (MAX_BATCH_EVENTS, 700 - MAX_BATCH_EVENTS)
    assert len(book.digests) == 700


def test_refusals_go_to_the_audit_trail_with_the_rest() -> None:
    book = Book()
    tally, refused, _ = bring(book, [line(good="x"), line()])
    assert book.batches == [2]
    assert (tally.refused, [row.line for row in refused]) == (1, [2])


KINDS = st.sampled_from(["new", "same", "other", "bad", "void", "double", "short"])


@given(st.lists(KINDS, max_size=40))
def test_every_row_is_counted_exactly_once(kinds: list[str]) -> None:
    rows = {
        "same": line(),
        "other": line(good="6"),
        "bad": line(at="x"),
        "void": line(note="void"),
        "short": "1,2",
    }
    lines = [
        rows.get(kind) or line(slip=f"n{number}", op="0020" if kind == "double" else "0010")
        for number, kind in enumerate(kinds)
    ]
    tally, refused, _ = bring(Book(), lines)
    skipped = tally.skipped.total()
    assert tally.rows == len(kinds)
    assert tally.accepted + tally.duplicates + skipped + tally.refused == len(kinds)
    assert len(refused) == tally.refused
    assert skipped == kinds.count("void")
