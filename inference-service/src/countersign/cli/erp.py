"""``countersign erp``: the connection to the ERP."""

from __future__ import annotations

import click

from countersign.cli.setup import read_settings
from countersign.erp.errors import ErpError
from countersign.erp.registry import connect


@click.group()
def erp() -> None:
    """Check the connection to the ERP."""


@erp.command()
@click.argument("name")
def check(name: str) -> None:
    """Reach and log in to an ERP, and say what fails."""
    settings = read_settings()
    if name not in settings.erps:
        known = ", ".join(settings.erps) or "none is set up (COUNTERSIGN_ERPS)"
        raise click.ClickException(f"no ERP is called {name}; known: {known}")
    try:
        port = connect(settings.erps[name])
        port.check()
        orders = sum(1 for _ in port.orders())
    except ErpError as error:
        raise click.ClickException(f"{type(error).__name__} {error.code}: {error.text}") from error
    click.echo(f"{name}: reached and logged in; {orders} production orders can be read")
