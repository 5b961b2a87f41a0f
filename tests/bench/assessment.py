"""Assessment: what judging one event costs besides asking the model."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import plant
from bench.figure import Figure

from countersign.assess.use_case import USE_CASES
from countersign.intake.envelope import read_event
from countersign.journey.judge import Judge, open_shelf
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.store.database import Database

MOST_MS = 1.0
EVENTS = 400


def measure_assessment(url: str, models: Path) -> list[Figure]:
    """Measure examination and conclusion of single events, the model call taken out."""
    database = Database(url)
    plant.prepare(database)
    judge = Judge(open_shelf(models), ZoneInfo("UTC"))
    whole: list[float] = []
    besides: list[float] = []
    with database.write() as connection:
        judge.refresh(connection)
        for number in range(EVENTS):
            event = read_event(plant.event(number, "assess"), datetime.now(UTC))
            if not isinstance(event, Event):
                raise AssertionError(event)
            context = judge.context_of(connection, event, OrderProgress(), event.received_at)
            model = judge.model_of(event.use_case)
            use_case = USE_CASES[event.use_case]
            asked = _Watched(model.predict) if model is not None else None
            started = time.perf_counter()
            examination = use_case.examine(event, context)
            answer = asked(examination.rows) if asked and examination.rows else None
            use_case.conclude(event, context, examination, answer, model)
            seconds = time.perf_counter() - started
            whole.append(seconds)
            besides.append(seconds - (asked.seconds if asked else 0.0))
    database.close()
    detail = {
        "whole_ms": round(statistics.median(whole) * 1000, 3),
        "model_ms": round((statistics.median(whole) - statistics.median(besides)) * 1000, 3),
        "p95_ms": round(statistics.quantiles(besides, n=20)[-1] * 1000, 3),
    }
    value = statistics.median(besides) * 1000
    return [Figure("assessment", value, MOST_MS, "ms besides the model", detail, "at_most")]


class _Watched:
    """Calls a function and remembers how long it took."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.seconds = 0.0

    def __call__(self, *arguments: Any) -> Any:
        started = time.perf_counter()
        try:
            return self._function(*arguments)
        finally:
            self.seconds += time.perf_counter() - started
