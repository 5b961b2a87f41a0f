"""Ahead: what is likely to happen, why, and how right its models have been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, render_template
from sqlalchemy import Connection

from countersign.console.pages import blueprint
from countersign.console.unchanged import unless_unchanged
from countersign.console.wording import clock
from countersign.forecast.calibration import Step, steps_of
from countersign.forecast.wording import (
    say_actual,
    say_answer,
    say_baseline,
    say_reason,
    say_worth,
    title_of,
)
from countersign.journey.learning.forecast_retrain import find_waiting
from countersign.nouns.forecast import Forecast
from countersign.store import forecast_questions, forecasts
from countersign.store.forecast_questions import QuestionState
from countersign.store.forecasts import Worth

MOST_AHEAD = 500
MOST_OF_A_QUESTION = 20
MOST_URGENT = 20
MOST_SETTLED = 8
MOST_TOLD = 2_000
POSTING = "sync_failure"


@dataclass(frozen=True, slots=True)
class Shown:
    """A forecast in words; ``when`` is the time or the cycle that is asked about."""

    row: Forecast
    title: str
    answer: str
    baseline: str
    when: str
    reasons: tuple[str, ...]
    actual: str
    is_posting: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A question with what stands, what came lately, and how right its model has been."""

    state: QuestionState
    title: str
    ahead: tuple[Shown, ...]
    count: int
    settled: tuple[Shown, ...]
    worth: str
    steps: tuple[Step, ...]
    waiting: str | None


@blueprint.get("/ahead")
def ahead() -> str:
    """Show what lies ahead."""
    return render_template("console/ahead.html", **_content())


@blueprint.get("/ahead/list")
def ahead_list() -> Response:
    """Return what lies ahead alone, for the page that refreshes itself."""
    return unless_unchanged("console/_ahead.html", **_content())


def _content() -> dict[str, Any]:
    now, alarm_from = datetime.now(UTC), g.services.settings.forecast_alarm_from
    with g.services.database.read() as connection:
        rows = forecasts.read_ahead(connection, now, MOST_AHEAD)
        counts = forecasts.count_ahead(connection, now, alarm_from)
        worth = {
            (one.task, one.model_version): one for one in forecasts.read_worth(connection, now)
        }
        parts = [
            _part(connection, state, rows, counts, worth, now)
            for state in forecast_questions.read_all(connection)
        ]
    urgent = [
        row
        for row in rows
        if row.kind == "occurrence" and (row.answer.probability or 0.0) >= alarm_from
    ]
    latest = datetime.max.replace(tzinfo=UTC)
    urgent.sort(key=lambda row: (row.asks_until or latest, -(row.answer.probability or 0.0)))
    return {
        "urgent": [_shown(row) for row in urgent[:MOST_URGENT]],
        "urgent_count": len(urgent),
        "alarm_from": alarm_from,
        "parts": [part for part in parts if part.state.model_version or part.state.problem],
        "unasked": [part for part in parts if not (part.state.model_version or part.state.problem)],
    }


def _part(
    connection: Connection,
    state: QuestionState,
    rows: list[Forecast],
    counts: Mapping[str, tuple[int, int]],
    worth: Mapping[tuple[str, str], Worth],
    now: datetime,
) -> Part:
    own = [row for row in rows if row.task == state.task][:MOST_OF_A_QUESTION]
    settled = forecasts.read_settled(connection, MOST_SETTLED, task=state.task)
    version = state.model_version or ""
    found = worth.get((state.task, version))
    told = forecasts.read_told(connection, state.task, version, now, MOST_TOLD)
    return Part(
        state=state,
        title=title_of(state.task),
        ahead=tuple(_shown(row) for row in own),
        count=counts.get(state.task, (0, 0))[0],
        settled=tuple(_shown(row) for row in settled),
        worth=say_worth(found, settled[0]) if found and settled else "",
        steps=tuple(steps_of(told)),
        waiting=find_waiting(g.services.settings.models_dir, state.task),
    )


def _shown(row: Forecast) -> Shown:
    return Shown(
        row=row,
        title=title_of(row.task),
        answer=say_answer(row),
        baseline=say_baseline(row),
        when=_when(row.asked_for),
        reasons=tuple(say_reason(row, reason) for reason in row.reasons),
        actual="" if row.actual is None else say_actual(row, row.actual),
        is_posting=row.task == POSTING,
    )


def _when(asked_for: str) -> str:
    """Write a time of the plant; a cycle or another number stands for itself."""
    try:
        return clock(datetime.fromisoformat(asked_for))
    except ValueError:
        return asked_for
