"""``countersign people``: who may decide what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO

import click
from werkzeug.security import generate_password_hash

from countersign.audit.trail import open_trail
from countersign.cli.setup import open_database
from countersign.store import people as rows

MIN_BADGE_LENGTH = 4


@click.group()
def people() -> None:
    """Add and change people."""


@people.command()
@click.argument("person_id")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True)
@click.option("--password-file", type=click.File("r"), help="Password for the console; - reads it.")
@click.option("--badge-file", type=click.File("r"), help="What the badge holds; - reads it.")
def put(
    person_id: str,
    name: str,
    roles: tuple[str, ...],
    password_file: IO[str] | None,
    badge_file: IO[str] | None,
) -> None:
    """Add a person or change one; without a password or badge the old one stays."""
    password = password_file.read().strip() if password_file else None
    if password is not None and len(password) < 10:
        raise click.ClickException("the password needs at least 10 characters")
    badge_id = badge_file.read().strip() if badge_file else None
    if badge_id is not None and len(badge_id) < MIN_BADGE_LENGTH:
        raise click.ClickException(f"the badge needs at least {MIN_BADGE_LENGTH} characters")
    now = datetime.now(UTC)
    with open_database() as database, database.write() as connection:
        hashed = generate_password_hash(password) if password else None
        rows.put(connection, person_id, name, roles, now, hashed, badge_id)
        with open_trail(connection, now) as trail:
            trail.add("person_changed", "command", {"person": person_id, "roles": sorted(roles)})
    click.echo(f"{person_id}: {', '.join(sorted(roles))}")
