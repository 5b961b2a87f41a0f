"""Confirmations and autonomy as rows: what turned out right or wrong, and what that earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from countersign.nouns.autonomy import Autonomy, Outcome
from countersign.store import change_counters
from countersign.store.tables import autonomy, confirmation


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became clear about one event: would booking it as it stood have been right?"""

    event_id: str
    seq: int
    use_case: str
    segment: str
    confidence: float | None
    correct: bool
    amount: str | None
    origin: str
    confirmed_at: datetime


def put(connection: Connection, rows: Sequence[Confirmation]) -> None:
    """Store confirmations; a later one about the same event replaces the earlier."""
    for start in range(0, len(rows), 500):
        page = rows[start : start + 500]
        ids = [row.event_id for row in page]
        connection.execute(delete(confirmation).where(confirmation.c.event_id.in_(ids)))
        connection.execute(insert(confirmation), [asdict(row) for row in page])


def take_back(connection: Connection, event_id: str) -> bool:
    """Forget what became clear about an event; tell whether anything had."""
    found = connection.execute(delete(confirmation).where(confirmation.c.event_id == event_id))
    return bool(found.rowcount)


def rescore(connection: Connection, use_case: str, confidences: Mapping[str, float]) -> None:
    """Give the outcomes of a use case the confidence of another model.

    What it was not asked about has none from then on, and no longer counts.
    """
    of_use_case = confirmation.c.use_case == use_case
    connection.execute(update(confirmation).where(of_use_case).values(confidence=None))
    if confidences:
        change = (
            update(confirmation)
            .where(confirmation.c.event_id == bindparam("of_event"), of_use_case)
            .values(confidence=bindparam("said"))
        )
        connection.execute(
            change, [{"of_event": key, "said": value} for key, value in confidences.items()]
        )


def read_last_outcomes(
    connection: Connection, use_case: str, segment: str, count: int
) -> list[tuple[float, bool]]:
    """Read confidence and outcome of the last confirmations of a class, newest first.

    Confirmations of events that no model judged have no confidence and are left out. Read at
    every confirmation, thousands at a time: hence plain columns.
    """
    rows = connection.execute(_last(use_case, segment, count))
    return [(confidence, correct) for confidence, correct in rows]


def read_last_amounts(
    connection: Connection, use_case: str, segment: str, count: int
) -> list[Outcome]:
    """Read the last confirmations of a class with their money, those that a model judged."""
    rows = connection.execute(_last(use_case, segment, count, confirmation.c.amount))
    return [
        Outcome(confidence, correct, Decimal(amount or 0)) for confidence, correct, amount in rows
    ]


def read_classes(connection: Connection) -> list[tuple[str, str]]:
    """Read the classes (use case, segment) that have confirmations."""
    rows = connection.execute(select(confirmation.c.use_case, confirmation.c.segment).distinct())
    return [(row.use_case, row.segment) for row in rows]


def read_autonomy(connection: Connection) -> dict[tuple[str, str], Autonomy]:
    """Read what every class has earned."""
    rows = connection.execute(select(autonomy))
    return {(row.use_case, row.segment): Autonomy(**row._mapping) for row in rows}


def save_autonomy(connection: Connection, value: Autonomy) -> None:
    """Write what a class has earned, replacing what was there."""
    connection.execute(
        delete(autonomy).where(
            autonomy.c.use_case == value.use_case, autonomy.c.segment == value.segment
        )
    )
    row: dict[str, Any] = asdict(value)
    connection.execute(insert(autonomy).values(**row))
    change_counters.advance(connection, "autonomy")


def _last(use_case: str, segment: str, count: int, *more: ColumnElement[Any]) -> Select[Any]:
    return (
        select(confirmation.c.confidence, confirmation.c.correct, *more)
        .where(
            confirmation.c.use_case == use_case,
            confirmation.c.segment == segment,
            confirmation.c.confidence.is_not(None),
        )
        .order_by(confirmation.c.seq.desc())
        .limit(count)
    )
