"""``countersign models retrain|challenge|learn-codes|learn-causes``: models learn from people."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime

import click

from countersign.assess.use_case import USE_CASES
from countersign.cli.models import refusals
from countersign.cli.setup import open_database, read_settings
from countersign.journey.learning import retrain as retraining
from countersign.journey.learning.learn_causes import learn_causes
from countersign.journey.learning.learn_codes import learn_codes
from countersign.nouns.coding import CODING_TASKS
from countersign.store import codings, feature_rows

ACTOR = "command"
COLUMNS = ("event_id", "subject", "label", "origin", "labelled_at", "delay_s")

use_case_argument = click.argument("use_case", type=click.Choice(sorted(USE_CASES)))


@click.command()
@use_case_argument
@click.option("--seed", default=1, show_default=True)
def retrain(use_case: str, seed: int) -> None:
    """Grow the model in use on from its labels; what passes the gate challenges it."""
    settings = read_settings()
    with open_database(settings) as database:
        standing = retraining.retrain(
            database, settings.models_dir, use_case, actor=ACTOR, seed=seed
        )
    click.echo(standing.text)


@click.command()
@use_case_argument
def challenge(use_case: str) -> None:
    """Say how the challenger of a use case stands, and act upon a sure result."""
    settings = read_settings()
    with open_database(settings) as database:
        standing = retraining.judge_challenge(database, settings.models_dir, use_case, actor=ACTOR)
    click.echo("nobody challenges" if standing is None else standing.text)


@click.command("learn-codes")
@click.argument("task", type=click.Choice(CODING_TASKS))
@click.option(
    "--accept", multiple=True, metavar="MONTH", help="Learn it although the gate left it out."
)
def learn_booked_codes(task: str, accept: tuple[str, ...]) -> None:
    """Learn the accounts or cost centres that were booked and have stood, as each night."""
    settings = read_settings()
    now = datetime.now(UTC)
    with refusals(), open_database(settings) as database:
        with database.write() as connection:
            codings.follow_postings(connection)
        learned = learn_codes(
            database,
            settings.models_dir,
            task,
            settings.time_zone,
            actor=ACTOR,
            now=now,
            accept=accept,
        )
    click.echo(f"{learned.version or 'no version'} is in use; {learned.text}")


@click.command("learn-causes")
def learn_sorted_causes() -> None:
    """Learn from people who mends which cause, as each night."""
    settings = read_settings()
    with refusals(), open_database(settings) as database:
        learned = learn_causes(database, settings.models_dir, actor=ACTOR, now=datetime.now(UTC))
    click.echo(f"{learned.version or 'no version'} is in use; {learned.text}")


@click.command()
@use_case_argument
def labels(use_case: str) -> None:
    """Write what became clear about events as CSV: label, who gave it, and how long it took."""
    settings = read_settings()
    writer = csv.writer(sys.stdout)
    features = USE_CASES[use_case].task.features
    writer.writerow([*COLUMNS, *features])
    with open_database(settings) as database, database.read() as connection:
        for event in feature_rows.read_labelled(connection, use_case, limit=retraining.MOST_EVENTS):
            for subject, label, row in zip(event.subjects, event.labels, event.rows, strict=True):
                known = (event.event_id, subject, label, event.origin)
                when = (event.labelled_at.isoformat(), f"{event.delay_s:.0f}")
                writer.writerow([*known, *when, *(json.dumps(float(value)) for value in row)])
