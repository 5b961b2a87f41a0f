"""Idempotency-Key: a request of the ERP team is carried out once, however often it is sent.

Follows draft-ietf-httpapi-idempotency-key-header: no key 400, the same key with another request
422, the same request again gets the first answer. Keys are kept as long as the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, request
from sqlalchemy import Connection

from countersign.audit.trail import Trail, open_trail
from countersign.post.commands import CommandRefused
from countersign.store import idempotent_requests
from countersign.store.database import canonical_json, digest_of, retry_conflicts
from countersign.store.idempotent_requests import IdempotentRequest
from countersign.web.problems import Problem

MAX_KEY_LENGTH = 128
STATUS_OF_REFUSAL = {"not_found": 404, "key_reused": 422, "other_order": 422, "other_kind": 422}

Command = Callable[[Connection, Trail], dict[str, Any]]


def request_key() -> str:
    """Return the Idempotency-Key of the request, with or without quotes; raises a 400 problem."""
    text = request.headers.get("Idempotency-Key", "").strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not text or len(text) > MAX_KEY_LENGTH or not text.isprintable():
        raise Problem(
            400,
            "idempotency-key",
            "An Idempotency-Key is needed",
            f'send the header Idempotency-Key: "<up to {MAX_KEY_LENGTH} characters>", the same '
            "one whenever you send this request again",
        )
    return text


def carry_out_once(message: dict[str, Any], status: int, command: Command) -> Response:
    """Carry out a command in one transaction with its answer, or give the first answer again."""
    key, client = request_key(), g.key.key_id
    fingerprint = digest_of(canonical_json([request.method, request.path, message]))
    now = datetime.now(UTC)

    def carry_out() -> IdempotentRequest:
        with g.services.database.write() as connection:
            before = idempotent_requests.read(connection, client, key)
            if before is not None:
                return before
            with open_trail(connection, now) as trail:
                text = json.dumps(command(connection, trail))
            done = IdempotentRequest(client, key, fingerprint, status, text, now)
            idempotent_requests.add(connection, done)
            return done

    try:
        known = retry_conflicts(carry_out)
    except CommandRefused as refusal:
        raise refused(refusal) from refusal
    if known.fingerprint != fingerprint:
        raise Problem(
            422,
            "idempotency-key-reused",
            "The Idempotency-Key was used for another request",
            "take a new key for a new request",
        )
    return Response(known.response, known.status, mimetype="application/json")


def refused(refusal: CommandRefused) -> Problem:
    """Return the problem of a command that may not be carried out."""
    status = STATUS_OF_REFUSAL.get(refusal.code, 409)
    kind = f"posting-{refusal.code.replace('_', '-')}"
    return Problem(status, kind, "This cannot be done", refusal.text)
