"""Codings as rows: what was known of a coded document, what was odd about it, what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from countersign.store.database import canonical_json, digest_of
from countersign.store.tables import coding, posting

BOOKED_AS_CREATED, CORRECTED = "erp", "person"
_BOOKED_STATES = ("posted", "reversing")
_WITHDRAWN_STATES = ("reversed", "cancelled")


@dataclass(frozen=True, slots=True)
class Coding:
    """What is kept beside a coded posting; ``facts`` and ``notes`` are plain JSON values."""

    posting_id: str
    facts: Mapping[str, str]
    notes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BookedCoding:
    """A coded document that the ERP has booked.

    ``origin`` says whether it was booked as created (erp) or corrected by a person before.
    """

    posting_id: str
    document: Mapping[str, Any]
    facts: Mapping[str, str]
    origin: str
    created_at: datetime
    booked_at: datetime


def add(
    connection: Connection,
    posting_id: str,
    document: str,
    facts: Mapping[str, str],
    notes: Sequence[Mapping[str, Any]],
) -> None:
    """Store what is known of a new posting, unless it is stored already."""
    if read(connection, posting_id) is None:
        connection.execute(
            insert(coding).values(
                posting_id=posting_id,
                facts=canonical_json(dict(facts)),
                notes=canonical_json(list(notes)),
                document_digest=digest_of(document),
            )
        )


def read(connection: Connection, posting_id: str) -> Coding | None:
    """Read what is kept beside a posting, ``None`` where nothing is."""
    row = connection.execute(
        select(coding.c.facts, coding.c.notes).where(coding.c.posting_id == posting_id)
    ).first()
    return None if row is None else Coding(posting_id, json.loads(row[0]), json.loads(row[1]))


def change_notes(
    connection: Connection, posting_id: str, notes: Sequence[Mapping[str, Any]]
) -> None:
    """Store what is odd about a document after it was corrected."""
    connection.execute(
        update(coding)
        .where(coding.c.posting_id == posting_id)
        .values(notes=canonical_json(list(notes)))
    )


def follow_postings(connection: Connection) -> int:
    """Note what was booked, and what did not stand, since the last call; return how many changed.

    A posting that was booked and undone between two calls was never booked for learning.
    """
    open_ones = coding.c.withdrawn_at.is_(None)
    gone = _joined().where(open_ones, posting.c.state.in_(_WITHDRAWN_STATES))
    booked = _joined().where(
        open_ones, coding.c.booked_at.is_(None), posting.c.state.in_(_BOOKED_STATES)
    )
    changed = 0
    for row in connection.execute(gone).all():
        _set(connection, row.posting_id, withdrawn_at=row.changed_at)
        changed += 1
    for row in connection.execute(booked).all():
        is_same = digest_of(row.document) == row.document_digest
        origin = BOOKED_AS_CREATED if is_same else CORRECTED
        _set(connection, row.posting_id, booked_at=row.changed_at, origin=origin)
        changed += 1
    return changed


def read_booked(connection: Connection, after: datetime, before: datetime) -> list[BookedCoding]:
    """Read what was booked between two times and stands."""
    wanted = _booked().where(
        coding.c.booked_at >= after, coding.c.booked_at < before, coding.c.withdrawn_at.is_(None)
    )
    return _read(connection, wanted)


def read_withdrawn(
    connection: Connection, booked_before: datetime, after: datetime, before: datetime
) -> list[BookedCoding]:
    """Read what was booked before a time and withdrawn between two others."""
    wanted = _booked().where(
        coding.c.booked_at < booked_before,
        coding.c.withdrawn_at >= after,
        coding.c.withdrawn_at < before,
    )
    return _read(connection, wanted)


def _joined() -> Select[Any]:
    return select(
        coding.c.posting_id, coding.c.document_digest, posting.c.document, posting.c.changed_at
    ).join_from(coding, posting, coding.c.posting_id == posting.c.posting_id)


def _booked() -> Select[Any]:
    return (
        select(
            coding.c.posting_id,
            posting.c.document,
            coding.c.facts,
            coding.c.origin,
            posting.c.created_at,
            coding.c.booked_at,
        )
        .join_from(coding, posting, coding.c.posting_id == posting.c.posting_id)
        .order_by(coding.c.booked_at, posting.c.seq)
    )


def _read(connection: Connection, wanted: Select[Any]) -> list[BookedCoding]:
    return [
        BookedCoding(
            row.posting_id,
            json.loads(row.document),
            json.loads(row.facts),
            row.origin,
            row.created_at,
            row.booked_at,
        )
        for row in connection.execute(wanted)
    ]


def _set(connection: Connection, posting_id: str, **values: Any) -> None:
    connection.execute(update(coding).where(coding.c.posting_id == posting_id).values(**values))
