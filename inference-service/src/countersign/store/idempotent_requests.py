"""Idempotent requests as rows: the answer that a request was given, to be given again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from countersign.store.tables import idempotent_request


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request under its key, what it was, and what was answered."""

    client: str
    request_key: str
    fingerprint: str
    status: int
    response: str
    created_at: datetime


def read(connection: Connection, client: str, request_key: str) -> IdempotentRequest | None:
    """Read what a client was answered under a key."""
    row = connection.execute(
        select(idempotent_request).where(
            idempotent_request.c.client == client, idempotent_request.c.request_key == request_key
        )
    ).first()
    return None if row is None else IdempotentRequest(**row._mapping)


def add(connection: Connection, request: IdempotentRequest) -> None:
    """Remember an answer; the primary key refuses a second one."""
    connection.execute(insert(idempotent_request), [asdict(request)])
