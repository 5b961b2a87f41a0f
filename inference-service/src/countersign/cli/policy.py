"""``countersign policy``: what the machine may do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import IO

import click

from countersign.cli.setup import open_database
from countersign.contracts.validators import errors as contract_errors
from countersign.decide.policy import DEFAULT_POLICY, PolicyError
from countersign.journey.governance import NotProved, PolicyChanged, change_policy
from countersign.store import policies


@click.group()
def policy() -> None:
    """Show and change the policy."""


@policy.command()
def show() -> None:
    """Print the policy in force as JSON."""
    with open_database() as database, database.read() as connection:
        version, body = policies.read_current(connection) or (0, DEFAULT_POLICY)
    click.echo(json.dumps({"version": version, "policy": body}, indent=2))


@policy.command("set")
@click.argument("file", type=click.File("r"))
@click.option("--reason", required=True)
@click.option("--without-proof", is_flag=True, help="Automate although nothing is earned yet.")
def set_policy(file: IO[str], reason: str, without_proof: bool) -> None:
    """Put the policy in FILE (JSON, as 'show' prints it under "policy") in force."""
    try:
        body = json.load(file)
    except json.JSONDecodeError as error:
        raise click.ClickException(f"not JSON: {error}") from error
    found = contract_errors("policy", body)
    if found:
        raise click.ClickException("\n".join(f"{where}: {text}" for where, _, text in found))
    with open_database() as database, database.write() as connection:
        current, _ = policies.read_current(connection) or (0, {})
        try:
            version = change_policy(
                connection,
                body,
                current,
                "command",
                reason,
                datetime.now(UTC),
                without_proof=without_proof,
            )
        except NotProved as error:
            hint = "read the history of the plant first, or add --without-proof"
            raise click.ClickException(f"{error}; {hint}") from error
        except (PolicyError, PolicyChanged) as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"policy {version} is in force")
