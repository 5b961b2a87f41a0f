"""``countersign audit``: the proof."""

from __future__ import annotations

import json

import click

from countersign.audit.verify import verify as verify_chain
from countersign.cli.setup import open_database
from countersign.store import audit_records


@click.group()
def audit() -> None:
    """Verify and read the audit trail."""


@audit.command()
def verify() -> None:
    """Walk the whole chain; exits with 1 if anything was changed, removed or reordered."""
    with open_database() as database, database.read() as connection:
        flaws = list(verify_chain(connection))
        seq, head = audit_records.read_head(connection)
    for flaw in flaws:
        click.echo(f"record {flaw.seq}: {flaw.text}")
    if flaws:
        raise click.ClickException(f"{len(flaws)} flaws in a chain of {seq} records")
    click.echo(f"{seq} records, every one as it was written; the chain ends with {head}")


@audit.command()
def count() -> None:
    """Count the records by step."""
    with open_database() as database, database.read() as connection:
        for step, records in audit_records.count_by_step(connection):
            click.echo(f"{records:>8} {step}")


@audit.command()
@click.option("--order", "order_id")
@click.option("--event", "event_id")
@click.option("--document", "document_id")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def show(
    order_id: str | None, event_id: str | None, document_id: str | None, as_json: bool
) -> None:
    """Show what happened to an order, an event or an ERP document, step by step."""
    if not (order_id or event_id or document_id):
        raise click.UsageError("say which: --order, --event or --document")
    with open_database() as database, database.read() as connection:
        records = audit_records.find(
            connection,
            order_id=order_id,
            event_id=event_id,
            document_id=document_id,
            limit=100_000,
        )
    if not records:
        raise click.ClickException("nothing is recorded about it")
    for record in records:
        if as_json:
            click.echo(
                json.dumps(
                    {
                        "seq": record.seq,
                        "step": record.step,
                        "actor": record.actor,
                        "at": record.at.isoformat(),
                        "event_id": record.event_id,
                        "order_id": record.order_id,
                        "posting_id": record.posting_id,
                        "document_id": record.document_id,
                        "body": json.loads(record.body),
                        "hash": record.hash,
                    }
                )
            )
            continue
        what = record.document_id or record.posting_id or record.event_id or ""
        click.echo(
            f"{record.seq:>8}  {record.at:%Y-%m-%d %H:%M:%S}  {record.step:<22} "
            f"{record.actor:<28} {what:<34} {record.body[:120]}"
        )
