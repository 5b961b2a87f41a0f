"""``countersign models retrain|challenge``: models learn from what people decided."""

from __future__ import annotations

import csv
import json
import sys

import click

from countersign.assess.use_case import USE_CASES
from countersign.cli.setup import open_database, read_settings
from countersign.journey import retrain as retraining
from countersign.store import feature_rows

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
