"""The questions that the store answers by itself: from a simulated history to what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from evaluation.ahead import orders, postings, stock
from evaluation.ahead.orders import simulate_orders
from evaluation.ahead.postings import simulate_postings
from evaluation.ahead.stock import simulate_stock
from evaluation.ahead.usage import simulate_usage
from forecast_stores import Rows, Stores
from sqlalchemy import Connection

from countersign.forecast.questions import QUESTIONS
from countersign.journey.forecast import Lookout, learn_question
from countersign.model import registry
from countersign.store import forecasts, schema
from countersign.store.database import Database

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LOOKS, SHORT = 20, 7 * MINUTE
"""A queue is short: some looks find nothing that waits."""


class History(Protocol):
    """What a plant's store held, cut off at any moment."""

    def until(self, now: datetime) -> Rows:
        """Return what it held at a moment."""


def _of_usage() -> tuple[History, datetime]:
    history = simulate_usage(2, orders=100, days=45)
    return history, min(row["received_at"] for row in history.events)


CASES: dict[str, tuple[Callable[[], tuple[History, datetime]], timedelta, timedelta]] = {
    "order_delay": (
        lambda: (simulate_orders(2, count=240), orders.BEGIN),
        40 * 24 * HOUR,
        48 * HOUR,
    ),
    "sync_failure": (
        lambda: (simulate_postings(2, days=4), postings.BEGIN),
        3 * 24 * HOUR,
        6 * HOUR,
    ),
    "shortage": (
        lambda: (simulate_stock(2, days=5, components=5), stock.BEGIN),
        4 * 24 * HOUR,
        4 * HOUR,
    ),
    "shortage_quantity": (
        lambda: (simulate_stock(2, days=5, components=5), stock.BEGIN),
        4 * 24 * HOUR,
        4 * HOUR,
    ),
    "component_usage": (_of_usage, 30 * 24 * HOUR, 96 * HOUR),
}
"""Per question: a history with its beginning, after how long it is asked, and what then passes."""


def test_every_question_of_the_store_is_tried_here() -> None:
    assert {question.task for question in QUESTIONS} == set(CASES)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.task)
def test_a_question_is_learned_asked_and_settled(question: Any, tmp_path: Path) -> None:
    make, after, passes = CASES[question.task]
    history, begin = make()
    past = Stores(tmp_path)

    def read(_: Connection, now: datetime) -> Any:
        with past.open(history.until(now)) as then, then.read() as connection:
            return question.read(connection, now)

    asked = replace(question, read=read)
    store = Database(f"sqlite:///{tmp_path}/forecasts.sqlite")
    schema.upgrade(store)
    now = begin + after + 10 * MINUTE
    model = learn_question(store, asked, now)
    model.save(tmp_path)
    registry.activate(tmp_path, question.task, model.version)
    lookout = Lookout(store, tmp_path, [asked])
    for _ in range(LOOKS):
        if lookout.ask(asked, now).asked:
            break
        now += SHORT
    for part in (0.5, 1.0):
        assert lookout.ask(asked, now + part * passes).problem is None
    with store.read() as connection:
        settled = forecasts.read_settled(connection, 500)
        told = forecasts.find(connection, forecasts.Search(task=question.task), 500)
    store.close()
    assert settled
    assert all(row.actual is not None for row in settled)
    assert all(row.reasons for row in told)
    assert len({(row.subject, row.asked_for, row.bucket_at) for row in told}) == len(told)
