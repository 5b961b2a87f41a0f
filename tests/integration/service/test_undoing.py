"""A decision is taken back before its documents are sent, as if it had never been made."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from integration.service.desk import ANNA, OLGA, ORDER, Desk, confirmation, order, quantity, scrap

from countersign.decide.approvals import Approver, Refused
from countersign.journey.review import NotFound
from countersign.store import confirmations, progress
from countersign.store.confirmations import Confirmation


def asked(desk: Desk, envelope: dict[str, Any] | None = None, **policy: Any) -> str:
    """Have a person asked about an event, and return the task."""
    desk.use_policy("supervise", **policy)
    (receipt,) = desk.receive(envelope or confirmation())
    assert receipt.approval_id
    return receipt.approval_id


def good(desk: Desk, order_id: str = ORDER) -> Decimal:
    """Return how many good pieces are counted for the first operation of an order."""
    with desk.database.read() as connection:
        current = progress.read(connection, order_id)
    return current.operation("0010").yield_quantity if current else Decimal(0)


def test_the_window_to_take_a_decision_back_holds_its_documents(desk: Desk) -> None:
    task = asked(desk, undo_seconds=10)
    desk.decide(task, "approve")
    (posting,) = desk.postings()
    assert posting.not_before == desk.now + timedelta(seconds=10)


def test_a_decision_taken_back_leaves_nothing_behind(desk: Desk) -> None:
    task = asked(desk)
    before, shown = good(desk), desk.hash_of(task)
    desk.decide(task, "approve")
    row = desk.undo(task)
    assert (row.state, row.decided_by, row.decided_at, row.reason) == ("open", None, None, None)
    assert desk.postings() == []
    assert good(desk) == before == Decimal(10)
    assert desk.hash_of(task) == shown
    assert desk.outcomes()[-1].state == "review"
    assert "approval_undone" in desk.steps()
    assert desk.flaws() == []


def test_what_the_decision_has_taught_is_forgotten(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "approve")
    learned = Confirmation(
        task, 1, "production_confirmation", "1000", 0.9, True, None, "person", desk.now
    )
    with desk.database.write() as connection:
        confirmations.put(connection, [learned])
    desk.undo(task)
    assert desk.count("confirmation") == 0
    assert desk.flaws() == []


def test_a_correction_taken_back_restores_both_orders(desk: Desk) -> None:
    desk.put_order(order(order_id="200"))
    task = asked(desk)
    corrected = confirmation()["data"] | {"order_id": "200", "yield_quantity": quantity("4")}
    desk.decide(task, "correct", correction=corrected)
    assert (good(desk), good(desk, "200")) == (Decimal(0), Decimal(4))
    desk.undo(task)
    assert (good(desk), good(desk, "200")) == (Decimal(10), Decimal(0))


def test_what_was_taken_back_can_be_decided_otherwise(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "approve")
    desk.undo(task)
    corrected = confirmation()["data"] | {"yield_quantity": quantity("7")}
    desk.decide(task, "correct", correction=corrected)
    (posting,) = desk.postings()
    assert '"quantity_string":"7"' in posting.document
    assert good(desk) == Decimal(7)
    desk.undo(task)
    desk.decide(task, "reject", reason="never happened")
    assert desk.postings() == []
    assert good(desk) == Decimal(0)


def test_two_people_decide_again_what_two_people_had_decided(desk: Desk) -> None:
    task = asked(desk, scrap(), four_eyes_above="5")
    desk.decide(task, "approve", ANNA)
    desk.decide(task, "approve", OLGA)
    row = desk.undo(task)
    assert (row.state, row.first_approved_by) == ("open", None)
    assert desk.decide(task, "approve", ANNA).state == "awaiting_second"


def test_what_the_erp_may_have_seen_is_not_taken_back(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "approve")
    for values in ({"state": "sending"}, {"state": "queued", "attempts": 1}, {"state": "posted"}):
        desk.tamper("posting", **values)
        with pytest.raises(Refused) as refusal:
            desk.undo(task)
        assert refusal.value.code == "too_late"
        assert len(desk.postings()) == 1


@pytest.mark.parametrize("action", ["claim", "hold", "reject"])
def test_only_what_would_be_booked_can_be_taken_back(desk: Desk, action: Any) -> None:
    task = asked(desk)
    desk.decide(task, action)
    with pytest.raises(Refused) as refusal:
        desk.undo(task)
    assert refusal.value.code == "not_decided"


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (ANNA, True),
        (OLGA, True),
        (Approver("bram", frozenset({"operator"})), False),
        (Approver("anna", frozenset({"visitor"})), False),
    ],
)
def test_who_decided_takes_it_back_or_somebody_who_looks_after_them(
    desk: Desk, who: Approver, may: bool
) -> None:
    task = asked(desk)
    desk.decide(task, "approve", ANNA)
    if may:
        assert desk.undo(task, who).state == "open"
        return
    with pytest.raises(Refused) as refusal:
        desk.undo(task, who)
    assert refusal.value.code == "role_missing"


def test_an_unknown_task_cannot_be_taken_back(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.undo("0" * 32)
