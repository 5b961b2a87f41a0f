"""``countersign train``, ``models`` and ``learn-history``."""

from __future__ import annotations

import json
from typing import IO

import click

from countersign.assess.use_case import USE_CASES
from countersign.cli.setup import open_database, read_settings
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.replay import History, PastEvent, learn_from_history
from countersign.nouns.order import ProductionOrder


@click.command()
@click.option("--seed", default=1, show_default=True)
def train(seed: int) -> None:
    """Train the models of all use cases on the plant simulator and make them active."""
    from countersign.learn.train import main_train

    for card in main_train(read_settings().models_dir, USE_CASES, seed):
        click.echo(f"{card['task']} {card['version']}: {json.dumps(card['metrics'])}")


@click.group()
def models() -> None:
    """Look at the models."""


@models.command("list")
def list_models() -> None:
    """List the model in use of every use case."""
    shelf = open_shelf(read_settings().models_dir)
    for name, version in shelf.versions().items():
        click.echo(f"{name}  {version}")


@click.command("learn-history")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def learn_history(file: IO[str]) -> None:
    """Judge past events in FILE and learn what is usual and what has earned trust.

    FILE holds one JSON object per line: first the orders, {"order": <order>}, then the events in
    the order of recording, {"event": <envelope>, "final_data": <data booked or null>}.
    """
    settings = read_settings()
    judge = Judge(open_shelf(settings.models_dir), settings.time_zone)
    with open_database(settings) as database:
        report = learn_from_history(database, judge, _read_history(file))
    click.echo(
        f"{report.events} events read, {report.refused} refused, {report.statistics} usual figures "
        f"learned; {report.confirmed} could have gone by themselves, {report.right} rightly"
    )


def _read_history(file: IO[str]) -> History:
    orders: dict[str, ProductionOrder] = {}
    events: list[PastEvent] = []
    for number, line in enumerate(file, 1):
        try:
            row = json.loads(line)
            if "order" in row:
                order = ProductionOrder.from_data(row["order"])
                orders[order.order_id] = order
            else:
                events.append(PastEvent(row["event"], row["final_data"]))
        except (ValueError, ArithmeticError, KeyError, TypeError) as error:
            raise click.ClickException(f"line {number}: {error}") from error
    return History(orders, events)
