"""Foretelling: one question put to its model, as forecasts that people can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from countersign.forecast.question import ASKS_UNTIL, ORDER_ID, SITE_ID, UNIT, Question
from countersign.nouns.forecast import EVEN_CHANCE, Actual, Forecast, Reason
from countersign.store.database import digest_of

if TYPE_CHECKING:
    import pandas as pd

    from countersign.learn import Model
    from countersign.model.task import TaskSpec

MOST_EXPLAINED = 100
"""Of more forecasts only the likeliest get reasons: nobody reads on."""
IDENTITY_LENGTH = 32


def bucket_of(at: datetime, every: timedelta) -> datetime:
    """Return when the span began in which a subject is asked once."""
    return at - timedelta(seconds=at.timestamp() % every.total_seconds())


def foretell(
    question: Question, model: Model, frame: pd.DataFrame, now: datetime
) -> list[Forecast]:
    """Put what lies ahead to the model."""
    import pandas as pd

    from countersign.forecast import answers, asked_rows

    task = model.task
    asked = asked_rows.ask(task, frame, now)
    if not len(asked.index):
        return []
    told = answers.of_model(task, model.predict(asked.rows).loc[asked.index], question.step)
    plain = answers.without_model(task, frame, asked, question.step)
    rows = frame.loc[asked.index]
    bucket_at = bucket_of(now, question.every)
    found = [
        Forecast(
            forecast_id=_identity(task.name, *key, bucket_at.isoformat(), model.version),
            task=task.name,
            kind=task.kind,
            about=question.about,
            subject=key[0],
            asked_for=key[1],
            asked_at=now,
            bucket_at=bucket_at,
            asks_until=None if pd.isna(row[ASKS_UNTIL]) else row[ASKS_UNTIL].to_pydatetime(),
            model_version=model.version,
            answer=answer,
            baseline=baseline,
            unit=_text(row, UNIT),
            site_id=_text(row, SITE_ID),
            order_id=_text(row, ORDER_ID),
        )
        for key, (_, row), answer, baseline in zip(
            asked_rows.keys(task, rows), rows.iterrows(), told, plain, strict=True
        )
    ]
    return _explained(model, asked.rows, dict(zip(asked.index, found, strict=True)))


def what_came(
    question: Question,
    task: TaskSpec,
    frame: pd.DataFrame,
    unsettled: list[Forecast],
) -> Mapping[str, Actual]:
    """Return what came of forecasts whose answer has become clear, by their identity."""
    from countersign.forecast import answers, asked_rows

    clear = asked_rows.actuals(task, frame).dropna()
    came = dict(zip(asked_rows.keys(task, frame.loc[clear.index]), clear, strict=True))
    return {
        row.forecast_id: answers.came_of(task, row, came[row.subject, row.asked_for], question.step)
        for row in unsettled
        if (row.subject, row.asked_for) in came
    }


def _explained(model: Model, rows: pd.DataFrame, found: Mapping[Any, Forecast]) -> list[Forecast]:
    """Add the reasons to the likeliest forecasts."""
    ranked = sorted(found, key=lambda place: -(found[place].answer.probability or 0.0))
    why = model.explain(rows, of=ranked[:MOST_EXPLAINED])
    reasons: dict[Any, list[Reason]] = {}
    for place, feature, value, push in zip(
        why["row"], why["feature"], why["value"], why["push"], strict=True
    ):
        row = found[place]
        is_unlikely = row.kind == "occurrence" and (row.answer.probability or 0.0) <= EVEN_CHANCE
        plain = _plain(value)
        turned = -push if is_unlikely else push  # the model tells what spoke for "no"
        reasons.setdefault(place, []).append(Reason(feature, plain, float(turned)))
    return [replace(row, reasons=tuple(reasons.get(place, ()))) for place, row in found.items()]


def _plain(value: Any) -> float | str | None:
    """Return what JSON can hold; a number that is not there comes as NaN from a mixed column."""
    if value is None or value != value:
        return None
    return value if isinstance(value, str) else float(value)


def _identity(*parts: str) -> str:
    return digest_of("\n".join(parts))[:IDENTITY_LENGTH]


def _text(row: pd.Series[Any], name: str) -> str | None:
    value = row.get(name)
    return str(value) if isinstance(value, str) and value else None
