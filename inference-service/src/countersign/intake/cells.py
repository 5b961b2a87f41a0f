"""Cells: the text of one cell of a table read as a number, a time or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

Ambiguous = Literal["refuse", "earlier", "later"]

SECONDS_PER_MINUTE = 60
MINUTE_DECIMALS = Decimal("0.000001")
_DAY_AND_CLOCK = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d")


class CellError(ValueError):
    """A cell cannot be read; the text says why, and where it helps, what to write."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written; without a thousands mark none is accepted."""

    decimal_mark: str = "."
    thousands_mark: str = ""

    def read(self, text: str) -> Decimal:
        """Read a number exactly; raises :class:`CellError`."""
        whole, mark, fraction = text.partition(self.decimal_mark)
        sign, digits = whole[: len(whole) - len(whole.lstrip("+-"))], whole.lstrip("+-")
        if self.thousands_mark in digits and self.thousands_mark:
            digits = self._without_groups(digits, text)
        is_number = _is_digits(digits) and (not mark or _is_digits(fraction))
        if len(sign) > 1 or not is_number:
            raise CellError(self._not_a_number())
        return Decimal(f"{sign}{digits}.{fraction}" if mark else f"{sign}{digits}")

    def _without_groups(self, digits: str, text: str) -> str:
        first, *groups = digits.split(self.thousands_mark)
        if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
            raise CellError(f"the {self.thousands_mark!r} does not stand between thousands")
        return first + "".join(groups)

    def _not_a_number(self) -> str:
        example = f"1234{self.decimal_mark}5"
        if self.thousands_mark:
            example = f"1{self.thousands_mark}234{self.decimal_mark}5"
        return f"is no number such as {example} ([numbers] decimal_mark, thousands_mark)"


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How times are written, and the zone of those without an offset.

    ``pattern`` is a ``strptime`` pattern; empty means ISO 8601. A clock time that the change to
    summer time skips did not happen and is refused. One that happens twice in autumn is refused
    too, unless ``ambiguous`` says which of the two is meant.
    """

    time_zone: ZoneInfo
    pattern: str = ""
    ambiguous: Ambiguous = "refuse"

    def read(self, text: str) -> datetime:
        """Read a time with its offset; raises :class:`CellError`."""
        found = self._parse(text)
        try:
            return found if found.utcoffset() is not None else self._place(found)
        except OverflowError:
            raise CellError("lies outside the years 1 to 9999") from None

    def read_day(self, text: str) -> date:
        """Read a day of the calendar; raises :class:`CellError`."""
        if self.pattern:
            return self._parse(text).date()
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise CellError("is no day such as 2026-03-02; give the field a format") from None

    def _parse(self, text: str) -> datetime:
        try:
            if self.pattern:
                return datetime.strptime(text, self.pattern)
            if _DAY_AND_CLOCK.match(text):
                return datetime.fromisoformat(text)
        except ValueError:
            pass
        wanted = f"written as {self.pattern}" if self.pattern else "such as 2026-03-02T14:05:09"
        raise CellError(f"is no time {wanted} ([times] format)")

    def _place(self, clock: datetime) -> datetime:
        earlier = clock.replace(tzinfo=self.time_zone, fold=0)
        later = clock.replace(tzinfo=self.time_zone, fold=1)
        if earlier.utcoffset() == later.utcoffset():
            return earlier
        if earlier.astimezone(UTC).astimezone(self.time_zone).replace(tzinfo=None) != clock:
            raise CellError(
                f"did not happen in {self.time_zone.key}: the clocks were put forward past it"
            )
        if self.ambiguous == "refuse":
            raise CellError(
                f"happened twice in {self.time_zone.key}, when the clocks were put back; write "
                'the offset, or say [times] ambiguous = "earlier" or "later"'
            )
        return earlier if self.ambiguous == "earlier" else later


def minutes_between(start: datetime, end: datetime) -> Decimal:
    """Return the minutes from start to end; raises :class:`CellError` when the end comes first."""
    span = end.astimezone(UTC) - start.astimezone(UTC)
    seconds = Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds) / 1_000_000
    if seconds < 0:
        raise CellError("the end lies before the start")
    return (seconds / SECONDS_PER_MINUTE).quantize(MINUTE_DECIMALS)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
