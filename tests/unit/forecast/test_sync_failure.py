"""Postings that wait: asked with what is known now, learned from as it was known when they went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pandas as pd
import pytest
from evaluation.ahead.postings import BEGIN, PostingDays, simulate_postings
from forecast_stores import Stores, assert_same_rows, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from countersign.forecast.sync_failure import QUESTION, read
from countersign.learn import read_spec
from countersign.learn.table import spec_columns
from countersign.store import master_data
from countersign.store.database import Database

DAYS = 3


@pytest.fixture(scope="module")
def days() -> PostingDays:
    return simulate_postings(5, days=DAYS, per_hour=12.0)


class Periods:
    """The periods of the ERP: one month."""

    def write(self, connection: Connection) -> None:
        period = {"starts_on": "2026-03-01", "ends_on": "2026-03-31", "is_open": True}
        master_data.put(connection, "period", {"2026-03-01": period})


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def later(stores: Stores, days: PostingDays) -> Iterator[Database]:
    """The store when everything is over."""
    with stores.open(days, Periods(), name="later") as database:
        yield database


def _at(stores: Stores, days: PostingDays, now: datetime) -> pd.DataFrame:
    with stores.open(days, Periods()) as database:
        return rows_of(database, read, now)


@settings(max_examples=15, deadline=None)
@given(seconds=st.integers(0, DAYS * 86_400))
def test_what_becomes_known_later_changes_no_row(
    stores: Stores, later: Database, days: PostingDays, seconds: int
) -> None:
    now = BEGIN + timedelta(seconds=seconds)
    served = _at(stores, days.until(now), now)
    assert_same_rows(served, rows_of(later, read, now))


def test_a_row_asked_just_before_it_is_sent_is_the_row_of_training(
    later: Database, days: PostingDays
) -> None:
    trained = rows_of(later, read, BEGIN + timedelta(days=DAYS + 1))
    waiting = [
        row
        for row in days.tries
        if row["attempt"] == 1 and row["started_at"] > BEGIN + timedelta(days=1)
    ]
    for row in waiting[::40]:
        just_before = row["started_at"] - timedelta(microseconds=1)
        asked = rows_of(later, read, just_before).loc[row["posting_id"]]
        learned = trained.loc[row["posting_id"]]
        assert pd.isna(asked["failed"])
        assert not pd.isna(learned["failed"])
        features = [name for name in trained.columns if name not in ("failed", "sent_at")]
        pd.testing.assert_series_equal(asked[features], learned[features], check_names=False)


def test_the_rows_have_the_columns_of_the_spec_and_no_code_of_an_error(later: Database) -> None:
    spec = read_spec(QUESTION.task)
    rows = rows_of(later, read, BEGIN + timedelta(days=DAYS))
    assert set(spec_columns(spec)) <= set(rows.columns)
    assert not [name for name in spec_columns(spec) if "code" in name or "result" in name]


def test_a_posting_that_was_tried_is_history_and_one_that_waits_is_asked(
    stores: Stores, days: PostingDays
) -> None:
    first = days.tries[0]
    name = first["posting_id"]
    for now, failed in (
        (first["started_at"] - timedelta(microseconds=1), None),
        (first["finished_at"], first["result"] != "posted"),
    ):
        rows = _at(stores, days.until(now), now)
        told = rows.loc[name, "failed"]
        assert pd.isna(told) if failed is None else told == failed
        assert rows.loc[name, "days_to_period_end"] == 29


def test_a_call_under_way_and_a_withdrawn_posting_are_neither(
    stores: Stores, days: PostingDays
) -> None:
    first = days.tries[0]
    now = first["started_at"]
    under_way = days.until(now)
    cancelled = under_way.postings[-1]
    under_way.tries = [row for row in under_way.tries if row["posting_id"] == first["posting_id"]]
    if cancelled["posting_id"] != first["posting_id"]:
        cancelled["state"], cancelled["changed_at"] = "cancelled", now
    rows = _at(stores, under_way, now)
    assert first["posting_id"] not in rows.index
    assert cancelled["posting_id"] not in rows.index


@pytest.mark.parametrize(
    ("result", "failed"),
    [
        ("posted", 0.0),
        ("accepted", 0.0),
        ("rejected", 1.0),
        ("needs_approval", 1.0),
        ("retry", 1.0),
        ("unknown", 1.0),
        ("lost", 1.0),
        ("not_sent", None),
        ("stop", None),
    ],
)
def test_what_an_answer_says_of_the_posting(
    stores: Stores, days: PostingDays, result: str, failed: float | None
) -> None:
    first = days.tries[0]
    one = PostingDays(days.events[:1], days.postings[:1], [{**first, "result": result}])
    one.postings = [{**days.postings[0], "state": "queued"}]
    told = _at(stores, one, first["finished_at"]).loc[first["posting_id"], "failed"]
    assert pd.isna(told) if failed is None else told == failed
