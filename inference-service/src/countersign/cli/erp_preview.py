"""``countersign erp preview``: what an event would become in the ERP, without sending it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from countersign.cli.erp import speaking_to
from countersign.cli.setup import read_settings
from countersign.contracts.validators import errors as contract_errors
from countersign.erp.documents import from_data, to_data
from countersign.erp.errors import ErpError
from countersign.erp.port import ErpPort, PreparedRequest, Previews
from countersign.intake.envelope import NotJson, Refusal, parse_json, read_event
from countersign.nouns.event import Event
from countersign.nouns.posting import idempotency_key
from countersign.post.compose import CannotCompose, ComposedDocument, compose
from countersign.settings import Settings

EXAMPLE_EVENT = "preview"


@click.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def preview(name: str, file: Path) -> None:
    """Show the documents and exact requests that an event (or a document) in FILE becomes.

    Nothing is posted. What a request depends on is read from the ERP.
    """
    settings = read_settings()
    with speaking_to(settings, name) as port:
        for composed in _composed(_message(file), port, settings):
            click.echo(f"document {composed.document.kind}, key {composed.key}")
            click.echo(_indented(to_data(composed.document)))
            for request in _requests(port, composed):
                _show(request)


def _message(file: Path) -> dict[str, Any]:
    try:
        message = parse_json(file.read_bytes())
    except NotJson as error:
        raise click.ClickException(f"{file}: {error}") from error
    if not isinstance(message, dict):
        raise click.ClickException(f"{file}: is neither an event nor a document")
    return message


def _composed(
    message: dict[str, Any], port: ErpPort, settings: Settings
) -> tuple[ComposedDocument, ...]:
    if "kind" in message:
        _refuse_broken([(where, text) for where, _, text in contract_errors("document", message)])
        document = from_data(message)
        return (ComposedDocument.of(idempotency_key(EXAMPLE_EVENT, document.kind), document),)
    event = read_event(message, datetime.now(UTC))
    if isinstance(event, Refusal):
        _refuse_broken(list(event.errors))
    assert isinstance(event, Event)
    order = None
    if "material_id" not in event.data and event.use_case == "production_confirmation":
        order = next((row for row in port.orders() if row.order_id == event.order_id), None)
    try:
        return compose(event, event.data, order=order, time_zone=settings.time_zone)
    except CannotCompose as error:
        raise click.ClickException(f"{error.pointer}: {error.text}") from error


def _refuse_broken(errors: list[tuple[str, str]]) -> None:
    if errors:
        lines = "\n".join(f"  {where or '/'}: {text}" for where, text in errors)
        raise click.ClickException(f"the message breaks its contract:\n{lines}")


def _requests(port: ErpPort, composed: ComposedDocument) -> list[PreparedRequest]:
    if not isinstance(port, Previews):
        raise click.ClickException("the connector of this ERP cannot show its requests")
    try:
        return list(port.preview(composed.document, composed.key))
    except ErpError as error:
        raise click.ClickException(f"would not be sent ({error.code}): {error.text}") from error


def _show(request: PreparedRequest) -> None:
    click.echo(f"\n{request.method} {request.url}")
    for header, value in request.headers:
        click.echo(f"{header}: {value}")
    if request.note:
        click.echo(f"# {request.note}")
    click.echo(f"\n{request.body}\n" if request.body else "")


def _indented(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
