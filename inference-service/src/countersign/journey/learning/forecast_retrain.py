"""Retraining of forecasts: fitted again every night, held against what came, put in use by policy.

The gate is the newest half of the forecasts that became clear: the model in use has told them
without knowing, and the contender learns from nothing of that time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from countersign.audit.trail import open_trail
from countersign.decide.policy import DEFAULT_POLICY, read_policy
from countersign.forecast.question import Question
from countersign.journey.ahead.forecast import fit_known, read_rows, spec_of
from countersign.journey.learning.nightly import take_night
from countersign.model import registry
from countersign.model.registry import ModelRefused
from countersign.nouns.forecast import Forecast, hold_against
from countersign.store import forecasts, policies
from countersign.store.database import Database
from countersign.store.plant_tables import PlantTableError

if TYPE_CHECKING:
    import pandas as pd

    from countersign.learn import Model
    from countersign.model.task import TaskSpec

FEWEST_SETTLED = 60
MOST_SETTLED = 2_000
SURE_ERRORS = 2.0
"""A gain of so many standard errors is no chance any more."""
WAITS = timedelta(days=7)
"""So long a version that passed waits for a person; then a newer one takes its place."""
JOB = "retrain_forecasts"


@dataclass(frozen=True, slots=True)
class Gate:
    """The contender and the model in use on the same answers, by their mean error."""

    answers: int
    contender_error: float
    champion_error: float
    standard_error: float

    @property
    def is_passed(self) -> bool:
        """Tell whether the contender does no worse."""
        return self.contender_error <= self.champion_error

    @property
    def is_proof(self) -> bool:
        """Tell whether the contender is better by more than chance."""
        gain = self.champion_error - self.contender_error
        return gain > SURE_ERRORS * self.standard_error and gain > 0

    @property
    def text(self) -> str:
        """Say how both did."""
        errors = f"{self.contender_error:.4g} against {self.champion_error:.4g}"
        return f"mean error {errors} on {self.answers} answers that neither had learned"


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of fitting a model again; ``version`` is the new one where it passed."""

    task: str
    text: str
    version: str | None = None
    is_in_use: bool = False


def grow_all(
    database: Database,
    models_dir: Path,
    questions: Sequence[Question],
    time_zone: ZoneInfo,
    now: datetime | None = None,
) -> list[Growth]:
    """Fit every model in use again, once a night; one that cannot be stops no other."""
    at = now or datetime.now(UTC)
    if not take_night(database, JOB, time_zone, at):
        return []
    return [grow(database, models_dir, question, at, actor="worker") for question in questions]


