"""``countersign db``: the tables."""

from __future__ import annotations

import click

from countersign.cli.setup import open_database


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date; safe to repeat."""
    with open_database() as database:
        click.echo(f"{database.dialect}: the tables are up to date")
