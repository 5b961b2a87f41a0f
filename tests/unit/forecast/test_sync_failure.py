"""Postings that wait: asked with what is known now, learned from as it was known when they went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from evaluation.ahead.postings import BEGIN, PostingDays, simulate_postings
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.forecast.sync_failure import QUESTION, read
from countersign.learn import read_spec
from countersign.learn.table import spec_columns
from countersign.store import master_data, schema
from countersign.store.database import Database

DAYS = 3


@pytest.fixture(scope="module")
def days() -> PostingDays:
    return simulate_postings(5, days=DAYS, per_hour=12.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores")
    database = Database(f"sqlite:///{folder}/empty.sqlite")
    schema.upgrade(database)
    database.close()
    return folder


@pytest.fixture(scope="module")
def later(folder: Path, days: PostingDays) -> Iterator[Database]:
    """The store when everything is over."""
    database = _store(folder, "later", days)
    yield database
    database.close()


def _store(folder: Path, name: str, days: PostingDays) -> Database:
    path = folder / f"{name}.sqlite"
    path.write_bytes((folder / "empty.sqlite").read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        days.write(connection)
        period = {"starts_on": "2026-03-01", "ends_on": "2026-03-31", "is_open": True}
        master_data.put(connection, "period", {"2026-03-01": period})
    return database


def _read(database: Database, now: datetime) -> pd.DataFrame:
    with database.read() as connection:
        return read(connection, now).set_index("subject")


@settings(max_examples=15, deadline=None)
@given(seconds=st.integers(0, DAYS * 86_400))
def test_what_becomes_known_later_changes_no_row(
    folder: Path, later: Database, days: PostingDays, seconds: int
) -> None:
    now = BEGIN + timedelta(seconds=seconds)
    then = _store(folder, "then", days.until(now))
    served = _read(then, now)
    then.close()
    pd.testing.assert_frame_equal(served, _read(later, now), check_dtype=False)


def test_a_row_asked_just_before_it_is_sent_is_the_row_of_training(
    later: Database, days: PostingDays
) -> None:
    trained = _read(later, BEGIN + timedelta(days=DAYS + 1))
    waiting = [
        row
        for row in days.tries
        if row["attempt"] == 1 and row["started_at"] > BEGIN + timedelta(days=1)
    ]
    for row in waiting[::40]:
        just_before = row["started_at"] - timedelta(microseconds=1)
        asked = _read(later, just_before).loc[row["posting_id"]]
        learned = trained.loc[row["posting_id"]]
        assert pd.isna(asked["failed"])
        assert not pd.isna(learned["failed"])
        features = [name for name in trained.columns if name not in ("failed", "sent_at")]
        pd.testing.assert_series_equal(asked[features], learned[features], check_names=False)


def test_the_rows_have_the_columns_of_the_spec_and_no_code_of_an_error(later: Database) -> None:
    spec = read_spec(QUESTION.task)
    rows = _read(later, BEGIN + timedelta(days=DAYS))
    assert set(spec_columns(spec)) <= set(rows.columns)
    assert not [name for name in spec_columns(spec) if "code" in name or "result" in name]


def test_a_posting_that_was_tried_is_history_and_one_that_waits_is_asked(
    folder: Path, days: PostingDays
) -> None:
    first = days.tries[0]
    name = first["posting_id"]
    for now, failed in (
        (first["started_at"] - timedelta(microseconds=1), None),
        (first["finished_at"], first["result"] != "posted"),
    ):
        database = _store(folder, "first", days.until(now))
        rows = _read(database, now)
        database.close()
        told = rows.loc[name, "failed"]
        assert pd.isna(told) if failed is None else told == failed
        assert rows.loc[name, "days_to_period_end"] == 29


def test_a_call_under_way_and_a_withdrawn_posting_are_neither(
    folder: Path, days: PostingDays
) -> None:
    first = days.tries[0]
    now = first["started_at"]
    under_way = days.until(now)
    cancelled = under_way.postings[-1]
    under_way.tries = [row for row in under_way.tries if row["posting_id"] == first["posting_id"]]
    if cancelled["posting_id"] != first["posting_id"]:
        cancelled["state"], cancelled["changed_at"] = "cancelled", now
    database = _store(folder, "under_way", under_way)
    rows = _read(database, now)
    database.close()
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
    folder: Path, days: PostingDays, result: str, failed: float | None
) -> None:
    first = days.tries[0]
    one = PostingDays(days.events[:1], days.postings[:1], [{**first, "result": result}])
    one.postings = [{**days.postings[0], "state": "queued"}]
    database = _store(folder, "answers", one)
    told = _read(database, first["finished_at"]).loc[first["posting_id"], "failed"]
    database.close()
    assert pd.isna(told) if failed is None else told == failed