def grow(
    database: Database,
    models_dir: Path,
    question: Question,
    now: datetime,
    *,
    actor: str,
    seed: int = 1,
) -> Growth:
    """Fit the model of a question again; what passes the gate is saved and waits, or takes over."""
    from countersign.learn import TrainingRefused

    task, champion = question.task, registry.active_version(models_dir, question.task)
    if champion is None:
        return Growth(task, "no model is in use")
    waiting = find_waiting(models_dir, task)
    if waiting is not None and _age_of(models_dir / task / waiting, now) < WAITS:
        return Growth(task, f"{waiting} waits for a person", waiting)
    told = _read_told(database, task, champion)
    if len(told) < FEWEST_SETTLED:
        few = f"{len(told)} of its forecasts became clear; {FEWEST_SETTLED} are needed"
        return Growth(task, few)
    try:
        frame = read_rows(database, question, now)
        gate = _hold_gate(question, frame, told[: len(told) // 2], seed)
        if gate is None or not gate.is_passed:
            return Growth(task, f"did not pass: {gate.text}" if gate else "nothing to compare")
        model = fit_known(spec_of(question), frame, seed)
    except (ModelRefused, PlantTableError, TrainingRefused) as error:
        return Growth(task, f"could not be fitted again: {error}")
    if model.version == champion:
        return Growth(task, "nothing new to learn")
    model.card["gate"] = {"text": gate.text}  # type: ignore[index]
    model.card["grown_from"] = champion  # type: ignore[index]
    model.save(models_dir)
    return _follow_policy(database, models_dir, model, gate, actor)


def _read_told(database: Database, task: str, champion: str) -> list[Forecast]:
    """Read the answers of the model in use that became clear, the newest first."""
    with database.read() as connection:
        settled = forecasts.read_settled(connection, MOST_SETTLED, task=task)
    return [row for row in settled if row.model_version == champion]


def _follow_policy(
    database: Database, models_dir: Path, model: Model, gate: Gate, actor: str
) -> Growth:
    """Let a model that passed take over by proof, or wait for a person."""
    with database.read() as connection:
        policy = read_policy(*(policies.read_current(connection) or (0, DEFAULT_POLICY)))
    takes_over = policy.promotes_by_itself and gate.is_proof
    if takes_over:
        registry.activate(models_dir, model.name, model.version)
    step = "model_promoted" if takes_over else "model_challenges"
    text = f"{model.version} after {model.card['grown_from']}: {gate.text}"
    _record(database, step, actor, model.name, text)
    ending = "took over" if takes_over else "waits for a person"
    told = f"{model.version} {ending}: {gate.text}"
    return Growth(model.name, told, model.version, takes_over)


def find_waiting(models_dir: Path, task: str) -> str | None:
    """Return the version that was grown from the one in use and waits for a person."""
    active = registry.active_version(models_dir, task)
    for version in reversed(registry.versions(models_dir).get(task, [])):
        try:
            card = registry.read_card(models_dir / task / version)
        except ModelRefused:
            continue
        if active is not None and card.get("grown_from") == active:
            return version
    return None


def _hold_gate(
    question: Question, frame: pd.DataFrame, told: Sequence[Forecast], seed: int
) -> Gate | None:
    """Hold a contender against the forecasts that the model in use made, newest first."""
    from countersign.forecast import answers, asked_rows

    spec = spec_of(question)
    known = asked_rows.history(spec, frame)
    places = dict(zip(asked_rows.keys(spec, known), known.index, strict=True))
    rows = [row for row in told if (row.subject, row.asked_for) in places and row.actual]
    if not rows:
        return None
    index = [places[row.subject, row.asked_for] for row in rows]
    contender = fit_known(spec, known[_before(spec, known, index)], seed)
    said = answers.of_model(spec, contender.predict(known).loc[index], question.step)
    errors = [
        hold_against(row.kind, answer, row.actual.label, row.actual.value)
        for row, answer in zip(rows, said, strict=True)
        if row.actual is not None
    ]
    before = [row.actual.error for row in rows if row.actual is not None]
    return _compare(errors, before)


def _compare(errors: Sequence[float], before: Sequence[float]) -> Gate:
    count = len(errors)
    gains = [old - new for old, new in zip(before, errors, strict=True)]
    mean = sum(gains) / count
    spread = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / max(count - 1, 1))
    return Gate(count, sum(errors) / count, sum(before) / count, spread / math.sqrt(count))


def _before(spec: TaskSpec, known: pd.DataFrame, index: Sequence[Any]) -> Any:
    """Tell which rows the contender may learn from: nothing of the time of the gate, or its units.

    A cycle counter is no time: another machine's cycle 40 may be next year.
    """
    import pandas as pd

    is_out = ~known.index.isin(index)
    gate = known.loc[list(index)]
    if spec.time_column and isinstance(known[spec.time_column].dtype, pd.DatetimeTZDtype):
        return is_out & (known[spec.time_column] < gate[spec.time_column].min())
    if spec.unit_column:
        return is_out & ~known[spec.unit_column].isin(gate[spec.unit_column])
    return is_out


def _age_of(folder: Path, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp((folder / registry.CARD).stat().st_mtime, UTC)


def _record(database: Database, step: str, actor: str, task: str, text: str) -> None:
    with database.write() as connection, open_trail(connection, datetime.now(UTC)) as trail:
        trail.add(step, actor, {"use_case": task, "text": text})
