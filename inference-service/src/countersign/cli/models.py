"""``countersign train``, ``evaluate``, ``predict``, ``models`` and ``learn-history``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from countersign.assess.use_case import USE_CASES
from countersign.cli.setup import has_database, open_database, read_settings
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.learning.put_in_use import check_loads, put_back, put_in_use
from countersign.journey.pictures import open_pictures, places
from countersign.journey.replay import History, PastEvent, learn_from_history
from countersign.model import registry
from countersign.model.registry import ModelRefused
from countersign.nouns.order import ProductionOrder
from countersign.settings import SettingsError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

models_dir_option = click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="COUNTERSIGN_MODELS_DIR",
    default="models",
    show_default=True,
    help="Folder of the trained models.",
)


@contextmanager
def refusals() -> Iterator[None]:
    """End the command with the sentence of a refusal, which says what to change."""
    from countersign.learn import TrainingRefused

    try:
        yield
    except (ModelRefused, TrainingRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _register_encoders(_: click.Context, __: click.Parameter, said: tuple[str, ...]) -> None:
    """Let encoders read the pictures of columns: ``photo=package.module:factory``."""
    from countersign.learn.encoders import find_encoder, register_encoder

    for text in said:
        column, separator, factory = text.partition("=")
        if not separator:
            raise click.BadParameter("write COLUMN=package.module:factory")
        with refusals():
            register_encoder(column, find_encoder(factory))


encoder_option = click.option(
    "--encoder",
    multiple=True,
    metavar="COLUMN=FACTORY",
    expose_value=False,
    callback=_register_encoders,
    help="Let package.module:factory read the pictures of a column.",
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that training and evaluating a table share."""
    for option in (
        click.option("--seed", default=1, show_default=True),
        click.option(
            "--allow", multiple=True, metavar="COLUMN", help="Use it although it looks like a leak."
        ),
        click.option(
            "--accept", multiple=True, metavar="MONTH", help="Learn it although the gate objects."
        ),
        encoder_option,
    ):
        command = option(command)
    return command


@click.command()
@click.argument("spec", required=False)
@click.argument("table", type=FILE, required=False)
@table_options
@click.option("--promote", is_flag=True, help="Put the model in use.")
@models_dir_option
def train(
    spec: str | None,
    table: Path | None,
    seed: int,
    allow: tuple[str, ...],
    accept: tuple[str, ...],
    promote: bool,
    models_dir: Path,
) -> None:
    """Train a model on TABLE (CSV) as SPEC (a TOML file or the name of a shipped one) says.

    Without arguments: train the models of all use cases on the plant simulator and put them in
    use.
    """
    if spec is None:
        from countersign.learn.train import main_train

        with refusals():
            cards = main_train(
                models_dir, USE_CASES, seed, places=_places(), put_in_use=_put_in_use
            )
        for card in cards:
            click.echo(f"{card['task']} {card['version']}: {json.dumps(card['metrics'])}")
        return
    if table is None:
        raise click.UsageError("name the table as well: countersign train SPEC TABLE")
    from countersign.learn import fit, read_frame, read_spec
    from countersign.learn.card_text import describe

    with refusals():
        model = fit(read_spec(spec), read_frame(table), seed, allow=allow, accept=accept)
        folder = model.save(models_dir)
        if promote:
            _put_in_use(models_dir, model.name, model.version)
    click.echo(describe(model.card, is_active=promote))
    click.echo(f"\nwritten to {folder}")
    if not promote:
        click.echo(f"put it in use: countersign models promote {model.name} {model.version}")


@click.command()
@click.argument("spec")
@click.argument("table", type=FILE)
@table_options
@click.option("--test-share", default=0.2, show_default=True, help="Share of rows held out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(
    spec: str,
    table: Path,
    seed: int,
    allow: tuple[str, ...],
    accept: tuple[str, ...],
    test_share: float,
    as_json: bool,
) -> None:
    """Measure what SPEC is worth on the latest rows (or unseen units) of TABLE."""
    from countersign.learn import read_frame, read_spec
    from countersign.learn.holdout import evaluate_table

    with refusals():
        worth = evaluate_table(
            read_spec(spec),
            read_frame(table),
            seed,
            test_share=test_share,
            allow=allow,
            accept=accept,
        ).to_data()
    if as_json:
        click.echo(json.dumps(worth))
        return
    click.echo(f"learned {worth['rows']['learned']} rows, tested {worth['rows']['tested']}")
    for name, value in worth["metrics"].items():
        click.echo(f"{name}: {value:g}")
    for name, value in worth["baselines"].items():
        click.echo(f"without a model, {name}: {value:g}")
    for alarm in worth["alarms"]:
        click.echo(f"alarm: {alarm}")


