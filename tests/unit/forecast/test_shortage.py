"""Hours of components: asked with what lay there when the hour began, learned from as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from evaluation.ahead.stock import BEGIN, HOUR, StockDays, simulate_stock
from forecast_stores import Read, Stores, assert_same_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.forecast import asked_rows
from countersign.forecast.shortage import QUANTITY, SHORTAGE, read_quantity, read_shortage
from countersign.learn import read_spec
from countersign.learn.features import lay_out, learn_encoding
from countersign.learn.table import read_table, spec_columns
from countersign.store.database import Database

DAYS = 6


@pytest.fixture(scope="module")
def days() -> StockDays:
    return simulate_stock(1, days=DAYS, components=4)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture(scope="module")
def later(stores: Stores, days: StockDays) -> Iterator[Database]:
    """The store when everything is over."""
    with stores.open(days, name="later") as database:
        yield database


def _rows(database: Database, now: datetime, read: Read = read_shortage) -> pd.DataFrame:
    with database.read() as connection:
        return read(connection, now).set_index(["subject", "hour_start"])


@settings(max_examples=20, deadline=None)
@given(seconds=st.integers(0, DAYS * 86_400))
def test_what_becomes_known_later_changes_no_row(
    stores: Stores, later: Database, days: StockDays, seconds: int
) -> None:
    now = BEGIN + timedelta(seconds=seconds)
    with stores.open(days.until(now)) as then:
        for read in (read_shortage, read_quantity):
            assert_same_rows(_rows(then, now, read), _rows(later, now, read))


@pytest.mark.parametrize("question", [SHORTAGE, QUANTITY])
def test_the_features_that_were_served_are_those_that_are_learned(
    later: Database, question: Any
) -> None:
    """The past of an hour is the same whether it is served in that hour or trained on later."""
    spec = read_spec(question.task)
    with later.read() as connection:
        trained = question.read(connection, BEGIN + timedelta(days=DAYS, hours=1))
    learned = read_table(spec, trained, with_target=True)
    encoding = learn_encoding(learned)
    matrix = lay_out(learned, encoding)
    for hours in range(30, DAYS * 24, 17):
        now = BEGIN + hours * HOUR + timedelta(minutes=5)
        with later.read() as connection:
            frame = question.read(connection, now)
        asked = asked_rows.ask(spec, frame, now)
        served = lay_out(read_table(spec, asked.rows, with_target=False), encoding)
        assert served.names == matrix.names
        places = {name: place for place, name in enumerate(zip_keys(trained))}
        for place, key in enumerate(zip_keys(asked.rows)):
            if key[1] == pd.Timestamp(now).floor("h"):
                then, after = served.rows[place], matrix.rows[places[key]]
                assert then == pytest.approx(after, rel=1e-4, abs=1e-3, nan_ok=True)
        assert 0 < len(asked.index) <= 4


def zip_keys(frame: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    return list(zip(frame["subject"], frame["hour_start"], strict=True))


@pytest.mark.parametrize("question", [SHORTAGE, QUANTITY])
def test_the_rows_have_the_columns_of_the_spec(later: Database, question: Any) -> None:
    with later.read() as connection:
        rows = question.read(connection, BEGIN + timedelta(days=1))
    assert set(spec_columns(read_spec(question.task))) <= set(rows.columns)


def _one(days: StockDays, **changes: Any) -> StockDays:
    first = next(row for row in days.hours if row["planned_use"] != "0.000")
    return StockDays([first | {"planned_use": "10", "opening_quantity": "40"} | changes])


@pytest.mark.parametrize(
    ("closing", "planned", "short"),
    [("10", "10", 0.0), ("9.999", "10", 1.0), ("-2", "10", 1.0), ("0", "0", 0.0)],
)
def test_short_is_what_does_not_last_an_hour_of_what_is_planned(
    stores: Stores, days: StockDays, closing: str, planned: str, short: float
) -> None:
    one = _one(days, closing_quantity=closing, planned_use=planned)
    with stores.open(one) as database:
        rows = _rows(database, BEGIN + timedelta(days=1))
    assert rows["is_short"].tolist() == [short]


def test_an_hour_that_runs_is_asked_and_one_that_nobody_closed_is_left_out(
    stores: Stores, days: StockDays
) -> None:
    unclosed = _one(days, closed_at=None, closing_quantity=None)
    begun = unclosed.hours[0]["hour_start"]
    with stores.open(unclosed) as database:
        running = _rows(database, begun + timedelta(minutes=20))
        assert running["is_short"].isna().all()
        assert running["hours_of_plan"].tolist() == [4.0]
        assert running["asks_until"].tolist() == [begun + 3 * HOUR]
        assert not len(_rows(database, begun + 3 * HOUR))


def test_how_much_is_needed_is_asked_where_something_is_planned_or_was_used(
    stores: Stores, days: StockDays
) -> None:
    for planned, asked in (("0", False), ("12", True)):
        unclosed = _one(days, closed_at=None, closing_quantity=None, planned_use=planned)
        now = unclosed.hours[0]["hour_start"] + timedelta(minutes=20)
        with stores.open(unclosed) as database:
            rows = _rows(database, now, read_quantity)
            assert bool(len(rows)) == asked
            assert len(_rows(database, now)) == 1
        assert rows["usual_need"].tolist() == [12.0] * asked
