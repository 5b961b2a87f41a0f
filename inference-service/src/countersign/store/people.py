"""People as rows: who may decide what; the service's own word, whatever the gateway says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from countersign.store.database import canonical_json
from countersign.store.tables import person


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who decides, with roles."""

    person_id: str
    name: str
    roles: frozenset[str]
    password_hash: str | None
    is_active: bool


def read(connection: Connection, person_id: str) -> Person | None:
    """Read a person; ``None`` when nobody has this id."""
    row = connection.execute(select(person).where(person.c.person_id == person_id)).first()
    if row is None:
        return None
    roles = frozenset(json.loads(row.roles))
    return Person(row.person_id, row.name, roles, row.password_hash, row.is_active)


def put(
    connection: Connection,
    person_id: str,
    name: str,
    roles: Iterable[str],
    now: datetime,
    password_hash: str | None = None,
) -> None:
    """Add a person or change one; without a new password the old one stays."""
    values = {"name": name, "roles": canonical_json(sorted(set(roles))), "is_active": True}
    if password_hash is not None:
        values["password_hash"] = password_hash
    changed = connection.execute(
        update(person).where(person.c.person_id == person_id).values(**values)
    )
    if not changed.rowcount:
        connection.execute(insert(person).values(person_id=person_id, created_at=now, **values))
