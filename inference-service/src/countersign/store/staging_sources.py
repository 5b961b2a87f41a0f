"""Staging sources: which process reads a staging table now, and how the table stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, or_, select, update

from countersign.store.tables import staging_source

MAX_PROBLEM_LENGTH = 500


@dataclass(frozen=True, slots=True)
class StagingSource:
    """How a staging table stood when it was read last; ``problem`` says why it could not be."""

    name: str
    read_at: datetime | None
    waiting: int
    refused: int
    problem: str | None


def lease(connection: Connection, name: str, owner: str, now: datetime, until: datetime) -> bool:
    """Take a table for one reader; tell whether nobody else has it."""
    known = connection.execute(
        select(staging_source.c.name).where(staging_source.c.name == name)
    ).first()
    if known is None:
        connection.execute(
            insert(staging_source).values(
                name=name, lease_owner=owner, lease_until=until, waiting=0, refused=0
            )
        )
        return True
    is_free = or_(
        staging_source.c.lease_until.is_(None),
        staging_source.c.lease_until <= now,
        staging_source.c.lease_owner == owner,
    )
    taken = connection.execute(
        update(staging_source)
        .where(staging_source.c.name == name, is_free)
        .values(lease_owner=owner, lease_until=until)
    )
    return taken.rowcount == 1


def report(connection: Connection, owner: str, source: StagingSource) -> None:
    """Say how a table stands, and give it back."""
    connection.execute(
        update(staging_source)
        .where(staging_source.c.name == source.name, staging_source.c.lease_owner == owner)
        .values(
            lease_owner=None,
            lease_until=None,
            read_at=source.read_at,
            waiting=source.waiting,
            refused=source.refused,
            problem=None if source.problem is None else source.problem[:MAX_PROBLEM_LENGTH],
        )
    )


def read(connection: Connection, name: str) -> StagingSource | None:
    """Read how a table stood last, nothing where it was never read."""
    return next((source for source in read_all(connection) if source.name == name), None)


def read_all(connection: Connection) -> list[StagingSource]:
    """Read how all tables stood last, by name."""
    columns = staging_source.c
    rows = connection.execute(
        select(
            columns.name, columns.read_at, columns.waiting, columns.refused, columns.problem
        ).order_by(columns.name)
    )
    return [StagingSource(*row) for row in rows]
