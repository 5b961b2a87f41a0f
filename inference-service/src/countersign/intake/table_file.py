"""A table file: the rows of a CSV file one at a time, with their line numbers.

Nothing is dropped: a record that cannot be read as a row comes out as a :class:`BrokenRow`. Only
blank lines are no rows. The file is streamed, so its size does not matter.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

BYTE_ORDER_MARK = "\ufeff"
FIRST_LONE_BYTE, LAST_LONE_BYTE = "\udc80", "\udcff"


class TableError(Exception):
    """The file cannot be read as a table at all; the text says why."""


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How the file is written; ``encoding`` is a name that Python knows."""

    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells by column, without the spaces around them; ``line`` is its first line."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """Lines that are no row of the table, and why."""

    line: int
    text: str
    why: str


class Table:
    """The rows of a CSV file with a header; iterate once.

    Bytes that do not fit the encoding arrive as lone surrogates in their cell (``open_lines``), so
    that they cost one row and not the file.
    """

    def __init__(self, lines: Iterable[str], table_format: TableFormat) -> None:
        self._format = table_format
        self._reader = csv.reader(lines, delimiter=table_format.delimiter, strict=True)
        self.columns = self._read_header()

    def __iter__(self) -> Iterator[Row | BrokenRow]:
        """Read the rows below the header."""
        while True:
            line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BrokenRow(line, "", self._why(line, error))
                continue
            except UnicodeError:
                yield BrokenRow(line, "", f"{self._no_text()}; nothing below is read")
                return
            if not cells or cells == [""]:
                continue
            yield self._row(line, cells)

    def _read_header(self) -> tuple[str, ...]:
        try:
            cells = next(self._reader)
        except StopIteration:
            raise TableError("the file is empty; its first line must name the columns") from None
        except csv.Error as error:
            raise TableError(f"line 1: {error}") from error
        except UnicodeError as error:
            raise TableError(self._no_header()) from error
        if any(has_lone_bytes(cell) for cell in cells):
            raise TableError(self._no_header())
        return tuple(cell.removeprefix(BYTE_ORDER_MARK).strip() for cell in cells)

    def _row(self, line: int, cells: list[str]) -> Row | BrokenRow:
        if len(cells) != len(self.columns):
            text = self._format.delimiter.join(cells)
            why = f"has {len(cells)} cells, the header has {len(self.columns)}"
            return BrokenRow(line, text, why)
        stripped = (cell.strip() for cell in cells)
        return Row(line, dict(zip(self.columns, stripped, strict=True)))

    def _why(self, line: int, error: csv.Error) -> str:
        last = self._reader.line_num
        return f"{error}; look for a stray quotation mark between lines {line} and {last}"

    def _no_header(self) -> str:
        return f"line 1: {self._no_text()}; say [table] encoding in the mapping"

    def _no_text(self) -> str:
        return f"the bytes are not {self._format.encoding}"


def has_lone_bytes(text: str) -> bool:
    """Tell whether a text holds bytes that did not fit the encoding of its file."""
    return not text.isascii() and any(FIRST_LONE_BYTE <= sign <= LAST_LONE_BYTE for sign in text)


def open_lines(path: Path, table_format: TableFormat) -> TextIO:
    """Open a file for :class:`Table`; raises ``OSError``."""
    return path.open(encoding=table_format.encoding, errors="surrogateescape", newline="")
