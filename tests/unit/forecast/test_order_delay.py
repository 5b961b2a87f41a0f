"""Orders at their release: what was planned and how full the machines were, whatever came later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from evaluation.ahead.orders import BEGIN, OrderMonths, simulate_orders
from forecast_stores import Stores, assert_same_rows, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.forecast.order_delay import QUESTION, RECORDED_WITHIN, read
from countersign.learn import read_spec
from countersign.learn.table import spec_columns
from countersign.store.database import Database

HOURS = 24 * 25
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def months() -> OrderMonths:
    return simulate_orders(2, count=120)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def later(stores: Stores, months: OrderMonths) -> Iterator[Database]:
    """The store when everything is over."""
    with stores.open(months, name="later") as database:
        yield database


@settings(max_examples=20, deadline=None)
@given(minutes=st.integers(0, HOURS * 60))
def test_what_becomes_known_later_changes_no_row(
    stores: Stores, later: Database, months: OrderMonths, minutes: int
) -> None:
    now = BEGIN + timedelta(minutes=minutes)
    with stores.open(months.until(now)) as then:
        served = rows_of(then, read, now)
    assert_same_rows(served, rows_of(later, read, now))


def test_the_row_that_was_asked_is_the_row_that_is_learned_from(later: Database) -> None:
    learned = rows_of(later, read, BEGIN + timedelta(days=200))
    assert learned["is_late"].notna().all()
    assert 0.1 < learned["is_late"].mean() < 0.9
    asked_ever = 0
    for hours in range(0, HOURS, 40):
        now = BEGIN + timedelta(hours=hours)
        rows = rows_of(later, read, now)
        asked = rows[rows["is_late"].isna()].drop(columns="is_late")
        asked_ever += len(asked)
        assert_same_rows(asked, learned.loc[asked.index].drop(columns="is_late"))
    assert asked_ever > 50


def test_the_rows_have_the_columns_of_the_spec_and_no_lead_time(later: Database) -> None:
    spec = read_spec(QUESTION.task)
    rows = rows_of(later, read, BEGIN + timedelta(days=20))
    assert set(spec_columns(spec)) <= set(rows.columns)
    assert spec.kind == "occurrence"


def _told(stores: Stores, months: OrderMonths, now: datetime, name: str) -> Any:
    with stores.open(months) as database:
        rows = rows_of(database, read, now)
    return rows["is_late"].get(name, "no row")


@pytest.mark.parametrize(
    ("end", "recorded", "asked", "told"),
    [
        (-2 * HOUR, 0 * HOUR, -1 * HOUR, 0.0),  # done, and recorded, in time
        (-2 * HOUR, 0 * HOUR, -3 * HOUR, None),  # not done yet
        (-2 * HOUR, 7 * HOUR, 4 * HOUR, None),  # done in time, but nobody has said so
        (-2 * HOUR, 7 * HOUR, 6 * HOUR, 0.0),  # recorded within a shift: in time after all
        (-2 * HOUR, 30 * HOUR, 40 * HOUR, 1.0),  # recorded the next day: too late to count
        (5 * HOUR, 0 * HOUR, 6 * HOUR, 1.0),
        (50 * HOUR, 0 * HOUR, 1 * HOUR, None),
        (50 * HOUR, 0 * HOUR, 9 * HOUR, 1.0),  # a shift after the planned end: it is late
    ],
)
def test_when_it_is_known_that_an_order_is_late(
    stores: Stores,
    months: OrderMonths,
    end: timedelta,
    recorded: timedelta,
    asked: timedelta,
    told: float | None,
) -> None:
    release, planned_end_at = _one(months)
    final = _final(months, release) | {
        "occurred_at": planned_end_at + end,
        "received_at": planned_end_at + end + recorded,
    }
    one = OrderMonths([release], [final]).until(planned_end_at + asked)
    found = _told(stores, one, planned_end_at + asked, release["order_id"])
    assert pd.isna(found) if told is None else found == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"end_state": "completed"}, 0.0),  # finished in the ERP, though nobody confirmed it here
        ({"end_state": "cancelled"}, "no row"),
        ({"is_backlog": True}, "no row"),
    ],
)
def test_orders_that_end_without_a_confirmation_or_were_there_before(
    stores: Stores, months: OrderMonths, changes: dict[str, Any], told: Any
) -> None:
    release, planned_end_at = _one(months)
    ended = release | {"ended_at": planned_end_at - HOUR, "end_state": "completed"} | changes
    one = OrderMonths([ended], [])
    assert _told(stores, one, planned_end_at, release["order_id"]) == told


def test_an_earlier_operation_or_a_rejected_confirmation_does_not_end_an_order(
    stores: Stores, months: OrderMonths
) -> None:
    release, planned_end_at = _one(months)
    final = _final(months, release) | {"received_at": planned_end_at - HOUR}
    for change in ({"operation_id": "0001"}, {"state": "rejected"}, {"body": '{"data":{}}'}):
        one = OrderMonths([release], [final | change])
        now = planned_end_at + RECORDED_WITHIN - HOUR
        assert pd.isna(_told(stores, one, now, release["order_id"]))


def _one(months: OrderMonths) -> tuple[dict[str, Any], datetime]:
    """Return an order of several operations that has not ended, and its planned end."""
    for release in months.releases:
        steps = {row["operation_id"] for row in months.events if _is_of(row, release)}
        if len(steps) > 1:
            open_again = release | {"ended_at": None, "end_state": None}
            with_end = pd.Series(open_again["body"]).str.extract(r'"planned_end_at":"([^"]+)"')
            return open_again, datetime.fromisoformat(str(with_end.iloc[0, 0]))
    raise AssertionError("no order has several operations")


def _final(months: OrderMonths, release: dict[str, Any]) -> dict[str, Any]:
    steps = [row for row in months.events if _is_of(row, release)]
    return max(steps, key=lambda row: str(row["operation_id"]))


def _is_of(row: dict[str, Any], release: dict[str, Any]) -> bool:
    return bool(row["order_id"] == release["order_id"])
