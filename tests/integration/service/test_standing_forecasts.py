"""Which forecasts stand: one per subject and time, replaced, left and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from forecast_examples import HOUR, forecast

from countersign.nouns.forecast import Actual, Answer, Forecast
from countersign.store import forecasts, schema
from countersign.store.database import Database, digest_of
from countersign.store.forecasts import Search

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TASK = "order_delay"


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    schema.upgrade(opened)
    yield opened
    opened.close()


def late(subject: str, probability: float, at: datetime = NOW, version: str = "v1") -> Forecast:
    row = forecast(TASK, "occurrence", subject, Answer("yes", probability), at)
    identity = digest_of(f"{subject} {row.bucket_at} {version}")[:32]
    return replace(row, forecast_id=identity, model_version=version, asks_until=NOW + 9 * HOUR)


def stand(store: Database, *rows: Forecast, at: datetime = NOW) -> int:
    with store.write() as connection:
        return forecasts.replace_standing(connection, TASK, rows, at)


def standing(store: Database, at: datetime = NOW) -> dict[str, float | None]:
    with store.read() as connection:
        rows = forecasts.read_ahead(connection, at, 100)
    return {row.subject: row.answer.probability for row in rows}


def test_what_is_told_as_before_keeps_its_forecast(store: Database) -> None:
    assert stand(store, late("a", 0.4), late("b", 0.6)) == 2
    later = NOW + HOUR
    assert stand(store, late("a", 0.4, later), late("b", 0.7, later), at=later) == 1
    assert standing(store) == {"b": 0.7, "a": 0.4}
    with store.read() as connection:
        found = forecasts.find(connection, Search(subject="b"), 10)
        kept = forecasts.find(connection, Search(subject="a"), 10)
    assert [row.superseded_at for row in found] == [None, later]
    assert [row.asked_at for row in kept] == [NOW]


def test_within_a_bucket_the_first_answer_stands_unless_another_model_tells(
    store: Database,
) -> None:
    stand(store, late("a", 0.4))
    minute = NOW + timedelta(minutes=1)
    assert stand(store, late("a", 0.9, minute), at=minute) == 0
    assert standing(store) == {"a": 0.4}
    assert stand(store, late("a", 0.8, minute, "v2"), at=minute) == 1
    assert standing(store) == {"a": 0.8}
    assert stand(store, late("a", 0.4), at=minute + HOUR / 60) == 0
    assert standing(store) == {"a": 0.4}


def test_what_is_asked_no_more_leaves_and_may_come_back_and_be_settled(store: Database) -> None:
    row = late("a", 0.4)
    stand(store, row)
    stand(store, at=NOW + timedelta(minutes=1))
    assert standing(store) == {}
    with store.read() as connection:
        assert [each.subject for each in forecasts.read_unsettled(connection, TASK)] == ["a"]
    assert stand(store, row, at=NOW + timedelta(minutes=2)) == 0
    assert standing(store) == {"a": 0.4}
    came = Actual("no", None, True, 0.16, 0.25)
    with store.write() as connection:
        forecasts.settle(connection, {row.forecast_id: came}, NOW + HOUR)
        forecasts.settle(connection, {row.forecast_id: replace(came, label="yes")}, NOW + 2 * HOUR)
    assert standing(store) == {}
    with store.read() as connection:
        (settled,) = forecasts.read_settled(connection, 10)
    assert (settled.actual, settled.settled_at) == (came, NOW + HOUR)


def test_what_was_replaced_long_ago_is_forgotten_and_nothing_else(store: Database) -> None:
    stand(store, late("a", 0.4), late("gone", 0.3))
    stand(store, late("a", 0.5, NOW + HOUR), at=NOW + HOUR)
    with store.write() as connection:
        assert forecasts.forget_replaced(connection, NOW + HOUR) == 0
        assert forecasts.forget_replaced(connection, NOW + 2 * HOUR) == 1
    with store.read() as connection:
        kept = forecasts.find(connection, Search(), 10)
    assert [(row.subject, row.answer.probability) for row in kept] == [("a", 0.5), ("gone", 0.3)]


def test_what_is_over_lies_ahead_no_longer_and_the_likely_is_counted(store: Database) -> None:
    stand(store, late("a", 0.5), late("b", 0.49), replace(late("c", 0.9), asks_until=NOW))
    with store.read() as connection:
        assert forecasts.count_ahead(connection, NOW, 0.5) == {TASK: (2, 1)}
    assert list(standing(store)) == ["a", "b"]


def test_neither_a_replaced_forecast_nor_one_clear_before_its_time_counts_for_how_right_it_is(
    store: Database,
) -> None:
    first, second = late("a", 0.9), late("a", 0.1, NOW + HOUR)
    stand(store, first)
    stand(store, second, at=NOW + HOUR)
    came = Actual("no", None, True, 0.01, None)
    with store.write() as connection:
        forecasts.settle(connection, {second.forecast_id: came}, NOW + 2 * HOUR)
    with store.read() as connection:
        assert forecasts.read_worth(connection, NOW + 3 * HOUR) == []
        over = NOW + 10 * HOUR
        (worth,) = forecasts.read_worth(connection, over)
        told = forecasts.read_told(connection, TASK, "v1", over, 10)
    assert (worth.settled, worth.right, worth.occurred) == (1, 1, 0)
    assert worth.expected == pytest.approx(0.1)
    assert worth.baseline_error is None
    assert told == [(0.1, False)]
