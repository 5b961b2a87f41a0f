"""Finals: no final confirmation goes before a confirmation of its operation that still waits.

An ERP that closes the operation with its final confirmation would refuse the partial one that a
person decides later. What is decided enters the stream of its order at its end; so it is enough
that a final confirmation is not decided before the confirmations that came before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from countersign.nouns.event import Event
from countersign.store import approvals, postings
from countersign.store.postings import PostingRecord

USE_CASE = "production_confirmation"
DOCUMENT_KIND = "production_confirmation"
GONE = frozenset({"cancelled", "reversed"})
MOST_OF_AN_ORDER = 10_000

Operations = set[tuple[str, str]]
"""Operations as pairs of order and operation."""


def is_confirmation(event: Event) -> bool:
    """Tell whether an event confirms an operation, in part or as finished."""
    return event.use_case == USE_CASE


def is_final(event: Event) -> bool:
    """Tell whether an event confirms an operation as finished."""
    return is_confirmation(event) and event.data["confirmation"] == "final"


def operation_of(event: Event) -> tuple[str, str]:
    """Return the order and the operation of an event."""
    return event.order_id, event.operation_id


def with_waiting(connection: Connection, events: Iterable[Event]) -> Operations:
    """Return the operations of which a confirmation waits for a person.

    Only the orders of final confirmations are looked up; nobody else asks.
    """
    orders = {event.order_id for event in events if is_final(event)}
    if not orders:
        return set()
    return approvals.undecided_operations(connection, USE_CASE, orders)


def overtaken(event: Event, waiting: Operations) -> str:
    """Return the operation that a final confirmation would end too early; empty where it may go."""
    return event.operation_id if is_final(event) and operation_of(event) in waiting else ""


def note(event: Event, outcome: str, waiting: Operations) -> None:
    """Note that an event waits for a person now, for those behind it."""
    if is_confirmation(event) and outcome in ("review", "hold"):
        waiting.add(operation_of(event))


def is_overtaking(connection: Connection, event: Event, asked_seq: int) -> bool:
    """Tell whether a final confirmation would go before one that was asked about earlier."""
    if not is_final(event):
        return False
    orders = {event.order_id}
    waiting = approvals.undecided_operations(connection, USE_CASE, orders, before_seq=asked_seq)
    return operation_of(event) in waiting


def is_followed(connection: Connection, event: Event, seq: int) -> bool:
    """Tell whether the operation was confirmed as finished after a document of it."""
    if not is_confirmation(event):
        return False
    return any(
        record.seq > seq and record.state not in GONE and _ends(record, event.operation_id)
        for record in postings.find(connection, order_id=event.order_id, limit=MOST_OF_AN_ORDER)
    )


def _ends(record: PostingRecord, operation_id: str) -> bool:
    document = json.loads(record.document)
    return (
        record.kind == DOCUMENT_KIND
        and document["final"] is True
        and document["operation_id"] == operation_id
    )
