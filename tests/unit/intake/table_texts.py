"""Tables and mappings as text, for the tests of the table import."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO

from countersign.intake.mapping_file import read_mapping
from countersign.intake.table_file import Table
from countersign.intake.table_import import MappedRow, RefusedRow, RowReader, SkippedRow

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

MAPPING = """
source = "/imports/paper"

[times]
time_zone = "Europe/Berlin"

[identity]
columns = ["slip"]

[codes.done]
yes = "final"
no = "partial"

[[event]]
type = "production-confirmation"
time = { column = "at" }

[event.data]
site_id = { constant = "1000" }
order_id = { column = "order" }
operation_id = { column = "op" }
confirmation = { column = "done", codes = "done" }
yield_quantity = { column = "good", unit = "C62" }
note = { column = "note" }
"""

HEADER = "slip,at,order,op,done,good,note"
GOOD = {
    "slip": "1",
    "at": "2026-03-02T10:00:00",
    "order": "100234",
    "op": "0010",
    "done": "no",
    "good": "5",
    "note": "",
}


def line(**changes: str) -> str:
    """Return a row of the table that is right but for the changes."""
    return ",".join((GOOD | changes).values())


def mapping_with(*changes: tuple[str, str]) -> str:
    """Return the mapping with some of its text replaced; each text must be there."""
    text = MAPPING
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def read_lines(
    lines: Iterable[str], mapping: str = MAPPING
) -> list[MappedRow | SkippedRow | RefusedRow]:
    """Read a table, header first, and tell what became of each row."""
    read = read_mapping(mapping)
    table = Table(StringIO("".join(f"{text}\n" for text in lines), newline=""), read.table)
    reader = RowReader(read, table.columns, lambda: NOW)
    return [reader.read(row) for row in table]


def read_one(text: str, mapping: str = MAPPING, header: str = HEADER) -> MappedRow | RefusedRow:
    """Read a table of one row."""
    (result,) = read_lines([header, text], mapping)
    assert not isinstance(result, SkippedRow)
    return result
