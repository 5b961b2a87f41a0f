"""A person decides: what follows, what is refused, and what is learned from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from integration.service.desk import ANNA, OLGA, ORDER, Desk, confirmation, order, quantity, scrap

from countersign.decide.approvals import Approver, Refused
from countersign.journey.review import BadCorrection, NotFound
from countersign.nouns.posting import idempotency_key
from countersign.store import approvals
from countersign.store.approvals import Pace


def asked(desk: Desk, envelope: dict[str, Any] | None = None, **policy: Any) -> str:
    """Have a person asked about an event, and return the task."""
    desk.use_policy("supervise", **policy)
    (receipt,) = desk.receive(envelope or scrap())
    assert receipt.approval_id
    return receipt.approval_id


def test_approving_queues_the_document_under_the_events_key(desk: Desk) -> None:
    task = asked(desk)
    row = desk.decide(task, "approve")
    (posting,) = desk.postings()
    assert (row.state, row.decided_by) == ("approved", "olga")
    assert posting.posting_id == idempotency_key(task, "scrap_report")
    assert posting.state == "queued"
    assert desk.outcomes()[-1].state == "queued"


def test_correcting_books_what_the_person_says(desk: Desk) -> None:
    task = asked(desk)
    correction = scrap()["data"] | {"quantity": quantity("5")}
    row = desk.decide(task, "correct", correction=correction)
    (posting,) = desk.postings()
    assert row.state == "corrected"
    assert '"quantity_string":"5"' in posting.document


def test_correcting_the_order_moves_event_progress_and_document(desk: Desk) -> None:
    desk.put_order(order(order_id="200"))
    task = asked(desk, confirmation())
    desk.decide(task, "correct", correction=confirmation()["data"] | {"order_id": "200"})
    (posting,) = desk.postings()
    progress = desk.progress()
    assert posting.order_id == "200"
    assert progress is not None
    assert progress.operation("0010").yield_quantity == 0


def test_rejecting_books_nothing_and_takes_the_event_out_of_the_progress(desk: Desk) -> None:
    task = asked(desk, confirmation())
    desk.decide(task, "reject", reason="counted twice")
    progress = desk.progress()
    assert desk.postings() == []
    assert progress is not None
    assert progress.operation("0010").yield_quantity == 0
    assert desk.outcomes()[-1].state == "cancelled"


def test_a_held_task_can_be_approved_later(desk: Desk) -> None:
    task = asked(desk)
    assert desk.decide(task, "hold", reason="looking for the lot").state == "held"
    assert desk.decide(task, "approve").state == "approved"


def test_what_forbids_booking_cannot_be_approved_away(desk: Desk) -> None:
    task = asked(desk, scrap(material_id="NOBODY-KNOWS"))
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "approve")
    assert refusal.value.code == "still_blocked"
    assert desk.decide(task, "correct", correction=scrap()["data"]).state == "corrected"


def test_a_card_is_stale_when_the_order_moved_on(desk: Desk) -> None:
    task = asked(desk)
    shown = desk.hash_of(task)
    desk.receive(confirmation(9))
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "approve", context_hash=shown)
    assert refusal.value.code == "stale"
    assert desk.decide(task, "approve").state == "approved"


def test_nobody_decides_what_another_has_claimed_until_the_claim_runs_out(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "claim", ANNA)
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "approve", OLGA)
    assert refusal.value.code == "claimed"
    desk.move_clock(minutes=3)
    assert desk.decide(task, "approve", OLGA).state == "approved"


def test_above_the_limit_two_people_decide(desk: Desk) -> None:
    task = asked(desk, four_eyes_above="5")
    assert desk.decide(task, "approve", ANNA).state == "awaiting_second"
    assert desk.postings() == []
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "approve", ANNA)
    assert refusal.value.code == "same_person"
    assert desk.decide(task, "approve", OLGA).state == "approved"
    assert len(desk.postings()) == 1


def test_a_role_is_needed(desk: Desk) -> None:
    task = asked(desk)
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "approve", Approver("guest", frozenset({"visitor"})))
    assert refusal.value.code == "role_missing"


@pytest.mark.parametrize(
    ("correction", "pointer"),
    [
        (None, "/correction"),
        (scrap()["data"] | {"quantity": quantity("-5")}, "/correction/quantity/quantity_string"),
        (scrap()["data"] | {"site_id": "2000"}, "/correction/site_id"),
        ({"order_id": ORDER}, "/correction"),
    ],
)
def test_a_broken_correction_is_refused_with_the_place(
    desk: Desk, correction: dict[str, Any] | None, pointer: str
) -> None:
    task = asked(desk)
    with pytest.raises(BadCorrection) as refusal:
        desk.decide(task, "correct", correction=correction)
    assert refusal.value.errors[0][0] == pointer
    assert desk.postings() == []


def test_a_decision_is_final(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "approve")
    with pytest.raises(Refused) as refusal:
        desk.decide(task, "reject")
    assert refusal.value.code == "already_decided"


def test_an_unknown_task_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.decide("0" * 32, "claim", context_hash="0" * 64)


def test_every_decision_stands_in_the_audit_with_its_person(desk: Desk) -> None:
    task = asked(desk)
    desk.decide(task, "claim", ANNA)
    desk.decide(task, "reject", ANNA, reason="counted twice")
    assert desk.steps()[-2:] == ["approval_claimed", "approval_rejected"]
    assert desk.flaws() == []


def test_the_pace_tells_who_approves_faster_than_one_can_read(desk: Desk) -> None:
    since = desk.now
    tasks = [asked(desk, scrap(number)) for number in range(1, 6)]
    for task, seconds in zip(tasks[:3], (1.999, 2, 70), strict=True):
        desk.decide(task, "claim", ANNA)
        desk.move_clock(seconds=seconds)
        desk.decide(task, "approve", ANNA)
    desk.decide(tasks[3], "approve", ANNA)
    desk.decide(tasks[4], "claim", OLGA)
    desk.decide(tasks[4], "reject", OLGA)
    with desk.database.read() as connection:
        pace = approvals.read_pace(connection, since, 2000)
        later = approvals.read_pace(connection, desk.now + timedelta(seconds=1), 2000)
    assert pace == [Pace("anna", 4, 1, 1), Pace("olga", 1, 0, 0)]
    assert later == []


def test_who_keeps_a_claim_alive_has_looked_since_its_beginning(desk: Desk) -> None:
    since = desk.now
    task = asked(desk)
    desk.decide(task, "claim", ANNA)
    desk.move_clock(seconds=90)
    desk.decide(task, "claim", ANNA)
    desk.move_clock(seconds=1)
    assert desk.decide(task, "approve", ANNA).considered_ms == 91_000
    other = asked(desk, scrap(2))
    desk.decide(other, "claim", ANNA)
    desk.move_clock(minutes=5)
    desk.decide(other, "claim", OLGA)
    desk.move_clock(seconds=1)
    assert desk.decide(other, "approve", OLGA).considered_ms == 1_000
    with desk.database.read() as connection:
        assert [row.hasty for row in approvals.read_pace(connection, since, 2000)] == [0, 1]
