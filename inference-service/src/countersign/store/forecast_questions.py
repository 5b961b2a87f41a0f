"""Forecast questions as rows: how each stood when it was asked last."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from countersign.store.tables import forecast_question

MAX_PROBLEM_LENGTH = 500


@dataclass(frozen=True, slots=True)
class QuestionState:
    """How a question stood: the model it was put to, the rows known and asked, what was wrong.

    Without ``model_version`` no model is in use, and nothing is asked.
    """

    task: str
    about: str
    looked_at: datetime
    model_version: str | None
    history_rows: int = 0
    asked: int = 0
    problem: str | None = None


def report(connection: Connection, state: QuestionState) -> None:
    """Say how a question stands now."""
    values = asdict(state)
    values["problem"] = state.problem and state.problem[:MAX_PROBLEM_LENGTH]
    changed = connection.execute(
        update(forecast_question).where(forecast_question.c.task == state.task).values(values)
    )
    if not changed.rowcount:
        connection.execute(insert(forecast_question).values(values))


def forget(connection: Connection, task: str) -> None:
    """Forget a question that nobody asks any more."""
    connection.execute(delete(forecast_question).where(forecast_question.c.task == task))


def read_all(connection: Connection) -> list[QuestionState]:
    """Read how all questions stood last, by task."""
    rows = connection.execute(select(forecast_question).order_by(forecast_question.c.task))
    return [QuestionState(**row._mapping) for row in rows]
