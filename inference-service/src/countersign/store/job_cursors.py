"""Job cursors: how far a maintenance job has read the outcomes."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from countersign.store.tables import job_cursor


def lock(connection: Connection, job: str) -> int:
    """Return the position of a job, 0 at first; no other worker runs it until the commit."""
    position = connection.execute(
        select(job_cursor.c.position).where(job_cursor.c.job == job).with_for_update()
    ).scalar()
    if position is None:
        connection.execute(insert(job_cursor).values(job=job, position=0))
        return 0
    return int(position)


def claim(connection: Connection, job: str, position: int) -> bool:
    """Move a job to a position, and tell whether nobody was there before."""
    if lock(connection, job) >= position:
        return False
    move(connection, job, position)
    return True


def read(connection: Connection, job: str) -> int:
    """Return the position of a job without keeping others from it; 0 where it never ran."""
    query = select(job_cursor.c.position).where(job_cursor.c.job == job)
    return int(connection.execute(query).scalar() or 0)


def move(connection: Connection, job: str, position: int) -> None:
    """Remember that a job has read up to a position."""
    connection.execute(update(job_cursor).where(job_cursor.c.job == job).values(position=position))
