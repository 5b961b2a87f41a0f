"""Set-up of a command: settings and database, with errors a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from countersign.settings import Settings, SettingsError
from countersign.store import schema
from countersign.store.database import Database


def read_settings() -> Settings:
    """Read the settings; ends the command with the text of what is wrong."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def has_database(settings: Settings) -> bool:
    """Tell whether there is a database yet: of SQLite the file, else what the address names."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return True
    return bool(url.database) and Path(str(url.database)).exists()


@contextmanager
def open_database(settings: Settings | None = None) -> Iterator[Database]:
    """Open the database with its tables up to date."""
    database = Database((settings or read_settings()).database_url)
    try:
        schema.upgrade(database)
        yield database
    except DBAPIError as error:
        raise click.ClickException(f"the database says: {error.orig}") from error
    finally:
        database.close()
