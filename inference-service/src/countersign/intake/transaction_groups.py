"""Transaction groups: the rows of a staging table become events, by a mapping as any table's do.

What the gateway wrote as numbers and times arrives in the types of the database and its driver;
here each becomes the one text that the mapping reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import Any

from countersign.intake.mapping import TableMapping
from countersign.intake.mapping_file import MappingError
from countersign.intake.table_file import Row
from countersign.intake.table_import import RowReader
from countersign.nouns.quantity import plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SMALLEST = Decimal("0.000001")
"""Decimal places of the contract; the gateway's numbers are binary, and finer is noise."""

ROUNDING = Context(prec=100, rounding=ROUND_HALF_EVEN)
"""More digits than a database's decimal has."""


class GroupRows:
    """Turns rows of one staging table into rows that a :class:`RowReader` reads.

    Columns are found whatever their capitals: databases disagree about them.
    """

    def __init__(
        self, mapping: TableMapping, columns: Iterable[str], clock: Callable[[], datetime]
    ) -> None:
        """Check that the table has the columns of the mapping; raises :class:`MappingError`."""
        if mapping.staging is None:
            raise MappingError([("staging", "is missing: it names the table of the rows")])
        wanted = {name.lower(): name for name in sorted(mapping.columns())}
        self._names = {name: wanted.get(name.lower(), name) for name in columns}
        self._times = mapping.time_columns()
        self.table = mapping.staging.table
        place = f"{self.table} row"
        self.reader = RowReader(mapping, tuple(self._names.values()), clock, place=place)

    def row(self, number: int, values: Mapping[str, Any]) -> Row:
        """Return a row of the database as a row of texts."""
        cells = {}
        for name, value in values.items():
            spelled = self._names[name]
            cells[spelled] = text_of(value, is_time=spelled in self._times)
        return Row(number, cells)


def text_of(value: Any, *, is_time: bool = False) -> str:
    """Return the text of a value; a whole number that is a time counts milliseconds since 1970."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float) and is_time:
        return _instant(value)
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace").strip()
    return str(value).strip()


def _instant(milliseconds: float) -> str:
    try:
        return (EPOCH + timedelta(milliseconds=milliseconds)).isoformat()
    except (OverflowError, ValueError):
        return str(milliseconds)


def _number(value: float | Decimal) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return str(value)
    try:
        return plain(number.quantize(SMALLEST, context=ROUNDING))
    except InvalidOperation:
        return plain(number)  # the contract says that it has too many digits
