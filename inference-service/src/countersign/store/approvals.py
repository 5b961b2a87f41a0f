"""Approvals as rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, select, update

from countersign.store.tables import approval, event

_INSERT = insert(approval)
UNDECIDED = ("open", "claimed", "awaiting_second", "held")
DECIDED = ("approved", "corrected", "rejected")


@dataclass(frozen=True, slots=True)
class NewApproval:
    """A task for a person, ready to be stored."""

    approval_id: str
    seq: int
    event_id: str
    use_case: str
    site_id: str
    order_id: str
    cause: str
    title: str
    amount: str | None
    four_eyes: bool
    requested_at: datetime
    due_at: datetime
    posting_id: str | None = None
    deviation: str | None = None
    state: str = "open"
    version: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody decides: ``hasty`` were approved sooner than anybody can read them.

    ``unopened`` were decided without a claim, so nobody knows whether they were looked at.
    """

    person_id: str
    decided: int
    hasty: int
    unopened: int


def insert_all(connection: Connection, new: Sequence[NewApproval]) -> None:
    """Store tasks."""
    if new:
        connection.execute(_INSERT, [asdict(row) for row in new])


def read(connection: Connection, approval_id: str, *, lock: bool = False) -> Row[Any] | None:
    """Read one task; with ``lock`` nobody else changes it until the commit."""
    query = select(approval).where(approval.c.approval_id == approval_id)
    if lock:
        query = query.with_for_update().with_hint(approval, "WITH (UPDLOCK, ROWLOCK)", "mssql")
    return connection.execute(query).first()


def read_of_event(connection: Connection, event_id: str) -> list[Row[Any]]:
    """Read the tasks that an event has led to, oldest first."""
    query = select(approval).where(approval.c.event_id == event_id).order_by(approval.c.seq)
    return list(connection.execute(query))


def change(connection: Connection, approval_id: str, **values: Any) -> None:
    """Change a task that the caller has locked."""
    connection.execute(
        update(approval)
        .where(approval.c.approval_id == approval_id)
        .values(version=approval.c.version + 1, **values)
    )


def dismiss_of_posting(connection: Connection, posting_id: str, now: datetime) -> None:
    """Close the open tasks of a posting that somebody settled in another way."""
    connection.execute(
        update(approval)
        .where(approval.c.posting_id == posting_id, approval.c.state.in_(UNDECIDED))
        .values(state="dismissed", decided_at=now, version=approval.c.version + 1)
    )


def find(
    connection: Connection,
    *,
    states: Sequence[str] = UNDECIDED,
    use_case: str | None = None,
    order_id: str | None = None,
    site_id: str | None = None,
    cause: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 100,
) -> list[Row[Any]]:
    """Read tasks by state and filters, the earliest deadline first."""
    wanted: list[ColumnElement[bool]] = [approval.c.state.in_(list(states))]
    for column, value in (
        (approval.c.use_case, use_case),
        (approval.c.order_id, order_id),
        (approval.c.site_id, site_id),
        (approval.c.cause, cause),
    ):
        if value is not None:
            wanted.append(column == value)
    if after is not None:
        due_at, approval_id = after
        wanted.append(
            (approval.c.due_at > due_at)
            | ((approval.c.due_at == due_at) & (approval.c.approval_id > approval_id))
        )
    query = (
        select(approval)
        .where(*wanted)
        .order_by(approval.c.due_at, approval.c.approval_id)
        .limit(limit)
    )
    return list(connection.execute(query))


def count_by_cause(connection: Connection) -> list[tuple[str, int, datetime]]:
    """Count the undecided tasks by cause, with the earliest deadline of each."""
    rows = connection.execute(
        select(approval.c.cause, func.count(), func.min(approval.c.due_at))
        .where(approval.c.state.in_(UNDECIDED))
        .group_by(approval.c.cause)
        .order_by(func.min(approval.c.due_at))
    )
    return [(row[0], row[1], row[2]) for row in rows]


def count_by_order(connection: Connection, order_ids: Collection[str]) -> dict[str, int]:
    """Count the undecided tasks of orders; an order without any is left out."""
    rows = connection.execute(
        select(approval.c.order_id, func.count())
        .where(approval.c.state.in_(UNDECIDED), approval.c.order_id.in_(list(order_ids)))
        .group_by(approval.c.order_id)
    )
    return {row.order_id: row[1] for row in rows}


def undecided_operations(
    connection: Connection,
    use_case: str,
    order_ids: Collection[str],
    *,
    before_seq: int | None = None,
) -> set[tuple[str, str]]:
    """Return the operations (order, operation) of which an event waits for a person.

    Tasks about what an ERP asks back are left out: their postings wait in their stream.
    """
    query = (
        select(event.c.order_id, event.c.operation_id)
        .distinct()
        .join(approval, approval.c.event_id == event.c.event_id)
        .where(
            approval.c.state.in_(UNDECIDED),
            approval.c.use_case == use_case,
            approval.c.order_id.in_(list(order_ids)),
            approval.c.posting_id.is_(None),
        )
    )
    if before_seq is not None:
        query = query.where(approval.c.seq < before_seq)
    return {(row.order_id, row.operation_id) for row in connection.execute(query)}


def read_pace(connection: Connection, since: datetime, hasty_ms: int) -> list[Pace]:
    """Count what each person has decided since a time, the busiest first."""
    is_hasty = (approval.c.considered_ms < hasty_ms) & (approval.c.state == "approved")
    decided = func.count()
    rows = connection.execute(
        select(
            approval.c.decided_by,
            decided,
            func.sum(case((is_hasty, 1), else_=0)),
            func.sum(case((approval.c.considered_ms.is_(None), 1), else_=0)),
        )
        .where(approval.c.decided_at >= since, approval.c.decided_by.is_not(None))
        .where(approval.c.state.in_(DECIDED))
        .group_by(approval.c.decided_by)
        .order_by(decided.desc(), approval.c.decided_by)
    )
    return [Pace(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
