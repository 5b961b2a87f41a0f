"""Cells: numbers and times are read exactly, or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.intake.cells import (
    CellError,
    NumberFormat,
    TimeFormat,
    minutes_between,
)

BERLIN = TimeFormat(ZoneInfo("Europe/Berlin"))
GERMAN = NumberFormat(",", ".")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_every_decimal_is_read_as_it_is_written(value: Decimal) -> None:
    assert NumberFormat().read(format(value, "f")) == value


@given(st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=3, max_value=10**12))
def test_every_decimal_with_other_marks_is_the_same_number(value: Decimal) -> None:
    written = format(value, ",f").translate(str.maketrans(".,", ",."))
    assert GERMAN.read(written) == value


@given(st.text(max_size=12))
def test_a_text_is_a_finite_number_or_is_refused(text: str) -> None:
    try:
        value = NumberFormat().read(text)
    except CellError:
        return
    assert value.is_finite()
    assert value == Decimal(text)


@pytest.mark.parametrize("text", ["", " ", "+", "--1", "1.", ".5", "٣", "1 000", "0x1F", "1_000"])
def test_what_only_resembles_a_number_is_refused(text: str) -> None:
    with pytest.raises(CellError):
        NumberFormat().read(text)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))
def test_a_clock_time_is_placed_where_that_clock_showed_it_or_refused(
    clock: datetime,
) -> None:
    try:
        placed = BERLIN.read(clock.isoformat())
    except CellError:
        return
    shown = placed.astimezone(UTC).astimezone(BERLIN.time_zone)
    assert shown.replace(tzinfo=None) == clock
    assert placed.utcoffset() is not None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_ends_of_the_calendar_do_not_break_the_reader(text: str) -> None:
    assert BERLIN.read(text).year in (1, 9999)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 10**7),
)
def test_minutes_are_exact_to_the_sixth_decimal(start: datetime, seconds: int) -> None:
    minutes = minutes_between(start, start + timedelta(seconds=seconds))
    assert abs(minutes * 60 - seconds) <= Decimal("0.00003")


def test_an_end_before_its_start_is_refused() -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(CellError, match="before the start"):
        minutes_between(start, start - timedelta(seconds=1))
