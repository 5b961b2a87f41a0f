"""Triage: failures by cause, so that people fix one thing and resubmit all that wait for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from countersign.store import refusals


@dataclass(frozen=True, slots=True)
class Cluster:
    """Refused postings with the same cause; ``waiting`` counts what waits behind them.

    ``text`` is what the ERP said about one of them.
    """

    erp: str
    fingerprint: str
    code: str
    entity: str
    field: str
    text: str
    postings: int
    waiting: int
    oldest_at: datetime


def clusters(connection: Connection, erp: str | None = None) -> list[Cluster]:
    """Return the causes for which postings are refused now, the one that blocks most first."""
    waiting = refusals.count_waiting_behind_refused(connection)
    found = [
        Cluster(
            erp=row.erp,
            fingerprint=row.fingerprint,
            code=row.code or "",
            entity=row.entity or "",
            field=row.field or "",
            text=row.text or "",
            postings=row.refused,
            waiting=waiting.get((row.erp, row.fingerprint), 0),
            oldest_at=row.oldest_at,
        )
        for row in refusals.group_refused(connection)
        if erp is None or row.erp == erp
    ]
    return sorted(found, key=lambda cluster: -(cluster.postings + cluster.waiting))
