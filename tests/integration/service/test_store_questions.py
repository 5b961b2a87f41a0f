"""The questions of the store, from simulated rows to what came: as the worker asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from evaluation.ahead import orders, postings, stock, usage
from forecast_stores import Rows, Stores, assert_same_rows, rows_of
from sqlalchemy import delete

from countersign.forecast import component_usage, order_delay, shortage, sync_failure
from countersign.forecast.question import Question
from countersign.forecast.questions import QUESTIONS
from countersign.journey.ahead.forecast import Lookout, learn_question
from countersign.model import registry
from countersign.store import forecasts, schema
from countersign.store.database import Database
from countersign.store.tables import (
    approval,
    attempt,
    event,
    master_data,
    order_release,
    posting,
    stock_hour,
    stream,
)

Until = Callable[[datetime], Rows]
SEED = 2
FILLED = (attempt, posting, stream, approval, event, stock_hour, order_release, master_data)


def _orders() -> tuple[Until, datetime, datetime]:
    made = orders.simulate_orders(SEED, count=320)
    at = made.releases[260]["released_at"] + timedelta(minutes=1)
    return made.until, at, at + timedelta(days=40)


def _postings() -> tuple[Until, datetime, datetime]:
    made = postings.simulate_postings(SEED, days=6, per_hour=20.0)
    first = {row["posting_id"]: row["started_at"] for row in reversed(made.tries)}
    late = [row for row in made.postings if row["created_at"] > postings.BEGIN + timedelta(days=5)]
    waits = max(late, key=lambda row: first[row["posting_id"]] - row["created_at"])
    at = waits["created_at"] + timedelta(seconds=2)
    return made.until, at, at + timedelta(hours=12)


def _stock() -> tuple[Until, datetime, datetime]:
    made = stock.simulate_stock(SEED, days=8, components=12)
    at = stock.BEGIN + timedelta(days=7, hours=10, minutes=5)
    return made.until, at, at + timedelta(hours=5)


def _usage() -> tuple[Until, datetime, datetime]:
    made = usage.simulate_usage(SEED, orders=120, days=40.0)
    at = usage.BEGIN + timedelta(days=38)
    return made.until, at, at + timedelta(days=30)


CASES = [
    (order_delay.QUESTION, _orders),
    (sync_failure.QUESTION, _postings),
    (shortage.SHORTAGE, _stock),
    (shortage.QUANTITY, _stock),
    (component_usage.QUESTION, _usage),
]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"))


def test_every_question_of_the_store_is_tried_here() -> None:
    assert {question.task for question, _ in CASES} == {question.task for question in QUESTIONS}


def test_every_database_reads_the_same_rows(stores: Stores, database_url: str) -> None:
    """The queries of all questions, on few rows of each plant."""
    now = postings.BEGIN + timedelta(days=2)
    parts: list[Rows] = [
        orders.simulate_orders(SEED, count=12),
        postings.simulate_postings(SEED, days=2, per_hour=4.0).until(now),
        stock.simulate_stock(SEED, days=2, components=3).until(now),
        usage.simulate_usage(SEED, orders=6, days=5.0),
    ]
    ends = {
        order_delay.QUESTION: orders.BEGIN + timedelta(days=20),
        component_usage.QUESTION: usage.BEGIN + timedelta(days=12),
    }
    database = Database(database_url)
    try:
        schema.upgrade(database)
        with database.write() as connection:
            for part in parts:
                part.write(connection)
        with stores.open(*parts) as plain:
            for question in QUESTIONS:
                at = ends.get(question, now)
                read = rows_of(database, question.read, at)
                assert_same_rows(read, rows_of(plain, question.read, at))
                assert len(read)
    finally:
        database.close()


@pytest.mark.parametrize(
    ("question", "simulate"), CASES, ids=[question.task for question, _ in CASES]
)
def test_a_question_is_learned_asked_and_settled(
    stores: Stores,
    tmp_path: Path,
    question: Question,
    simulate: Callable[[], tuple[Until, datetime, datetime]],
) -> None:
    until, now, later = simulate()
    with stores.open(until(now)) as database:
        model = learn_question(database, question, now)
        model.save(tmp_path)
        registry.activate(tmp_path, question.task, model.version)
        lookout = Lookout(database, tmp_path, [question])
        asked = lookout.ask(question, now)
        assert asked.problem is None
        assert asked.asked > 0
        with database.write() as connection:
            for table in FILLED:
                connection.execute(delete(table))
            until(later).write(connection)
        settled = lookout.ask(question, later)
        assert settled.problem is None
        with database.read() as connection:
            assert forecasts.read_settled(connection, 1000, task=question.task)
