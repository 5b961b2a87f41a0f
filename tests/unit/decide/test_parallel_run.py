"""The parallel run: what the machine alone would have done, against what turned out right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.decide.parallel_run import Comparison, Report, compare
from countersign.nouns.compared import Compared

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)

ROWS = st.builds(
    Compared,
    use_case=st.sampled_from(["scrap_report", "material_consumption"]),
    segment=st.sampled_from(["1000", "2000"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    would_post=st.booleans(),
    correct=st.booleans(),
    amount=st.none() | st.decimals(0, 10_000, places=2).map(str),
)


def row(would_post: bool, correct: bool, amount: str | None = "10.00") -> Compared:
    return Compared("scrap_report", "1000", MONDAY, would_post, correct, amount)


def scrap_total(rows: list[Compared]) -> Comparison:
    return compare(rows, BERLIN)["scrap_report"].total


@pytest.mark.parametrize(
    ("would_post", "correct", "counted"),
    [
        (True, True, "booked_right"),
        (True, False, "booked_wrong"),
        (False, False, "asked_rightly"),
        (False, True, "asked_in_vain"),
    ],
)
def test_an_event_is_counted_once(would_post: bool, correct: bool, counted: str) -> None:
    found = scrap_total([row(would_post, correct)])
    names = ("booked_right", "booked_wrong", "asked_rightly", "asked_in_vain")
    assert {name: getattr(found, name) for name in names} == {
        name: int(name == counted) for name in names
    }


def test_shares_say_who_agreed_and_what_would_have_gone_by_itself() -> None:
    found = scrap_total(
        [row(True, True)] * 6
        + [row(True, False, "30")]
        + [row(False, False)] * 2
        + [row(False, True)]
    )
    assert found.compared == 10
    assert found.agreement == 0.8
    assert found.agreement_lower_bound == pytest.approx(0.4931, abs=1e-4)
    assert found.coverage == 0.7
    assert found.accuracy == 6 / 7
    assert (found.amount_right, found.amount_wrong) == (Decimal(60), Decimal(30))


def test_nothing_compared_has_no_shares_and_no_certainty() -> None:
    found = Comparison()
    assert (found.agreement, found.coverage, found.accuracy) == (None, None, None)
    assert (found.lower_bound, found.agreement_lower_bound) == (0.0, 0.0)
    assert found.amount_at_risk == 0


def test_299_without_an_error_are_surely_99_percent_right() -> None:
    found = scrap_total([row(True, True)] * 299)
    assert found.lower_bound == pytest.approx(0.99003, abs=1e-5)
    assert found.amount_at_risk == Decimal("29.81")


def test_a_booking_without_a_price_is_counted_but_adds_no_money() -> None:
    found = scrap_total([row(True, True, None), row(False, True, None)])
    assert (found.without_amount, found.amount_right) == (1, Decimal(0))


def parts(report: Report) -> list[list[Comparison]]:
    return [[report.total], list(report.segments.values()), list(report.weeks.values())]


@given(st.lists(ROWS, max_size=60))
def test_no_event_is_lost_and_no_money_appears(rows: list[Compared]) -> None:
    found = compare(rows, BERLIN)
    assert sum(report.total.compared for report in found.values()) == len(rows)
    booked = sum((Decimal(one.amount or 0) for one in rows if one.would_post), Decimal(0))
    totals = [report.total for report in found.values()]
    assert sum(part.amount_right + part.amount_wrong for part in totals) == booked
    for part in totals:
        assert 0 <= part.amount_at_risk <= part.amount_right + part.amount_wrong + Decimal("0.01")
        assert part.accuracy is None or part.lower_bound <= part.accuracy
    for report in found.values():
        assert {sum(one.compared for one in group) for group in parts(report)} == {
            report.total.compared
        }


def test_a_week_begins_on_the_monday_of_the_plants_calendar() -> None:
    sunday_night = MONDAY - timedelta(hours=13)  # 00:00 on Monday in Berlin, 23:00 before in UTC
    rows = [
        Compared("scrap_report", "1000", at, True, True, None)
        for at in (sunday_night, sunday_night - timedelta(seconds=1), MONDAY)
    ]
    weeks = compare(rows, BERLIN)["scrap_report"].weeks
    assert {monday: found.compared for monday, found in weeks.items()} == {
        date(2026, 11, 9): 1,
        date(2026, 11, 16): 2,
    }
