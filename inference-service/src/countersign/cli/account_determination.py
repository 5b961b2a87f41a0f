"""``countersign account-determination``: the ERP's own table of accounts, which decides first."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from typing import IO

import click

from countersign.cli.setup import open_database
from countersign.journey.coding.account_determination import (
    COLUMNS,
    TableRefused,
    load_table,
    read_table,
)
from countersign.store import account_determinations


@click.group("account-determination")
def account_determination() -> None:
    """Load and show which account a movement type and a valuation class go to."""


@account_determination.command()
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--reason", default="loaded by hand", show_default=True)
def load(file: IO[str], reason: str) -> None:
    """Put the table in FILE (CSV: movement_type,valuation_class,account_id) in use."""
    try:
        accounts = read_table(file)
    except TableRefused as error:
        raise click.ClickException(str(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException("the file is not UTF-8; save it as such") from error
    with open_database() as database, database.write() as connection:
        load_table(connection, accounts, actor="command", reason=reason, now=datetime.now(UTC))
    click.echo(f"{len(accounts)} rows are in use")


@account_determination.command()
def show() -> None:
    """Print the table in use as CSV."""
    with open_database() as database, database.read() as connection:
        accounts = account_determinations.read_all(connection)
        at = account_determinations.loaded_at(connection)
    if at is None:
        raise click.ClickException("no table was loaded")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([*key, account_id] for key, account_id in accounts.items())
    click.echo(f"loaded at {at.isoformat(timespec='seconds')}", err=True)
