"""Checks: what the questions of the store are worth on simulated plants, beside simple rules.

Learned from what was known at a moment, measured on what came behind it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from countersign.forecast import component_usage, order_delay, shortage, sync_failure
from countersign.forecast.asked_rows import actuals, history
from countersign.forecast.question import Question
from countersign.learn import fit, read_spec
from countersign.learn.evaluate import Check
from countersign.learn.measures import auc, average_precision, pinball_loss
from countersign.store import schema
from countersign.store.database import Database
from evaluation.ahead import orders, postings, stock, usage

PROBABILITY = "probability.yes"
NEVER = -1e12
Numbers = NDArray[Any]


class Rows(Protocol):
    """Simulated rows of a store."""

    def write(self, connection: Connection) -> None:
        """Write them into an empty store."""


class Told(NamedTuple):
    """Rows behind the moment of learning: the frame, what the model told, what came."""

    before: pd.DataFrame
    rows: pd.DataFrame
    answers: pd.DataFrame
    came: Numbers


def check_ahead(seed: int) -> dict[str, Check]:
    """Run the checks, one plant each."""
    return {
        "ahead.order_delay.auc": check_orders(seed),
        "ahead.sync_failure.average_precision": check_postings(seed),
        "ahead.shortage.average_precision": check_shortage(seed),
        "ahead.shortage_quantity.pinball_loss": check_quantity(seed),
        "ahead.component_usage.mae": check_usage(seed),
    }


def check_orders(seed: int) -> Check:
    """Hold the model against the queue at the busiest machine."""
    made = orders.simulate_orders(seed)
    at = made.releases[1100]["released_at"]
    with _store(made) as connection:
        told = _tell(order_delay.QUESTION, connection, at, at + timedelta(days=200))
    late = told.came > 0
    queue = auc(told.rows["busiest_hours"].to_numpy(), late)
    return _more(auc(told.answers[PROBABILITY].to_numpy(), late), queue)


def check_postings(seed: int) -> Check:
    """Hold the model against the failure rate of the last hour."""
    made = postings.simulate_postings(seed, days=24)
    at = postings.BEGIN + timedelta(days=18)
    with _store(made) as connection:
        told = _tell(sync_failure.QUESTION, connection, at, at + timedelta(days=6))
    failed = told.came > 0
    rate = average_precision(told.rows["failed_share_last_hour"].to_numpy(), failed)
    return _more(average_precision(told.answers[PROBABILITY].to_numpy(), failed), rate)


def check_shortage(seed: int) -> Check:
    """Hold the model against the rate of the last hours times three, less what lies there."""
    told = _tell_stock(shortage.SHORTAGE, seed)
    rate = told.rows.groupby("line_component")["used_quantity"].transform(_rate)
    rule = (rate * 3 - told.rows["opening_quantity"]).fillna(NEVER).to_numpy()
    short = told.came > 0
    model = average_precision(told.answers[PROBABILITY].to_numpy(), short)
    return _more(model, average_precision(rule, short))


def check_quantity(seed: int) -> Check:
    """Hold the model against what covered 95 of 100 hours of the same component before."""
    told = _tell_stock(shortage.QUANTITY, seed)
    usual = told.before.groupby("line_component")["needed_quantity"].quantile(0.95)
    rule = told.rows["line_component"].map(usual).to_numpy()
    value = told.answers["value"].to_numpy()
    asked = ~np.isnan(value)
    model = pinball_loss(told.came[asked], value[asked], 0.95)
    return _less(model, pinball_loss(told.came[asked], rule[asked], 0.95))


def check_usage(seed: int) -> Check:
    """Hold the model against the standard; both as shares of it."""
    made = usage.simulate_usage(seed)
    at = usage.BEGIN + timedelta(days=62)
    with _store(made) as connection:
        told = _tell(component_usage.QUESTION, connection, at, at + timedelta(days=60))
    standard = told.rows["standard_quantity"].to_numpy()
    off = np.abs(told.came - told.answers["value"].to_numpy()) / standard
    return _less(float(off.mean()), float((np.abs(told.came - standard) / standard).mean()))


def _tell_stock(question: Question, seed: int) -> Told:
    made = stock.simulate_stock(seed, days=21, components=12)
    at = stock.BEGIN + timedelta(days=16)
    with _store(made) as connection:
        return _tell(question, connection, at, at + timedelta(days=5))


def _tell(question: Question, connection: Connection, at: datetime, until: datetime) -> Told:
    """Learn what was known at a moment, and tell what came behind it."""
    spec = read_spec(question.task)
    before = history(spec, question.read(connection, at)).reset_index(drop=True)
    model = fit(spec, before)
    frame = question.read(connection, until).reset_index(drop=True)
    answers = model.predict(frame)
    came = actuals(spec, frame)
    chosen = came.notna() & (frame[spec.time_column] >= at)
    return Told(before, frame[chosen], answers[chosen], came[chosen].to_numpy(dtype=np.float64))


@contextmanager
def _store(rows: Rows) -> Iterator[Connection]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder)}/ahead.sqlite")
        schema.upgrade(database)
        with database.write() as connection:
            rows.write(connection)
        with database.read() as connection:
            yield connection
        database.close()


def _rate(used: pd.Series[Any]) -> pd.Series[Any]:
    return used.shift(1).rolling(4, min_periods=1).mean()


def _more(value: float, rule: float) -> Check:
    return Check(round(value, 4), "more than the rule", value > rule, round(rule, 4))


def _less(value: float, rule: float) -> Check:
    return Check(round(value, 4), "less than the rule", value < rule, round(rule, 4))
