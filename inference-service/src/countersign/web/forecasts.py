"""Forecasts: what was said of what lies ahead, what came of it, and how the questions stand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.forecast.wording import say_actual, say_answer, say_reason, title_of
from countersign.nouns.forecast import Answer, Forecast
from countersign.store import forecast_questions, forecasts
from countersign.store.forecast_questions import QuestionState
from countersign.store.forecasts import Search, Worth
from countersign.web.auth import requires
from countersign.web.bodies import read_number
from countersign.web.presentation import time_text
from countersign.web.problems import Problem

CURSOR_SIGN = "~"
STATES = ("open", "closed")

blueprint = Blueprint("forecasts", __name__)


@blueprint.get("/v1/forecasts")
@requires("admin", "approve", "events.read")
def list_forecasts() -> Response:
    """List forecasts, newest first, by task, subject, site, order, and whether they stand."""
    limit = read_number("limit", 100, low=1, high=500)
    chosen = {name: request.args.get(name) for name in ("task", "subject", "site_id", "order_id")}
    search = Search(**chosen, state=_read_state(), before=_read_cursor())
    with g.services.database.read() as connection:
        rows = forecasts.find(connection, search, limit)
    answer: dict[str, Any] = {"items": [forecast_data(row) for row in rows]}
    if len(rows) == limit:
        last = rows[-1]
        answer["next_before"] = f"{last.asked_at.isoformat()}{CURSOR_SIGN}{last.forecast_id}"
    return jsonify(answer)


@blueprint.get("/v1/forecasts/questions")
@requires("admin", "approve", "events.read")
def list_questions() -> Response:
    """List how the questions stand, and how right each version of their models has been."""
    with g.services.database.read() as connection:
        states = forecast_questions.read_all(connection)
        worth = forecasts.read_worth(connection, datetime.now(UTC))
    return jsonify({"items": [_question(state, worth) for state in states]})


def forecast_data(row: Forecast) -> dict[str, Any]:
    """Write a forecast with its reasons, and what came of it."""
    data: dict[str, Any] = {
        "forecast_id": row.forecast_id,
        "task": row.task,
        "title": title_of(row.task),
        "kind": row.kind,
        "about": row.about,
        "subject": row.subject,
        "asked_at": time_text(row.asked_at),
        "model_version": row.model_version,
        "text": say_answer(row),
        "answer": _answer(row.answer),
        "reasons": [asdict(reason) | {"text": say_reason(row, reason)} for reason in row.reasons],
    }
    optional = {
        "asked_for": row.asked_for or None,
        "asks_until": time_text(row.asks_until),
        "site_id": row.site_id,
        "order_id": row.order_id,
        "unit": row.unit,
        "baseline": None if row.baseline is None else _answer(row.baseline),
        "superseded_at": time_text(row.superseded_at),
        "left_at": time_text(row.left_at),
        "actual": _actual(row),
    }
    return data | {name: value for name, value in optional.items() if value is not None}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(answer).items()
        if value is not None
    }


def _actual(row: Forecast) -> dict[str, Any] | None:
    actual = row.actual
    if actual is None:
        return None
    told = {
        "label": actual.label,
        "value": None if actual.value is None else str(actual.value),
        "is_right": actual.is_right,
        "error": actual.error,
        "baseline_error": actual.baseline_error,
        "text": say_actual(row, actual),
        "settled_at": time_text(row.settled_at),
    }
    return {name: value for name, value in told.items() if value is not None}


def _question(state: QuestionState, worth: list[Worth]) -> dict[str, Any]:
    told = {
        "task": state.task,
        "title": title_of(state.task),
        "about": state.about,
        "looked_at": time_text(state.looked_at),
        "model_version": state.model_version,
        "history_rows": state.history_rows,
        "asked": state.asked,
        "problem": state.problem,
    }
    versions = [_worth(row) for row in worth if row.task == state.task]
    return {name: value for name, value in told.items() if value is not None} | {
        "versions": versions
    }


def _worth(row: Worth) -> dict[str, Any]:
    told = asdict(row)
    del told["task"]
    return {name: value for name, value in told.items() if value is not None}


def _read_state() -> str | None:
    state = request.args.get("state")
    if state is not None and state not in STATES:
        raise _bad(f"state must be one of {', '.join(STATES)}")
    return state


def _read_cursor() -> tuple[datetime, str] | None:
    text = request.args.get("before")
    if text is None:
        return None
    at, separator, forecast_id = text.replace(" ", "+").partition(CURSOR_SIGN)
    try:
        asked_at = datetime.fromisoformat(at)
    except ValueError as error:
        raise _bad("before must be the next_before of the last answer") from error
    if not separator or asked_at.tzinfo is None:
        raise _bad("before must be the next_before of the last answer")
    return asked_at, forecast_id


def _bad(detail: str) -> Problem:
    return Problem(400, "bad-parameter", "A parameter makes no sense", detail)
