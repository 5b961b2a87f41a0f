"""Forecasts of every kind, as the worker would have stored them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from countersign.nouns.forecast import Actual, Answer, Forecast, Reason
from countersign.store import forecast_questions, forecasts
from countersign.store.database import Database, digest_of
from countersign.store.forecast_questions import QuestionState

HOUR = timedelta(hours=1)
VERSION = "1-0123456789"


def forecast(task: str, kind: str, subject: str, answer: Answer, at: datetime) -> Forecast:
    return Forecast(
        forecast_id=digest_of(f"{task} {subject} {at}")[:32],
        task=task,
        kind=kind,
        about="order",
        subject=subject,
        asked_for="",
        asked_at=at,
        bucket_at=at.replace(minute=0, second=0, microsecond=0),
        asks_until=at + 2 * HOUR,
        model_version=VERSION,
        answer=answer,
        baseline=None,
        reasons=(Reason("queued_hours", 12.5, 0.8), Reason("material_id", "VALVE-55", -0.2)),
        site_id="1000",
    )


def of_every_kind(at: datetime) -> list[Forecast]:
    """Return one forecast of each kind, the first of them likely trouble."""
    late = forecast("order_delay", "occurrence", "100234", Answer("yes", 0.72), at)
    kwh = Answer(
        value=Decimal("62.721"),
        lower=Decimal("59.201"),
        upper=Decimal("67.26"),
        interval_share=0.9,
    )
    energy = forecast("energy_per_hour", "regress", "PRESS-1", kwh, at)
    life = Answer(value=Decimal(40), lower=Decimal(25), upper=Decimal(58), interval_share=0.9)
    covers = Answer(value=Decimal(120), interval_share=0.95)
    return [
        replace(late, order_id="100234", baseline=Answer("yes", 0.2)),
        replace(
            energy,
            asked_for=at.replace(minute=0, second=0, microsecond=0).isoformat(),
            about="work centre",
            unit="kWh",
            baseline=Answer(value=Decimal("55")),
        ),
        replace(
            forecast("remaining_life", "remaining_life", "PUMP-7", life, at),
            asked_for="143",
            about="equipment",
            unit="cycles",
            asks_until=None,
        ),
        forecast("shortage_quantity", "quantile", "LINE-1 SEAL-12", covers, at),
        forecast("inventory_discrepancy", "classify", "1000 SEAL-12", Answer("theft", 0.61), at),
    ]


def stand(database: Database, rows: list[Forecast], now: datetime) -> None:
    """Let forecasts stand, each as the only one of its task, with questions beside them."""
    with database.write() as connection:
        for row in rows:
            forecasts.replace_standing(connection, row.task, [row], now)
            state = QuestionState(row.task, row.about, now, VERSION, history_rows=400, asked=1)
            forecast_questions.report(connection, state)


def settle(database: Database, row: Forecast, actual: Actual, now: datetime) -> None:
    with database.write() as connection:
        forecasts.settle(connection, {row.forecast_id: actual}, now)


def everything(database: Database) -> list[Forecast]:
    """Store forecasts of every kind, ones that became clear, and questions in trouble."""
    now = datetime.now(UTC)
    rows = of_every_kind(now)
    earlier = [
        forecast("order_delay", "occurrence", f"1001{n:02}", Answer("yes", 0.4), now - 5 * HOUR)
        for n in range(10)
    ]
    with database.write() as connection:
        forecasts.replace_standing(connection, "order_delay", earlier, now - 5 * HOUR)
        came = {
            row.forecast_id: Actual("yes" if n < 4 else "no", None, n >= 4, 0.24, 0.25)
            for n, row in enumerate(earlier)
        }
        forecasts.settle(connection, came, now - HOUR)
    stand(database, rows, now)
    with database.write() as connection:
        broken = QuestionState("shortage", "line component", now, VERSION, problem="it was altered")
        forecast_questions.report(connection, broken)
        idle = QuestionState("sync_failure", "posting", now, None)
        forecast_questions.report(connection, idle)
    return rows
