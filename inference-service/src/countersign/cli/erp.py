"""``countersign erp``: the connection to the ERP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from countersign.cli.setup import open_database, read_settings
from countersign.erp.errors import ErpError
from countersign.erp.port import ChecksInSteps, ErpPort
from countersign.erp.registry import connect
from countersign.journey.mirror import Mirror
from countersign.settings import Settings


@click.group()
def erp() -> None:
    """Check the connection to the ERP."""


@erp.command()
@click.argument("name")
def check(name: str) -> None:
    """Reach and log in to an ERP, and say what works and what fails."""
    settings = read_settings()
    with speaking_to(settings, name) as port:
        if isinstance(port, ChecksInSteps):
            _show(port)
        else:
            port.check()
        orders = sum(1 for _ in port.orders())
    click.echo(f"{name}: reached and logged in; {orders} production orders can be read")


@erp.command()
@click.argument("name")
def sync(name: str) -> None:
    """Read orders, materials and periods now; the worker does so all the time."""
    settings = read_settings()
    with speaking_to(settings, name) as port, open_database(settings) as database:
        changed = Mirror(database, port).refresh(datetime.now(UTC))
    click.echo(f"{name}: {changed} items of master data were new or had changed")


def _show(port: ChecksInSteps) -> None:
    """Print one line per step; ends the command when something needed fails."""
    failed = []
    for step in port.check_steps():
        mark = "ok" if step.passed else "FAILED" if step.needed else "absent"
        click.echo(f"{mark:<7} {step.name}: {step.text}")
        if step.needed and not step.passed:
            failed.append(step.name)
    if failed:
        raise click.ClickException(f"does not work yet: {', '.join(failed)}")


@contextmanager
def speaking_to(settings: Settings, name: str) -> Iterator[ErpPort]:
    """Connect to an ERP by its short name; ends the command with the text of what fails."""
    if name not in settings.erps:
        known = ", ".join(settings.erps) or "none is set up (COUNTERSIGN_ERPS)"
        raise click.ClickException(f"no ERP is called {name}; known: {known}")
    try:
        yield connect(settings.erps[name])
    except ErpError as error:
        raise click.ClickException(f"{type(error).__name__} {error.code}: {error.text}") from error
