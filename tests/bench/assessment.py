"""Assessment: what judging one event costs besides asking the model, and over the bare trees."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from bench import plant
from bench.figure import Figure, in_turn, median_ratio

from countersign.assess.use_case import USE_CASES
from countersign.intake.envelope import read_event
from countersign.journey.judge import Judge, open_shelf
from countersign.model.trained import Model
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.plant.context import Context
from countersign.store.database import Database

MOST_MS = 1.0
MOST_RATIO = 1.5
EVENTS = 400
TURNS_PER_ROUND = 4

Case = tuple[Event, Context, Model]


def measure_assessment(url: str, models: Path, rounds: int) -> list[Figure]:
    """Measure single events, each assessed alone: all its rules, its rows, and the answer."""
    cases = _gather(url, models)
    besides: dict[str, float] = {}
    ratios: dict[str, float] = {}
    detail: dict[str, float] = {}
    for name in sorted({event.use_case for event, _, _ in cases}):
        own = [case for case in cases if case[0].use_case == name]
        assess, rules, bare = in_turn(
            rounds * TURNS_PER_ROUND, _timed(own, _assess), _timed(own, _rules), _bare(own)
        )
        besides[name] = statistics.median(rules) * 1000
        ratios[name] = median_ratio(assess, bare)
        detail[f"{name}_whole_ms"] = round(statistics.median(assess) * 1000, 3)
        detail[f"{name}_bare_ms"] = round(statistics.median(bare) * 1000, 3)
        detail[f"{name}_ratio"] = round(ratios[name], 3)
    longest = max(besides.values())
    return [
        Figure("assessment", longest, MOST_MS, "ms besides the model", besides, "at_most"),
        Figure(
            "assessment_ratio",
            max(ratios.values()),
            MOST_RATIO,
            "x bare predict of its rows",
            detail,
            "at_most",
        ),
    ]


def _gather(url: str, models: Path) -> list[Case]:
    """Return events with the facts that their assessment needs."""
    database = Database(url)
    plant.prepare(database)
    judge = Judge(open_shelf(models), ZoneInfo("UTC"))
    cases: list[Case] = []
    with database.write() as connection:
        judge.refresh(connection)
        for number in range(EVENTS):
            event = read_event(plant.event(number, "assess"), datetime.now(UTC))
            if not isinstance(event, Event):
                raise AssertionError(event)
            context = judge.context_of(connection, event, OrderProgress(), event.received_at)
            model = judge.model_of(event.use_case)
            if model is None:
                raise AssertionError(f"no model of {event.use_case} in {models}")
            cases.append((event, context, model))
    database.close()
    return cases


def _assess(event: Event, context: Context, model: Model) -> None:
    use_case = USE_CASES[event.use_case]
    examination = use_case.examine(event, context)
    use_case.conclude(event, context, examination, model.predict(examination.rows), model)


def _rules(event: Event, context: Context, model: Model) -> None:
    use_case = USE_CASES[event.use_case]
    examination = use_case.examine(event, context)
    unsure = np.full((len(examination.rows), len(model.task.labels)), 0.5, dtype=np.float32)
    use_case.conclude(event, context, examination, unsure, model)


def _timed(cases: list[Case], do: Callable[[Event, Context, Model], None]) -> Callable[[], float]:
    def run() -> float:
        started = time.perf_counter()
        for case in cases:
            do(*case)
        return (time.perf_counter() - started) / len(cases)

    return run


def _bare(cases: list[Case]) -> Callable[[], float]:
    """Ask the trees alone, about rows that lie ready as they want them."""
    ready = [
        (
            model.booster,
            np.asarray(USE_CASES[event.use_case].examine(event, context).rows, dtype=np.float32),
        )
        for event, context, model in cases
    ]

    def run() -> float:
        started = time.perf_counter()
        for booster, rows in ready:
            booster.inplace_predict(rows)
        return (time.perf_counter() - started) / len(ready)

    return run
