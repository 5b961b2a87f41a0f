"""Forecasts as rows: what was said of what lies ahead, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from countersign.nouns.forecast import YES, Actual, Answer, Forecast, Reason
from countersign.store.database import canonical_json
from countersign.store.tables import forecast

_AMOUNTS = ("value", "lower", "upper")


@dataclass(frozen=True, slots=True)
class Worth:
    """What the forecasts of one version came to, as far as it is known.

    ``expected`` and ``occurred`` count what was likely and what came, for occurrences. Forecasts
    in whose place a later one stood do not count, nor those that became clear before their time:
    trouble shows early, its absence does not. ``unit`` is that of all amounts, ``None`` where they
    differ.
    """

    task: str
    kind: str
    model_version: str
    settled: int
    right: int
    error: float
    baseline_error: float | None
    expected: float
    occurred: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """Which forecasts are looked for; empty fields choose nothing. ``state``: open or closed."""

    task: str | None = None
    subject: str | None = None
    site_id: str | None = None
    order_id: str | None = None
    state: str | None = None
    before: tuple[datetime, str] | None = None


def replace_standing(
    connection: Connection, task: str, rows: Sequence[Forecast], now: datetime
) -> int:
    """Let what was told now stand for a task; return how many forecasts are new.

    What is told as before keeps its forecast, and so does what was asked in the same bucket. What
    is asked no more lies ahead no longer.
    """
    standing = {(row.subject, row.asked_for): row for row in _read_standing(connection, task)}
    kept: set[str] = set()
    new: list[Forecast] = []
    replaced: list[str] = []
    for row in rows:
        before = standing.get((row.subject, row.asked_for))
        if before is not None and _is_as_before(row, before):
            kept.add(before.forecast_id)
            continue
        new.append(row)
        if before is not None:
            replaced.append(before.forecast_id)
    gone = {row.forecast_id for row in standing.values()} - kept - set(replaced)
    _mark(connection, "superseded_at", replaced, now)
    _mark(connection, "left_at", sorted(gone), now)
    fresh = _bring_back(connection, new)
    if fresh:
        connection.execute(insert(forecast), [_to_row(row) for row in fresh])
    return len(fresh)


def settle(connection: Connection, actuals: Mapping[str, Actual], now: datetime) -> None:
    """Note what came of forecasts, by their identity; what was noted before stays."""
    if not actuals:
        return
    statement = (
        update(forecast)
        .where(forecast.c.forecast_id == bindparam("id"), forecast.c.settled_at.is_(None))
        .values(
            settled_at=bindparam("at"),
            actual_label=bindparam("label"),
            actual_value=bindparam("value"),
            is_right=bindparam("right"),
            error=bindparam("off"),
            baseline_error=bindparam("baseline_off"),
        )
    )
    told = [
        {
            "id": forecast_id,
            "at": now,
            "label": actual.label,
            "value": None if actual.value is None else str(actual.value),
            "right": actual.is_right,
            "off": actual.error,
            "baseline_off": actual.baseline_error,
        }
        for forecast_id, actual in actuals.items()
    ]
    connection.execute(statement, told)


def forget_replaced(connection: Connection, before: datetime) -> int:
    """Delete forecasts that were replaced before a time; return how many.

    A posting that waits is asked about every few minutes; only the last answer is held against
    what came.
    """
    replaced = delete(forecast).where(
        forecast.c.settled_at.is_(None), forecast.c.superseded_at < before
    )
    return connection.execute(replaced).rowcount


def read_unsettled(connection: Connection, task: str) -> list[Forecast]:
    """Read the forecasts of a task whose answer is not known, and that none has replaced."""
    query = select(forecast).where(
        forecast.c.task == task,
        forecast.c.settled_at.is_(None),
        forecast.c.superseded_at.is_(None),
    )
    return [_from_row(row) for row in connection.execute(query)]


def read_ahead(
    connection: Connection, now: datetime, limit: int, *, task: str | None = None
) -> list[Forecast]:
    """Read what stands and is still to come, the likeliest first."""
    query = (
        select(forecast)
        .where(_is_ahead(now))
        .order_by(forecast.c.probability.desc(), forecast.c.asks_until, forecast.c.forecast_id)
        .limit(limit)
    )
    if task is not None:
        query = query.where(forecast.c.task == task)
    return [_from_row(row) for row in connection.execute(query)]


def count_ahead(
    connection: Connection, now: datetime, likely_from: float
) -> dict[str, tuple[int, int]]:
    """Count per task what stands, and what of it is an occurrence that likely."""
    is_likely = and_(forecast.c.kind == "occurrence", forecast.c.probability >= likely_from)
    query = (
        select(forecast.c.task, func.count(), func.sum(case((is_likely, 1), else_=0)))
        .where(_is_ahead(now))
        .group_by(forecast.c.task)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}


def read_settled(connection: Connection, limit: int, *, task: str | None = None) -> list[Forecast]:
    """Read what stood and whose answer is known, the newest answer first."""
    query = select(forecast).where(
        forecast.c.settled_at.is_not(None), forecast.c.superseded_at.is_(None)
    )
    if task is not None:
        query = query.where(forecast.c.task == task)
    query = query.order_by(forecast.c.settled_at.desc(), forecast.c.forecast_id).limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def find(connection: Connection, search: Search, limit: int) -> list[Forecast]:
    """Read forecasts, the newest first; ``before`` goes on after the last one of a page."""
    query = select(forecast)
    for name in ("task", "subject", "site_id", "order_id"):
        value = getattr(search, name)
        if value is not None:
            query = query.where(forecast.c[name] == value)
    if search.state is not None:
        query = query.where(_stands() if search.state == "open" else ~_stands())
    if search.before is not None:
        asked_at, forecast_id = search.before
        query = query.where(
            or_(
                forecast.c.asked_at < asked_at,
                and_(forecast.c.asked_at == asked_at, forecast.c.forecast_id > forecast_id),
            )
        )
    query = query.order_by(forecast.c.asked_at.desc(), forecast.c.forecast_id).limit(limit)
    return [_from_row(row) for row in connection.execute(query)]


def read_worth(connection: Connection, now: datetime) -> list[Worth]:
    """Read what the forecasts of every version came to, by task."""
    occurred = case((forecast.c.actual_label == YES, 1), else_=0)
    query = (
        select(
            forecast.c.task,
            forecast.c.kind,
            forecast.c.model_version,
            func.count(),
            func.sum(cast(forecast.c.is_right, Integer)),
            func.avg(forecast.c.error),
            func.avg(forecast.c.baseline_error),
            func.sum(func.coalesce(forecast.c.probability, 0.0)),
            func.sum(occurred),
            case(
                (func.min(forecast.c.unit) == func.max(forecast.c.unit), func.min(forecast.c.unit))
            ),
        )
        .where(_counts(now))
        .group_by(forecast.c.task, forecast.c.kind, forecast.c.model_version)
        .order_by(forecast.c.task, forecast.c.model_version)
    )
    return [Worth(*row) for row in connection.execute(query)]


def read_told(
    connection: Connection, task: str, model_version: str, now: datetime, limit: int
) -> list[tuple[float, bool]]:
    """Read how likely the last settled occurrences were told to be, and whether they came."""
    query = (
        select(forecast.c.probability, forecast.c.actual_label)
        .where(
            forecast.c.task == task,
            forecast.c.model_version == model_version,
            forecast.c.kind == "occurrence",
            _counts(now),
        )
        .order_by(forecast.c.settled_at.desc())
        .limit(limit)
    )
    return [(row.probability, row.actual_label == YES) for row in connection.execute(query)]


def _counts(now: datetime) -> ColumnElement[bool]:
    return and_(
        forecast.c.settled_at.is_not(None),
        forecast.c.superseded_at.is_(None),
        or_(forecast.c.asks_until.is_(None), forecast.c.asks_until <= now),
    )


def _stands() -> ColumnElement[bool]:
    return and_(
        forecast.c.settled_at.is_(None),
        forecast.c.superseded_at.is_(None),
        forecast.c.left_at.is_(None),
    )


def _is_ahead(now: datetime) -> ColumnElement[bool]:
    return and_(_stands(), or_(forecast.c.asks_until.is_(None), forecast.c.asks_until > now))


def _read_standing(connection: Connection, task: str) -> list[Forecast]:
    query = select(forecast).where(forecast.c.task == task, _stands())
    return [_from_row(row) for row in connection.execute(query)]


def _is_as_before(row: Forecast, before: Forecast) -> bool:
    if row.model_version != before.model_version:
        return False
    return row.bucket_at <= before.bucket_at or row.answer == before.answer


def _mark(connection: Connection, column: str, forecast_ids: Sequence[str], at: datetime) -> None:
    if forecast_ids:
        statement = update(forecast).where(forecast.c.forecast_id == bindparam("id"))
        told = [{"id": forecast_id, "at": at} for forecast_id in forecast_ids]
        connection.execute(statement.values({column: bindparam("at")}), told)


def _bring_back(connection: Connection, rows: Sequence[Forecast]) -> list[Forecast]:
    """Let those stand again that were asked in this bucket already; return the others."""
    if not rows:
        return []
    query = select(forecast.c.forecast_id).where(
        forecast.c.task == rows[0].task, forecast.c.bucket_at == rows[0].bucket_at
    )
    there = set(connection.scalars(query))
    back = [{"id": row.forecast_id} for row in rows if row.forecast_id in there]
    if back:
        statement = update(forecast).where(forecast.c.forecast_id == bindparam("id"))
        connection.execute(statement.values(left_at=None, superseded_at=None), back)
    return [row for row in rows if row.forecast_id not in there]


def _to_row(row: Forecast) -> dict[str, Any]:
    return {
        "forecast_id": row.forecast_id,
        "task": row.task,
        "kind": row.kind,
        "about": row.about,
        "subject": row.subject,
        "asked_for": row.asked_for,
        "asked_at": row.asked_at,
        "bucket_at": row.bucket_at,
        "asks_until": row.asks_until,
        "model_version": row.model_version,
        "answer": _answer_text(row.answer),
        "baseline": None if row.baseline is None else _answer_text(row.baseline),
        "reasons": canonical_json([asdict(reason) for reason in row.reasons]),
        "unit": row.unit,
        "site_id": row.site_id,
        "order_id": row.order_id,
        "probability": row.answer.probability,
    }


def _from_row(row: Row[Any]) -> Forecast:
    actual = None
    if row.settled_at is not None:
        value = None if row.actual_value is None else Decimal(row.actual_value)
        actual = Actual(row.actual_label, value, row.is_right, row.error, row.baseline_error)
    return Forecast(
        forecast_id=row.forecast_id,
        task=row.task,
        kind=row.kind,
        about=row.about,
        subject=row.subject,
        asked_for=row.asked_for,
        asked_at=row.asked_at,
        bucket_at=row.bucket_at,
        asks_until=row.asks_until,
        model_version=row.model_version,
        answer=_answer(row.answer),
        baseline=None if row.baseline is None else _answer(row.baseline),
        reasons=tuple(Reason(**reason) for reason in json.loads(row.reasons)),
        unit=row.unit,
        site_id=row.site_id,
        order_id=row.order_id,
        superseded_at=row.superseded_at,
        left_at=row.left_at,
        settled_at=row.settled_at,
        actual=actual,
    )


def _answer_text(answer: Answer) -> str:
    said = {name: value for name, value in asdict(answer).items() if value is not None}
    return canonical_json(said | {name: str(said[name]) for name in _AMOUNTS if name in said})


def _answer(text: str) -> Answer:
    said = json.loads(text)
    return Answer(**(said | {name: Decimal(said[name]) for name in _AMOUNTS if name in said}))
