"""``countersign import-events``: a table of past or paper events goes through the same intake."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

import click

from countersign.cli.setup import open_database, read_settings
from countersign.intake.mapping_file import MappingError, load_mapping
from countersign.intake.table_file import Table, TableError, open_lines
from countersign.intake.table_import import RefusedRow, RowReader
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.pictures import open_pictures
from countersign.journey.receive import Receiver
from countersign.journey.rows.import_table import TableImport, Tally

EXIT_REFUSED = 1
EXIT_UNUSABLE = 2
REPORT_COLUMNS = ("line", "column", "value", "why")


class Unusable(click.ClickException):
    """Mapping or table cannot be used at all: nothing was taken in."""

    exit_code = EXIT_UNUSABLE


@click.command("import-events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_name",
    required=True,
    metavar="MAPPING.toml",
    help="Which column is which field; a path, or the name of a mapping that is shipped.",
)
@click.option(
    "--refused",
    "report_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused rows are listed.  [default: FILE with .refused.csv, in this folder]",
)
def import_events(file: Path, mapping_name: str, report_path: Path | None) -> None:
    """Bring the rows of the table FILE in as events.

    Every row is accepted, a duplicate, skipped by a rule of the mapping, or refused with line,
    column and reason. Importing again changes nothing. Ends with 1 when rows were refused, with 2
    when mapping or table cannot be used.
    """
    path = report_path or Path(f"{file.stem}.refused.csv")
    with ExitStack() as stack:
        table, reader = _open(stack, file, mapping_name)
        tally = _import(table, reader, _open_report(stack, path))
    _show(tally)
    if tally.refused:
        click.echo(f"the refused rows are listed in {path}")
        sys.exit(EXIT_REFUSED)


def _import(table: Table, reader: RowReader, on_refused: Callable[[RefusedRow], None]) -> Tally:
    settings = read_settings()
    with open_database(settings) as database:
        judge = Judge(open_shelf(settings.models_dir), settings.time_zone, open_pictures(settings))
        receiver = Receiver(database, judge, settings.default_erp)
        run = TableImport(
            reader,
            receiver.receive,
            f"import:{_user()}",
            on_refused=on_refused,
            on_batch=_show_progress,
        )
        try:
            return run.run(table)
        finally:
            click.echo(err=True)


def _open(stack: ExitStack, file: Path, mapping_name: str) -> tuple[Table, RowReader]:
    try:
        mapping = load_mapping(mapping_name)
        lines = stack.enter_context(open_lines(file, mapping.table))
        table = Table(lines, mapping.table)
        return table, RowReader(mapping, table.columns, lambda: datetime.now(UTC))
    except MappingError as error:
        raise Unusable(f"the mapping {mapping_name} cannot be used:\n{error}") from error
    except (TableError, OSError) as error:
        raise Unusable(f"{file}: {error}") from error


def _open_report(stack: ExitStack, path: Path) -> Callable[[RefusedRow], None]:
    """Open the list of refused rows; a row stands there once for each thing that is wrong."""
    try:
        file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
    except OSError as error:
        raise Unusable(f"the refused rows cannot be listed: {error}; give --refused") from error
    writer = csv.writer(file)
    writer.writerow(REPORT_COLUMNS)

    def write(row: RefusedRow) -> None:
        for fault in row.faults:
            writer.writerow((row.line, ", ".join(fault.columns), fault.value, fault.why))

    return write


def _user() -> str:
    """Return who runs the command; a container may know its user by number only."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _show_progress(tally: Tally) -> None:
    click.echo(f"\r{tally.rows} rows, {tally.refused} refused", nl=False, err=True)


def _show(tally: Tally) -> None:
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    click.echo(f"rows       {tally.rows:>9}")
    click.echo(f"accepted   {tally.accepted:>9}  new events: {outcomes or 'none'}")
    click.echo(f"duplicates {tally.duplicates:>9}")
    click.echo(f"skipped    {tally.skipped.total():>9}")
    for name, count in sorted(tally.skipped.items()):
        click.echo(f"  {name}: {count}")
    click.echo(f"refused    {tally.refused:>9}")
