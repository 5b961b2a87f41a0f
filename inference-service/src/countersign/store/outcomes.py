"""Outcomes: what became of events, in the order of commits; the gateway reads them by cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from countersign.store.bulk import BulkInsert, BulkUpdate
from countersign.store.tables import event, outcome

_SET_STATE = BulkUpdate(event, ("event_id",), ("state",))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change of an event's state; ``outcome_id`` is a number of the audit chain."""

    outcome_id: int
    event_id: str
    source: str
    event_key: str
    order_id: str
    state: str
    text: str
    document_id: str | None
    at: datetime

    def to_data(self) -> dict[str, Any]:
        """Write the outcome as the contract wants it."""
        data: dict[str, Any] = {
            "outcome_id": self.outcome_id,
            "event_id": self.event_id,
            "source": self.source,
            "id": self.event_key,
            "order_id": self.order_id,
            "state": self.state,
            "text": self.text,
            "at": self.at.isoformat(),
        }
        if self.document_id:
            data["document_id"] = self.document_id
        return data


_INSERT, _row = BulkInsert.of(outcome, Outcome)


def append(connection: Connection, outcomes: Sequence[Outcome], *, new_events: bool) -> None:
    """Write outcomes; events that were stored before take the new state as well."""
    if not outcomes:
        return
    _INSERT(connection, map(_row, outcomes))
    if not new_events:
        last = {row.event_id: row.state for row in outcomes}
        _SET_STATE(connection, last.items())


def read_after(connection: Connection, after: int, limit: int) -> list[Outcome]:
    """Read outcomes behind a cursor, oldest first."""
    rows = connection.execute(
        select(outcome)
        .where(outcome.c.outcome_id > after)
        .order_by(outcome.c.outcome_id)
        .limit(limit)
    )
    return [Outcome(**row._mapping) for row in rows]
