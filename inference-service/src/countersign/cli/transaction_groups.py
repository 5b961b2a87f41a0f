"""``countersign transaction-groups``: rows that gateways wrote into the plant's database."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import DBAPIError

from countersign.cli.setup import open_database, read_settings
from countersign.intake.mapping_file import MappingError
from countersign.journey.rows.import_table import Tally
from countersign.journey.rows.staged_groups import StagedGroups, open_groups
from countersign.journey.rows.take_rows import GroupIntake
from countersign.settings import SettingsError
from countersign.store import staging_sources
from countersign.store.staging_rows import StagingError

EXIT_REFUSED = 1
MAX_SHOWN = 100
MAX_OWNER_LENGTH = 80


@click.group("transaction-groups")
def transaction_groups() -> None:
    """Rows of Ignition's transaction groups: take them, and see what became of them.

    The worker takes them by itself where COUNTERSIGN_STAGING_URL is set.
    """


@transaction_groups.command()
def take() -> None:
    """Take all rows that wait, now. Ends with 1 when a row was refused or a table not read."""
    with _open_groups() as groups:
        tallies = groups.take()
        for name in groups.tables:
            told = _figures(tallies[name]) if name in tallies else "another process reads it now"
            click.echo(f"{name}: {told}")
        problems = _show_problems()
    refused = sum(tally.refused for tally in tallies.values())
    if refused:
        click.echo("countersign transaction-groups refused lists the refused rows", err=True)
    sys.exit(EXIT_REFUSED if refused or problems else 0)


@transaction_groups.command()
def status() -> None:
    """Show how each table stands: what waits, what was refused, when it was read last."""
    with open_database() as database, database.read() as connection:
        sources = staging_sources.read_all(connection)
    for source in sources:
        read_at = source.read_at.isoformat(timespec="seconds") if source.read_at else "never"
        figures = f"{source.waiting} waiting, {source.refused} refused, read {read_at}"
        click.echo(f"{source.name}: {source.problem or figures}")
    if not sources:
        click.echo("no table has been read yet")


@transaction_groups.command()
@click.argument("table", required=False)
def refused(table: str | None) -> None:
    """List the rows that could not be taken, with the reason; of one TABLE or of all."""
    with _open_groups() as groups, _told():
        for intake in _intakes(groups, table):
            for row in intake.refused(MAX_SHOWN):
                click.echo(f"{intake.table.name} row {row.number}: {row.reason}")


@transaction_groups.command()
@click.argument("table")
@click.argument("rows", nargs=-1, type=int)
def retry(table: str, rows: tuple[int, ...]) -> None:
    """Let refused ROWS of a TABLE be taken again, all of them where none is named.

    Mend the row in the plant's database or the mapping first.
    """
    with _open_groups() as groups, _told():
        for intake in _intakes(groups, table):
            count = intake.release_refused(rows)
            click.echo(f"{count} rows of {table} wait again")


@contextmanager
def _open_groups() -> Iterator[StagedGroups]:
    settings = read_settings()
    owner = f"command-{socket.gethostname()}-{os.getpid()}"[:MAX_OWNER_LENGTH]
    try:
        with open_database(settings) as database, open_groups(settings, database, owner) as groups:
            yield groups
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _told() -> Iterator[None]:
    """End the command with the words of what is wrong with a table."""
    try:
        yield
    except (StagingError, MappingError) as error:
        raise click.ClickException(str(error)) from error
    except DBAPIError as error:
        raise click.ClickException(f"the plant's database says: {error.orig}") from error


def _intakes(groups: StagedGroups, table: str | None) -> list[GroupIntake]:
    if table is not None and table not in groups.tables:
        raise click.ClickException(f"{table} is not one of {', '.join(groups.tables)}")
    return [groups.intake(name) for name in groups.tables if table in (None, name)]


def _show_problems() -> int:
    with open_database() as database, database.read() as connection:
        found = [source for source in staging_sources.read_all(connection) if source.problem]
    for source in found:
        click.echo(f"{source.name} cannot be read: {source.problem}", err=True)
    return len(found)


def _figures(tally: Tally) -> str:
    return (
        f"{tally.rows} rows, {tally.accepted} accepted, {tally.duplicates} duplicates, "
        f"{tally.skipped.total()} skipped, {tally.refused} refused"
    )
