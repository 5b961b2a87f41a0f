"""``countersign erp``: the connection to the ERP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from countersign.cli.setup import open_database, read_settings
from countersign.erp.errors import ErpError
from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.journey.mirror import Mirror
from countersign.settings import Settings


@click.group()
def erp() -> None:
    """Check the connection to the ERP."""


@erp.command()
@click.argument("name")
def check(name: str) -> None:
    """Reach and log in to an ERP, and say what fails."""
    settings = read_settings()
    with _speaking_to(settings, name) as port:
        port.check()
        orders = sum(1 for _ in port.orders())
    click.echo(f"{name}: reached and logged in; {orders} production orders can be read")


@erp.command()
@click.argument("name")
def sync(name: str) -> None:
    """Read orders, materials and periods now; the worker does so all the time."""
    settings = read_settings()
    with _speaking_to(settings, name) as port, open_database(settings) as database:
        changed = Mirror(database, port).refresh(datetime.now(UTC))
    click.echo(f"{name}: {changed} items of master data were new or had changed")


@contextmanager
def _speaking_to(settings: Settings, name: str) -> Iterator[ErpPort]:
    if name not in settings.erps:
        known = ", ".join(settings.erps) or "none is set up (COUNTERSIGN_ERPS)"
        raise click.ClickException(f"no ERP is called {name}; known: {known}")
    try:
        yield connect(settings.erps[name])
    except ErpError as error:
        raise click.ClickException(f"{type(error).__name__} {error.code}: {error.text}") from error
