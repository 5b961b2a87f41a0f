"""Streams: the postings of one order in one ERP, worked on in sequence by one worker at a time.

A stream is what workers claim, so claiming costs the same however many postings wait. Locks are
always taken in this order: rows of *ready* and *leased* streams (by workers only, who skip what
others hold), then the head of the audit chain, then everything else. Whoever holds the head may
change idle and blocked streams, which no worker touches, and so no two writers wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Select, bindparam, func, literal_column, null, select, update

from countersign.store.among import among
from countersign.store.bulk import BulkInsert, BulkUpdate
from countersign.store.tables import stream

StreamState = Literal["idle", "ready", "leased", "blocked"]
"""idle: nothing open; ready: claimed from ``next_at`` on; leased: a worker has it; blocked: its
first open posting waits for a person."""


@dataclass(frozen=True, slots=True)
class ClaimedStream:
    """A stream that this worker holds; the fence tells its lease from every other one."""

    stream_id: str
    order_id: str
    fence: int


@dataclass(frozen=True, slots=True)
class Release:
    """What becomes of a stream that a worker gives back."""

    stream_id: str
    fence: int
    state: StreamState
    next_at: datetime


def stream_id_of(erp: str, order_id: str) -> str:
    """Return the identity of the stream of an order in an ERP."""
    return f"{erp}/{order_id}"


_INSERT = BulkInsert(stream, ("stream_id", "erp", "order_id", "state", "next_at", "fence"))
_WAKE = BulkUpdate(
    stream, ("stream_id", "state"), ("next_at",), also={"state": literal_column("'ready'")}
)
_RELEASE = BulkUpdate(
    stream,
    ("stream_id", "fence"),
    ("state", "next_at"),
    also={
        "lease_owner": null(),
        "lease_until": null(),
        "fence": stream.c.fence + literal_column("1"),
    },
    only=stream.c.state == literal_column("'leased'"),
)

_HOLD = (
    select(stream.c.stream_id, stream.c.fence)
    .where(
        among(stream.c.stream_id),
        stream.c.lease_owner == bindparam("owner"),
        stream.c.state == "leased",
    )
    .with_for_update()
    .with_hint(stream, "WITH (UPDLOCK, ROWLOCK)", "mssql")
)
_LEASE = (
    update(stream)
    .where(among(stream.c.stream_id))
    .values(
        state="leased",
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        fence=stream.c.fence + 1,
    )
    .returning(stream.c.stream_id, stream.c.order_id, stream.c.fence)
)
_LEASE_READY = _LEASE.where(stream.c.state == "ready")
_LEASE_EXPIRED = _LEASE.where(stream.c.state == "leased", stream.c.lease_until < bindparam("now"))
_DUE = (
    select(stream.c.stream_id)
    .where(
        stream.c.erp == bindparam("of_erp"),
        stream.c.state == "ready",
        stream.c.next_at <= bindparam("now"),
    )
    .order_by(stream.c.next_at)
    .limit(bindparam("count"))
)
_EXPIRED = (
    select(stream.c.stream_id)
    .where(
        stream.c.state == "leased",
        stream.c.lease_until < bindparam("now"),
        stream.c.erp == bindparam("of_erp"),
    )
    .order_by(stream.c.lease_until)
    .limit(bindparam("count"))
)


def _locked(query: Select[tuple[str]]) -> Select[tuple[str]]:
    """Lock the rows and skip locked ones: a clause on PostgreSQL, a hint on SQL Server.

    SQLite has one writer and needs neither; SQL Server renders no ``FOR UPDATE`` at all.
    """
    return query.with_for_update(skip_locked=True).with_hint(
        stream, "WITH (UPDLOCK, READPAST, ROWLOCK)", "mssql"
    )


_PICK_DUE = _locked(_DUE)
_PICK_EXPIRED = _locked(_EXPIRED)


_STATES = select(stream.c.stream_id, stream.c.state).where(among(stream.c.stream_id))


def wake_for_new(
    connection: Connection, orders: Mapping[str, tuple[str, str]], at: datetime
) -> None:
    """Make sure that streams exist and that idle ones are looked at from ``at`` on.

    ``orders`` maps stream ids to ERP and order. The caller holds the head of the audit chain.
    """
    rows = connection.execute(_STATES, {"ids": list(orders)})
    known = {row.stream_id: row.state for row in rows}
    _INSERT(
        connection,
        [
            (stream_id, erp, order_id, "ready", at, 0)
            for stream_id, (erp, order_id) in orders.items()
            if stream_id not in known
        ],
    )
    idle = [stream_id for stream_id, state in known.items() if state == "idle"]
    _WAKE(connection, [(stream_id, "idle", at) for stream_id in idle])


def wake(connection: Connection, stream_ids: Collection[str], at: datetime) -> None:
    """Have blocked, idle and waiting streams looked at from ``at`` on.

    A ready stream that a worker is claiming right now is left alone: it is looked at anyway.
    The caller holds the head of the audit chain.
    """
    _WAKE(
        connection,
        [(key, before, at) for before in ("blocked", "idle") for key in sorted(set(stream_ids))],
    )
    waiting = _locked(
        select(stream.c.stream_id).where(
            stream.c.stream_id.in_(stream_ids), stream.c.state == "ready", stream.c.next_at > at
        )
    )
    ready = list(connection.execute(waiting).scalars())
    _WAKE(connection, [(stream_id, "ready", at) for stream_id in ready])


def has_due(connection: Connection, erp: str, now: datetime) -> bool:
    """Tell whether a stream of the ERP waits to be claimed; takes no lock."""
    return _has_row(connection, _DUE, erp, now)


def has_expired(connection: Connection, erp: str, now: datetime) -> bool:
    """Tell whether a lease of the ERP has run out; takes no lock."""
    return _has_row(connection, _EXPIRED, erp, now)


def claim(
    connection: Connection, erp: str, owner: str, now: datetime, until: datetime, limit: int
) -> list[ClaimedStream]:
    """Lease up to ``limit`` ready streams, the longest waiting first; skips what others hold.

    Called before the head of the audit chain is locked. The state is asked once more while
    leasing, which keeps this right where lock hints are ignored.
    """
    picked = _pick(connection, _PICK_DUE, erp, now, limit)
    if not picked:
        return []
    values = {"ids": picked, "owner": owner, "until": until}
    return [ClaimedStream(*row) for row in connection.execute(_LEASE_READY, values)]


def take_over(
    connection: Connection, erp: str, owner: str, now: datetime, until: datetime, limit: int
) -> list[ClaimedStream]:
    """Lease streams whose worker has not been heard of; their first posting may be half-way.

    Called before the head of the audit chain is locked.
    """
    picked = _pick(connection, _PICK_EXPIRED, erp, now, limit)
    if not picked:
        return []
    values = {"ids": picked, "owner": owner, "until": until, "now": now}
    return [ClaimedStream(*row) for row in connection.execute(_LEASE_EXPIRED, values)]


def hold(connection: Connection, owner: str, stream_ids: Collection[str]) -> dict[str, int]:
    """Lock those of the streams that this worker still leases; return their fences.

    Called before the head of the audit chain is locked.
    """
    rows = connection.execute(_HOLD, {"ids": list(stream_ids), "owner": owner})
    return {row.stream_id: row.fence for row in rows}


def is_leased(connection: Connection, stream_id: str) -> bool:
    """Tell whether a worker has the stream in hand."""
    query = select(stream.c.state).where(stream.c.stream_id == stream_id)
    return connection.execute(query).scalar() == "leased"


def renew(connection: Connection, owner: str, stream_ids: Collection[str], until: datetime) -> None:
    """Prolong leases of a worker; a stream that was taken over meanwhile is left alone."""
    connection.execute(
        update(stream)
        .where(
            stream.c.stream_id.in_(stream_ids),
            stream.c.lease_owner == owner,
            stream.c.state == "leased",
        )
        .values(lease_until=until)
    )


def release(connection: Connection, releases: Sequence[Release]) -> None:
    """Give streams back; one that another worker took over meanwhile is left alone."""
    _RELEASE(connection, [(row.stream_id, row.fence, row.state, row.next_at) for row in releases])


def count_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    """Count the streams by ERP and state, for metrics."""
    rows = connection.execute(
        select(stream.c.erp, stream.c.state, func.count()).group_by(stream.c.erp, stream.c.state)
    )
    return {(erp, state): count for erp, state, count in rows}


def _pick(
    connection: Connection, query: Select[tuple[str]], erp: str, now: datetime, limit: int
) -> list[str]:
    rows = connection.execute(query, {"of_erp": erp, "now": now, "count": limit})
    return [row.stream_id for row in rows]


def _has_row(connection: Connection, query: Select[tuple[str]], erp: str, now: datetime) -> bool:
    return bool(_pick(connection, query, erp, now, 1))
