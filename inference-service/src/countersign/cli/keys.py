"""``countersign keys``: keys for gateways, the ERP team and monitoring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from countersign.audit.trail import open_trail
from countersign.cli.setup import open_database
from countersign.store import api_keys
from countersign.web.auth import SCOPES


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option("--days", type=click.IntRange(1, 3650), help="Expires after so many days.")
def create(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a key and print it once."""
    now = datetime.now(UTC)
    with open_database() as database, database.write() as connection:
        expires_at = now + timedelta(days=days) if days else None
        text = api_keys.create(connection, name, scopes, now, expires_at)
        with open_trail(connection, now) as trail:
            trail.add("key_created", "command", {"name": name, "scopes": sorted(scopes)})
    click.echo(text)


@keys.command("list")
def list_keys() -> None:
    """List keys with their scopes; never their secrets."""
    with open_database() as database, database.read() as connection:
        for row in api_keys.read_all(connection):
            state = "revoked" if row.revoked_at else f"expires {row.expires_at or 'never'}"
            click.echo(f"{row.key_id}  {row.name:<24} {row.scopes}  {state}")


@keys.command()
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Make a key worthless; it stops working within seconds."""
    now = datetime.now(UTC)
    with open_database() as database, database.write() as connection:
        if not api_keys.revoke(connection, key_id, now):
            raise click.ClickException(f"there is no active key {key_id}")
        with open_trail(connection, now) as trail:
            trail.add("key_revoked", "command", {"key_id": key_id})
    click.echo(f"{key_id} is revoked")
