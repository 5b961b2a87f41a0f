"""Looking ahead: questions are asked when they are due, and held against what came.

Runs in the worker's background. One bad question never stops the others; what is wrong with it is
kept for people, and said in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from countersign.forecast.plant_table import plant_question
from countersign.forecast.question import Question
from countersign.forecast.questions import QUESTIONS
from countersign.journey.ahead.foretell import bucket_of, foretell, what_came
from countersign.journey.rows.staged_groups import open_plant
from countersign.model import registry
from countersign.model.registry import ModelRefused
from countersign.model.task import TaskSpec
from countersign.nouns.forecast import Actual, Forecast
from countersign.settings import Settings, SettingsError
from countersign.store import forecast_questions, forecasts
from countersign.store.database import Database, retry_conflicts
from countersign.store.forecast_questions import QuestionState
from countersign.store.plant_tables import PlantTableError

if TYPE_CHECKING:
    import pandas as pd

    from countersign.learn import Model

KEPT = timedelta(days=30)
"""How long forecasts are kept that a later one has replaced."""
TRIED_AGAIN = timedelta(minutes=5)
"""When a question is asked again that could not be."""

log = logging.getLogger(__name__)


@contextmanager
def open_questions(settings: Settings) -> Iterator[tuple[Question, ...]]:
    """Give the questions of the store, and those of tables in the plant's database.

    Raises :class:`SettingsError`.
    """
    if not settings.forecast_tables:
        yield QUESTIONS
        return
    tables = [(_read_spec(name), table) for name, table in settings.forecast_tables.items()]
    plant = open_plant(settings)
    try:
        own = [
            plant_question(spec, table, plant, settings.time_zone, settings.currency)
            for spec, table in tables
        ]
        tasks = {question.task for question in own}
        yield (*(each for each in QUESTIONS if each.task not in tasks), *own)
    finally:
        plant.close()


def _read_spec(name: str) -> TaskSpec:
    from countersign.learn import TrainingRefused, read_spec

    try:
        spec = read_spec(name)
    except TrainingRefused as refusal:
        raise SettingsError(f"COUNTERSIGN_FORECAST_TABLES: {refusal}") from refusal
    if spec.kind == "rank":
        raise SettingsError(f"COUNTERSIGN_FORECAST_TABLES: {name} ranks codes; that is no forecast")
    return spec


def spec_of(question: Question) -> TaskSpec:
    """Return the spec of a question: its own, or the one that comes with the library."""
    from countersign.learn import read_spec

    return question.spec or read_spec(question.task)


def read_rows(database: Database, question: Question, now: datetime) -> pd.DataFrame:
    """Read the rows of a question as they are known now."""
    with database.read() as connection:
        return question.read(connection, now).reset_index(drop=True)


def learn_question(
    database: Database,
    question: Question,
    now: datetime,
    *,
    seed: int = 1,
    allow: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Model:
    """Fit the model of a question to what is known now; nothing is put in use.

    Raises:
        TrainingRefused: its rows cannot be learned from; says what to change.
        PlantTableError: its table cannot be read.
    """
    frame = read_rows(database, question, now)
    return fit_known(spec_of(question), frame, seed, allow=allow, accept=accept)


def fit_known(
    spec: TaskSpec,
    frame: pd.DataFrame,
    seed: int,
    *,
    allow: Sequence[str] = (),
    accept: Sequence[str] = (),
) -> Model:
    """Fit a model to the rows whose target is known; raises ``TrainingRefused``."""
    from countersign.forecast.asked_rows import history
    from countersign.learn import fit

    known = history(spec, frame).reset_index(drop=True)
    return fit(spec, known, seed, allow=allow, accept=accept)


class Lookout:
    """Asks the questions that are due, and settles what has become clear."""

    def __init__(self, database: Database, models_dir: Path, questions: Sequence[Question]) -> None:
        self._database = database
        self._models_dir = models_dir
        self.questions = questions

    def look(self, now: datetime | None = None) -> list[QuestionState]:
        """Ask what is due; return how the questions stand that were asked.

        A question that is no longer set up leaves nothing standing.
        """
        at = now or datetime.now(UTC)
        with self._database.read() as connection:
            states = {state.task: state for state in forecast_questions.read_all(connection)}
        for task in sorted(states.keys() - {question.task for question in self.questions}):
            retry_conflicts(partial(self._retire, task, at))
        found = [
            self.ask(question, at)
            for question in self.questions
            if self._is_due(question, states.get(question.task), at)
        ]
        if found:
            retry_conflicts(lambda: self._forget(at))
        return found

    def ask(self, question: Question, now: datetime) -> QuestionState:
        """Put one question to its model now, and keep how it stands."""
        version = registry.active_version(self._models_dir, question.task)
        state = QuestionState(question.task, question.about, now, version)
        try:
            state = self._ask(question, state)
        except Exception as error:
            state = replace(state, problem=_sentence(error))
            log.warning("forecasts of %s: %s", question.task, state.problem)
            if not _is_expected(error):
                log.exception("forecasts of %s failed", question.task)
        self._report(state)
        return state

    def _is_due(self, question: Question, state: QuestionState | None, now: datetime) -> bool:
        version = registry.active_version(self._models_dir, question.task)
        if state is None or state.model_version != version:
            return True
        if state.problem is not None and now - state.looked_at >= TRIED_AGAIN:
            return True
        return bucket_of(state.looked_at, question.every) < bucket_of(now, question.every)

    def _ask(self, question: Question, state: QuestionState) -> QuestionState:
        task, now = question.task, state.looked_at
        with self._database.read() as connection:
            unsettled = forecasts.read_unsettled(connection, task)
        if state.model_version is None and not unsettled:
            return state
        frame = read_rows(self._database, question, now)
        came = what_came(question, spec_of(question), frame, unsettled)
        retry_conflicts(lambda: self._settle(came, now))
        if state.model_version is None:
            retry_conflicts(lambda: self._stand(task, [], now))
            return state
        told = foretell(question, self._load(task), frame, now)
        retry_conflicts(lambda: self._stand(task, told, now))
        return replace(state, history_rows=count_known(question, frame), asked=len(told))

    def _load(self, task: str) -> Model:
        from countersign.learn import load

        return load(self._models_dir / task)

    def _settle(self, came: Mapping[str, Actual], now: datetime) -> None:
        with self._database.write() as connection:
            forecasts.settle(connection, came, now)

    def _stand(self, task: str, told: Sequence[Forecast], now: datetime) -> None:
        with self._database.write() as connection:
            forecasts.replace_standing(connection, task, told, now)

    def _retire(self, task: str, now: datetime) -> None:
        with self._database.write() as connection:
            forecasts.replace_standing(connection, task, [], now)
            forecast_questions.forget(connection, task)

    def _forget(self, now: datetime) -> None:
        with self._database.write() as connection:
            forecasts.forget_replaced(connection, now - KEPT)

    def _report(self, state: QuestionState) -> None:
        def report() -> None:
            with self._database.write() as connection:
                forecast_questions.report(connection, state)

        retry_conflicts(report)


def count_known(question: Question, frame: pd.DataFrame) -> int:
    """Count the rows whose answer is known."""
    from countersign.forecast.asked_rows import is_known

    return int(is_known(spec_of(question), frame).sum())


def _is_expected(error: Exception) -> bool:
    """Tell what a person can mend from what only a log explains."""
    from countersign.learn import TrainingRefused

    return isinstance(error, ModelRefused | PlantTableError | TrainingRefused | DBAPIError)


def _sentence(error: Exception) -> str:
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    return text if _is_expected(error) and text else f"{type(error).__name__}: {text}"
