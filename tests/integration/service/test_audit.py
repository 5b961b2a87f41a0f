"""The audit finds whatever was changed, removed or put in another order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from integration.service.desk import Desk, scrap
from sqlalchemy import delete, select, update

from countersign.store.tables import audit_head, audit_record, event, judgement


def _change(**values: Any) -> Callable[[Desk], None]:
    def tamper(desk: Desk) -> None:
        with desk.database.write() as connection:
            connection.execute(update(audit_record).where(audit_record.c.seq == 5).values(**values))

    return tamper


def _remove(desk: Desk) -> None:
    with desk.database.write() as connection:
        connection.execute(delete(audit_record).where(audit_record.c.seq == 5))


def _remove_the_last(desk: Desk) -> None:
    with desk.database.write() as connection:
        last = connection.execute(select(audit_head.c.seq)).scalar_one()
        connection.execute(delete(audit_record).where(audit_record.c.seq == last))


def _swap(desk: Desk) -> None:
    with desk.database.write() as connection:
        rows = connection.execute(
            select(audit_record.c.seq, audit_record.c.body, audit_record.c.step).where(
                audit_record.c.seq.in_((5, 6))
            )
        ).all()
        for row, other in zip(rows, reversed(rows), strict=True):
            change = update(audit_record).where(audit_record.c.seq == row.seq)
            connection.execute(change.values(body=other.body, step=other.step))


def _change_fact(table: Any, column: str) -> Callable[[Desk], None]:
    def tamper(desk: Desk) -> None:
        with desk.database.write() as connection:
            row = connection.execute(select(table)).first()
            assert row is not None
            changed = row._mapping[column].replace("100234", "100235", 1)
            changed = changed if changed != row._mapping[column] else changed + " "
            where = next(iter(table.primary_key)) == row[0]
            connection.execute(update(table).where(where).values(**{column: changed}))

    return tamper


TAMPERINGS = [
    ("the actor", _change(actor="key:nobody")),
    ("the step", _change(step="event_repeated")),
    ("the body", _change(body="{}")),
    ("the order", _change(order_id="1")),
    ("the hash", _change(hash="0" * 64)),
    ("a removed record", _remove),
    ("a removed last record", _remove_the_last),
    ("swapped records", _swap),
    ("a changed event", _change_fact(event, "body")),
    ("a changed assessment", _change_fact(judgement, "assessment")),
    ("a changed decision", _change_fact(judgement, "decision")),
]


@pytest.mark.parametrize(
    "tamper", [case[1] for case in TAMPERINGS], ids=[case[0] for case in TAMPERINGS]
)
def test_verification_finds(desk: Desk, tamper: Callable[[Desk], None]) -> None:
    desk.receive(scrap(1), scrap(2), scrap(3))
    assert desk.flaws() == []
    tamper(desk)
    assert desk.flaws()
