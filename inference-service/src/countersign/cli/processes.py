"""``countersign serve`` and ``countersign worker``: the two processes of an installation."""

from __future__ import annotations

import os
import sys

import click

from countersign.cli.setup import open_database, read_settings
from countersign.settings import SettingsError


@click.command()
@click.option(
    "--bind",
    envvar="COUNTERSIGN_BIND",
    show_envvar=True,
    default="127.0.0.1:8080",
    show_default=True,
)
@click.option(
    "--workers",
    envvar="COUNTERSIGN_HTTP_WORKERS",
    show_envvar=True,
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
)
def serve(bind: str, workers: int) -> None:
    """Answer HTTP: events, approvals, postings, the console."""
    with open_database():
        pass
    os.environ["COUNTERSIGN_BIND"] = bind
    os.environ["COUNTERSIGN_HTTP_WORKERS"] = str(workers)
    os.execv(
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:countersign.web.gunicorn_settings",
            "countersign.wsgi:app()",
        ],
    )


@click.command()
def worker() -> None:
    """Book what is queued, read back what is unknown, learn from what was booked."""
    from countersign.worker import run

    try:
        run(read_settings())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
