"""``countersign forecasts``: questions about what lies ahead, their models and their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from countersign.cli.models import refusals
from countersign.cli.setup import open_database, read_settings
from countersign.forecast.question import Question
from countersign.forecast.wording import say_answer
from countersign.journey.ahead.forecast import Lookout, learn_question, open_questions
from countersign.journey.learning.forecast_retrain import grow
from countersign.model import registry
from countersign.settings import Settings, SettingsError
from countersign.store import forecast_questions, forecasts
from countersign.store.database import Database
from countersign.store.forecast_questions import QuestionState
from countersign.store.plant_tables import PlantTableError

MOST_SHOWN = 50

name_argument = click.argument("name", required=False)


@click.group("forecasts")
def ahead() -> None:
    """What lies ahead: ask the questions, train their models, see what was said.

    The worker asks by itself as soon as a model is in use.
    """


@ahead.command("list")
@name_argument
def list_forecasts(name: str | None) -> None:
    """List what stands, the likeliest first, and how each question stands; of NAME or of all."""
    now = datetime.now(UTC)
    with _open() as (settings, database, questions):
        with database.read() as connection:
            states = {state.task: state for state in forecast_questions.read_all(connection)}
            ahead = forecasts.read_ahead(connection, now, MOST_SHOWN, task=name)
        for question in _chosen(questions, name):
            click.echo(f"{question.task}: {_standing(settings, question, states)}")
    for row in ahead:
        until = f", until {row.asks_until.isoformat(timespec='minutes')}" if row.asks_until else ""
        when = f" at {row.asked_for}" if row.asked_for else ""
        click.echo(f"  {row.task} {row.about} {row.subject}{when}: {say_answer(row)}{until}")


@ahead.command("train")
@click.argument("name")
@click.option("--seed", default=1, show_default=True)
@click.option("--allow", multiple=True, metavar="COLUMN", help="Use it although it looks a leak.")
@click.option(
    "--accept", multiple=True, metavar="MONTH", help="Learn it although the gate objects."
)
def train_question(name: str, seed: int, allow: Sequence[str], accept: Sequence[str]) -> None:
    """Train the model of NAME on what is known so far, and print its card."""
    from countersign.learn.card_text import describe

    with _open() as (settings, database, questions), refusals(), _told():
        (question,) = _chosen(questions, name)
        now = datetime.now(UTC)
        model = learn_question(database, question, now, seed=seed, allow=allow, accept=accept)
        folder = model.save(settings.models_dir)
    click.echo(describe(model.card))
    click.echo(f"\nwritten to {folder}")
    click.echo(f"put it in use: countersign models promote {model.name} {model.version}")


@ahead.command("run")
@name_argument
def run_questions(name: str | None) -> None:
    """Ask NAME now, or all; what became clear is held against what was said."""
    problems = 0
    with _open() as (settings, database, questions):
        lookout = Lookout(database, settings.models_dir, questions)
        for question in _chosen(questions, name):
            state = lookout.ask(question, datetime.now(UTC))
            problems += state.problem is not None
            click.echo(f"{question.task}: {_standing(settings, question, {state.task: state})}")
    if problems:
        raise click.exceptions.Exit(1)


@ahead.command("retrain")
@click.argument("name")
@click.option("--seed", default=1, show_default=True)
def retrain_question(name: str, seed: int) -> None:
    """Fit the model of NAME again; it has to do no worse on what became clear."""
    with _open() as (settings, database, questions):
        (question,) = _chosen(questions, name)
        now = datetime.now(UTC)
        grown = grow(database, settings.models_dir, question, now, actor="command", seed=seed)
    click.echo(grown.text)


@contextmanager
def _open() -> Iterator[tuple[Settings, Database, tuple[Question, ...]]]:
    """Open the store and the questions, with errors that a person can act on."""
    settings = read_settings()
    with open_database(settings) as database:
        try:
            with open_questions(settings) as questions:
                yield settings, database, questions
        except SettingsError as error:
            raise click.ClickException(str(error)) from error


@contextmanager
def _told() -> Iterator[None]:
    """End the command with the sentence that says what is wrong with a table."""
    try:
        yield
    except PlantTableError as error:
        raise click.ClickException(str(error)) from error


def _chosen(questions: Sequence[Question], name: str | None) -> list[Question]:
    found = [question for question in questions if name in (None, question.task)]
    if not found and name is not None:
        there = ", ".join(sorted(question.task for question in questions)) or "none"
        raise click.ClickException(
            f"there is no question {name}; there are: {there}. A table of the plant becomes one "
            "by COUNTERSIGN_FORECAST_TABLES"
        )
    return found


def _standing(settings: Settings, question: Question, states: Mapping[str, QuestionState]) -> str:
    state = states.get(question.task)
    if state is not None and state.problem:
        return f"cannot be asked: {state.problem}"
    version = registry.active_version(settings.models_dir, question.task)
    if version is None:
        return f"no model is in use; countersign forecasts train {question.task}"
    if state is None:
        return f"model {version}, not asked yet"
    asked_at = state.looked_at.isoformat(timespec="seconds")
    return f"model {version}, {state.asked} asked, {state.history_rows} known rows, {asked_at}"
