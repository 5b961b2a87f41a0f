"""API keys as rows: only their hashes; a key is shown once, when it is made."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, update

from countersign.store.database import canonical_json
from countersign.store.tables import api_key

PREFIX = "csk"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that may be used: who it is for and what it opens."""

    key_id: str
    name: str
    secret_hash: str
    scopes: frozenset[str]
    expires_at: datetime | None


def create(
    connection: Connection,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
) -> str:
    """Make a key and return its text ``csk_<key id>_<secret>``; it cannot be shown again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(SECRET_BYTES)
    connection.execute(
        insert(api_key).values(
            key_id=key_id,
            name=name,
            secret_hash=hash_secret(secret),
            scopes=canonical_json(sorted(set(scopes))),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return f"{PREFIX}_{key_id}_{secret}"


def read(connection: Connection, key_id: str) -> ApiKey | None:
    """Read a key that has not been revoked."""
    row = connection.execute(
        select(api_key).where(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None))
    ).first()
    if row is None:
        return None
    scopes = frozenset(json.loads(row.scopes))
    return ApiKey(row.key_id, row.name, row.secret_hash, scopes, row.expires_at)


def read_all(connection: Connection) -> list[Row[tuple[object, ...]]]:
    """Read what is known of every key, the newest first; no secrets among it."""
    return list(connection.execute(select(api_key).order_by(api_key.c.created_at.desc())))


def revoke(connection: Connection, key_id: str, now: datetime) -> bool:
    """Make a key worthless; tells whether there was one."""
    changed = connection.execute(
        update(api_key)
        .where(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return bool(changed.rowcount)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret: it has 256 random bits, a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