@click.command()
@click.argument("task")
@click.argument("table", type=FILE)
@click.option("--version", default=None, help="Another version than the one in use.")
@encoder_option
@models_dir_option
def predict(task: str, table: Path, version: str | None, models_dir: Path) -> None:
    """Answer every row of TABLE with the model of TASK, as CSV on standard output."""
    from countersign.learn import load, read_frame

    with refusals():
        version = version or registry.active_version(models_dir, task)
        if version is None:
            raise ModelRefused(f"no model of {task} is in use; promote one")
        answer = load(models_dir / task / version).predict(read_frame(table))
    if "ranked" in answer:
        answer["ranked"] = answer["ranked"].map("|".join)
    click.echo(answer.to_csv(index=False), nl=False)


@click.group()
def models() -> None:
    """Look at the models, and say which of them are in use."""


@models.command("list")
@models_dir_option
def list_models(models_dir: Path) -> None:
    """List every version of every task; a star marks the one in use."""
    for task, found in registry.versions(models_dir).items():
        active = registry.active_version(models_dir, task)
        for version in found:
            mark = "*" if version == active else " "
            try:
                card = registry.read_card(models_dir / task / version)
                metrics = json.dumps(card.get("metrics", {}))
            except ModelRefused as refusal:
                metrics = f"refused: {refusal}"
            click.echo(f"{mark} {task}  {version}  {metrics}")


@models.command("show")
@click.argument("task")
@click.argument("version", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the card as JSON.")
@models_dir_option
def show_model(task: str, version: str | None, as_json: bool, models_dir: Path) -> None:
    """Show the card of a model: what it tells, from what, and what it is worth."""
    from countersign.learn.card_text import describe

    active = registry.active_version(models_dir, task)
    version = version or active
    with refusals():
        if version is None:
            raise ModelRefused(f"no model of {task} is in use; name a version")
        card = registry.read_card(models_dir / task / version)
    text = json.dumps(card, indent=2) if as_json else describe(card, is_active=version == active)
    click.echo(text)


@models.command("promote")
@click.argument("task")
@click.argument("version")
@click.option("--reason", default="put in use by hand", show_default=True)
@models_dir_option
def promote_model(task: str, version: str, reason: str, models_dir: Path) -> None:
    """Put a version in use; one that would not load is refused.

    For a use case the confirmed outcomes are weighed again with what the version says.
    """
    with refusals():
        _put_in_use(models_dir, task, version, reason)
    click.echo(f"{task}  {version}  is in use")


def _put_in_use(models_dir: Path, task: str, version: str, reason: str = "trained anew") -> None:
    """Put a version in use and record it; of a use case the confirmed outcomes are weighed again.

    Where no database is yet nothing is confirmed, and nothing has to be weighed.
    """
    settings = read_settings()
    if not has_database(settings):
        check_loads(models_dir, task, version)
        registry.activate(models_dir, task, version)
        return
    try:
        with open_database(settings) as database:
            put_in_use(database, models_dir, task, version, actor="command", reason=reason)
    except click.ClickException as error:
        raise click.ClickException(
            f"{error.message}\n{task} {version} is written, but not in use: what is confirmed "
            "has to be weighed with it first. When the database answers, run "
            f"countersign models promote {task} {version}"
        ) from error


@models.command("rollback")
@click.argument("task")
@click.option("--reason", default="rolled back by hand", show_default=True)
@models_dir_option
def rollback_model(task: str, reason: str, models_dir: Path) -> None:
    """Put the version in use again that was in use before."""
    settings = read_settings()
    with refusals():
        if has_database(settings):
            with open_database(settings) as database:
                version = put_back(database, models_dir, task, actor="command", reason=reason)
        else:
            version = registry.rollback(models_dir, task)
    click.echo(f"{task}  {version}  is in use again")


def _places() -> dict[str, tuple[str, ...]]:
    """Return the places for pictures that the settings ask for; ends the command if they cannot."""
    try:
        return places(read_settings())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.command("learn-history")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def learn_history(file: IO[str]) -> None:
    """Judge past events in FILE and learn what is usual and what has earned trust.

    FILE holds one JSON object per line: first the orders, {"order": <order>}, then the events in
    the order of recording, {"event": <envelope>, "final_data": <data booked or null>}.
    """
    settings = read_settings()
    judge = Judge(open_shelf(settings.models_dir), settings.time_zone, open_pictures(settings))
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
