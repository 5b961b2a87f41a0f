"""An event comes in: stored once, judged, passed on, and answered the same way every time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from integration.service.desk import ORDER, SITE, Desk, confirmation, order, quantity, scrap

from countersign.nouns.event import event_id_of


def test_in_observe_everything_is_judged_and_nothing_is_booked(desk: Desk) -> None:
    (receipt,) = desk.receive(scrap())
    assert (receipt.status, receipt.outcome) == ("accepted", "observe")
    assert desk.postings() == []
    assert desk.steps() == ["event_received", "event_assessed", "event_decided", "event_observed"]
    assert [row.state for row in desk.outcomes()] == ["observe"]


def test_in_supervise_a_person_is_asked(desk: Desk) -> None:
    desk.use_policy("supervise")
    (receipt,) = desk.receive(scrap())
    assert receipt.outcome == "review"
    assert receipt.approval_id == receipt.event_id
    assert desk.count("approval") == 1


def test_the_same_event_gets_the_same_answer_again(desk: Desk) -> None:
    desk.use_policy("supervise")
    (first,) = desk.receive(scrap())
    (again,) = desk.receive(scrap())
    assert again.status == "duplicate"
    assert (again.outcome, again.reasons, again.approval_id) == (
        first.outcome,
        first.reasons,
        first.approval_id,
    )
    assert desk.count("event") == 1
    assert desk.steps()[-1] == "event_repeated"


def test_an_event_twice_in_one_batch_is_stored_once(desk: Desk) -> None:
    first, again = desk.receive(scrap(), scrap())
    assert (first.status, again.status) == ("accepted", "duplicate")
    assert desk.count("event") == 1


def test_another_context_does_not_make_it_another_event(desk: Desk) -> None:
    contexts = [{"read_at": f"2026-03-02T14:05:0{second}Z", "oee": "0.8"} for second in (4, 5)]
    (first,) = desk.receive(scrap(context=contexts[0]))
    for again in (scrap(context=contexts[1]), scrap()):
        (receipt,) = desk.receive(again)
        assert (receipt.status, receipt.event_id) == ("duplicate", first.event_id)
    (other,) = desk.receive(scrap(context=contexts[1], note="other"))
    assert other.status == "conflict"


def test_another_body_under_the_same_id_is_a_conflict_with_both_digests(desk: Desk) -> None:
    (first,) = desk.receive(scrap())
    stored, same_batch = desk.receive(scrap(note="other"), scrap(note="third"))
    for conflict in (stored, same_batch):
        assert conflict.status == "conflict"
        assert conflict.digest != conflict.first_digest
        assert conflict.event_id == first.event_id
    assert desk.count("event") == 1


def test_a_broken_event_leaves_nothing_but_its_refusal_in_the_audit(desk: Desk) -> None:
    good, broken = desk.receive(scrap(1), scrap(2, quantity=quantity("-1")))
    assert (good.status, broken.status) == ("accepted", "refused")
    assert broken.errors[0][0] == "/data/quantity/quantity_string"
    assert desk.count("event") == 1
    assert desk.steps().count("event_refused") == 1


HELD = [
    ("unknown order", {"order_id": "999999"}),
    ("unknown material", {"material_id": "NOBODY-KNOWS"}),
    ("a unit that cannot be converted", {"quantity": quantity("3", "KGM")}),
]


@pytest.mark.parametrize("changes", [case[1] for case in HELD], ids=[case[0] for case in HELD])
def test_a_fact_that_forbids_booking_holds_the_event(
    desk: Desk, changes: dict[str, object]
) -> None:
    desk.use_policy("automate")
    (receipt,) = desk.receive(scrap(**changes))
    assert receipt.outcome == "hold"
    assert receipt.reasons[0]


def test_a_closed_order_holds_the_event(desk: Desk) -> None:
    desk.use_policy("automate")
    desk.put_order(order("closed"))
    (receipt,) = desk.receive(scrap())
    assert receipt.outcome == "hold"


def test_master_data_that_changed_counts_for_the_next_event(desk: Desk) -> None:
    desk.use_policy("automate")
    (held,) = desk.receive(scrap(1, order_id="200"))
    desk.put_order(order(order_id="200"))
    (known,) = desk.receive(scrap(2, order_id="200"))
    assert (held.outcome, known.outcome) == ("hold", "review")


def test_events_of_one_batch_see_the_progress_of_the_ones_before(desk: Desk) -> None:
    desk.receive(*(confirmation(number) for number in range(1, 6)))
    progress = desk.progress()
    assert progress is not None
    assert progress.operation("0010").yield_quantity == Decimal(50)
    assert progress.operation("0010").confirmations == 5


def test_two_writers_that_meet_the_same_events_store_each_once(desk: Desk) -> None:
    batches = [[scrap(number) for number in range(start, start + 10)] for start in (0, 5, 0, 5)]
    with ThreadPoolExecutor(4) as pool:
        receipts = [row for batch in pool.map(lambda b: desk.receive(*b), batches) for row in batch]
    assert desk.count("event") == 15
    accepted = [receipt.event_id for receipt in receipts if receipt.status == "accepted"]
    assert len(accepted) == len(set(accepted)) == 15
    assert desk.flaws() == []


def test_outcomes_stand_in_the_order_of_commits_and_belong_to_their_events(desk: Desk) -> None:
    desk.receive(scrap(1), scrap(2))
    desk.receive(scrap(3))
    rows = desk.outcomes()
    assert [row.event_key for row in rows] == ["evt-00000001", "evt-00000002", "evt-00000003"]
    assert [row.outcome_id for row in rows] == sorted(row.outcome_id for row in rows)
    assert rows[0].event_id == event_id_of(f"/sites/{SITE}/gateways/gw1", "evt-00000001")
    assert rows[0].order_id == ORDER
