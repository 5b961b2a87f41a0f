"""People as rows: who may decide what; the service's own word, whatever the gateway says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

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
    return None if row is None else _person(row)


def read_by_badge(connection: Connection, badge_id: str) -> Person | None:
    """Read the person who carries a badge; ``None`` when it is nobody's."""
    found = select(person).where(person.c.badge_hash == hash_badge(badge_id))
    row = connection.execute(found).first()
    return None if row is None else _person(row)


def hash_badge(badge_id: str) -> str:
    """Hash what a badge holds: the table tells nobody how to make one."""
    return hashlib.sha256(badge_id.strip().encode()).hexdigest()


def put(
    connection: Connection,
    person_id: str,
    name: str,
    roles: Iterable[str],
    now: datetime,
    password_hash: str | None = None,
    badge_id: str | None = None,
) -> None:
    """Add a person or change one; without a new password or badge the old one stays.

    A badge belongs to one person: whoever had it before loses it.
    """
    values = {"name": name, "roles": canonical_json(sorted(set(roles))), "is_active": True}
    if password_hash is not None:
        values["password_hash"] = password_hash
    if badge_id is not None:
        badge_hash = hash_badge(badge_id)
        taken = update(person).where(person.c.badge_hash == badge_hash).values(badge_hash=None)
        connection.execute(taken)
        values["badge_hash"] = badge_hash
    changed = connection.execute(
        update(person).where(person.c.person_id == person_id).values(**values)
    )
    if not changed.rowcount:
        connection.execute(insert(person).values(person_id=person_id, created_at=now, **values))


def _person(row: Row[Any]) -> Person:
    roles = frozenset(json.loads(row.roles))
    return Person(row.person_id, row.name, roles, row.password_hash, row.is_active)
