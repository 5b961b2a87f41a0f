"""Delivering: what becomes of postings, whatever the ERP and the workers do."""

from __future__ import annotations

import pytest
from fake_erp import Fault, shaped
from posting_desk import Desk, OnDemand


def test_a_queued_posting_is_booked_once_and_told(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    record = desk.read(key)
    assert (record.state, record.document_id) == ("posted", "D1")
    assert [(row.action, row.result) for row in desk.attempts(key)] == [("post", "posted")]
    assert [(row.state, row.document_id) for row in desk.outcomes(key)] == [("posted", "D1")]
    assert desk.event_state(key) == "posted"


def test_postings_of_an_order_are_booked_in_sequence(desk: Desk) -> None:
    first, second = desk.queue("100", 40), desk.queue("200", 40)
    desk.erp.faults.extend(["busy", "ok", "ok", "locked", "lost_after", "lost_before"] * 3)
    desk.settle(desk.delivery(), 120)
    assert desk.erp.keys_of("100") == first
    assert desk.erp.keys_of("200") == second
    assert not desk.erp.doubles()


@pytest.mark.parametrize(
    ("fault", "finds"),
    [
        ("lost_after", 1),
        ("lost_before", 2),
        ("late", 2),
        ("crash_before", 2),
        ("crash_after", 1),
    ],
)
def test_a_lost_answer_is_read_back_and_never_sent_blindly(
    desk: Desk, fault: Fault, finds: int
) -> None:
    (key,) = desk.queue("100")
    desk.erp.faults.append(fault)
    delivery = desk.delivery()
    desk.run(delivery)
    assert desk.read(key).state == "outcome_unknown"
    desk.settle(delivery, 30)
    assert desk.read(key).state == "posted"
    assert desk.erp.finds >= finds
    assert len(desk.erp.bookings) == 1
    assert desk.outcomes(key)[0].state == "outcome_unknown"
    assert desk.outcomes(key)[-1].state == "posted"


def test_absence_counts_only_when_a_late_booking_is_out_of_the_question(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.erp.faults.append("lost_before")
    delivery = desk.delivery()
    desk.run(delivery)
    settling_s = desk.erp.shape.call_timeout_s + desk.erp.shape.settle_s
    desk.settle(delivery, settling_s - 0.2, step=0.1)
    assert desk.read(key).state == "outcome_unknown"
    assert desk.erp.posts == 1
    desk.settle(delivery, 1.0, step=0.1)
    assert desk.read(key).state == "posted"


def test_without_a_searchable_key_a_lost_answer_waits_for_a_person(desk: Desk) -> None:
    desk.erp.shape = shaped(searchable_key=False)
    first, second = desk.queue("100", 2)
    desk.erp.faults.append("lost_after")
    desk.settle(desk.delivery(), 60)
    assert desk.read(first).state == "outcome_unknown"
    assert desk.read(second).state == "queued"
    assert (desk.erp.posts, desk.erp.finds) == (1, 0)


def test_a_refused_posting_blocks_only_its_own_order(desk: Desk) -> None:
    bad, behind = desk.queue("100", 2)
    (other,) = desk.queue("200")
    desk.erp.faults.append("rejected")
    desk.settle(desk.delivery(), 30)
    record = desk.read(bad)
    assert (record.state, record.error_code, record.error_entity) == ("rejected", "M7021", "X")
    assert record.fingerprint
    assert desk.read(behind).state == "queued"
    assert desk.read(other).state == "posted"
    assert desk.outcomes(bad)[-1].text == "refused by demo: Material X is unknown"


def test_transient_failures_back_off_and_tell_the_floor_nothing(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.erp.faults.extend(["busy"] * 3)
    delivery = desk.delivery()
    desk.settle(delivery, 30)
    assert desk.read(key).state == "posted"
    assert [row.result for row in desk.attempts(key)] == ["retry", "retry", "retry", "posted"]
    assert [row.state for row in desk.outcomes(key)] == ["posted"]


def test_after_the_deadline_a_person_gets_it(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.erp.faults.extend(["locked"] * 100_000)
    delivery = desk.delivery()
    desk.settle(delivery, 4000, step=20)
    record = desk.read(key)
    assert record.state == "rejected"
    assert record.error_text is not None
    assert "not taken by demo since 2026-03-02T06:00" in record.error_text


def test_an_outage_costs_a_few_calls(desk: Desk) -> None:
    for number in range(50):
        desk.queue(f"{number}", 4)
    desk.erp.faults.extend(["busy"] * 100_000)
    delivery = desk.delivery()
    desk.settle(delivery, 600)
    assert desk.target().breaker_state in ("open", "half_open")
    assert desk.erp.posts < 60
    desk.erp.faults.clear()
    desk.settle(delivery, 120)
    assert len(desk.erp.bookings) == 200
    assert not desk.erp.doubles()
    assert desk.target().breaker_state == "closed"


def test_a_locked_order_says_nothing_against_the_erp(desk: Desk) -> None:
    desk.queue("100")
    desk.erp.faults.extend(["locked"] * 20)
    delivery = desk.delivery()
    desk.settle(delivery, 30)
    assert desk.target().breaker_state == "closed"


def test_a_wrong_setting_stops_the_erp_and_keeps_the_postings(desk: Desk) -> None:
    keys = [desk.queue(f"{number}")[0] for number in range(6)]
    desk.erp.faults.append("stopped")
    delivery = desk.delivery()
    desk.settle(delivery, 30)
    target = desk.target()
    assert (target.paused, target.paused_reason) == (True, "LOGON: password expired")
    posts = desk.erp.posts
    desk.settle(delivery, 30)
    assert desk.erp.posts == posts
    assert {desk.read(key).state for key in keys} <= {"queued", "posted"}


def test_an_erp_that_asks_back_waits_for_a_person(desk: Desk) -> None:
    key, behind = desk.queue("100", 2)
    desk.erp.faults.append("warning")
    desk.settle(desk.delivery(), 10)
    assert desk.read(key).state == "awaiting_approval"
    assert desk.warnings == [(key, ("over_tolerance",))]
    assert desk.read(behind).state == "queued"


def test_an_asynchronous_erp_is_asked_until_it_has_booked(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.erp.faults.append("accepted")
    delivery = desk.delivery()
    desk.run(delivery)
    assert desk.read(key).state == "accepted"
    desk.settle(delivery, 10)
    assert desk.read(key).state == "posted"


def test_a_lost_worker_s_calls_are_read_back_by_another(desk: Desk) -> None:
    keys = [desk.queue(f"{number}")[0] for number in range(8)]
    calls = OnDemand()
    lost = desk.delivery("w1", calls)
    desk.run(lost)
    del calls.waiting[4:]
    calls.go()
    other = desk.delivery("w2")
    desk.settle(other, 30)
    assert not desk.erp.doubles()
    assert {desk.read(key).state for key in keys} == {"posted"}
    assert len(desk.erp.bookings) == 8


def test_a_worker_that_slept_too_long_begins_no_call_and_changes_nothing(desk: Desk) -> None:
    (key,) = desk.queue("100")
    calls = OnDemand()
    sleeper = desk.delivery("w1", calls)
    desk.run(sleeper)
    desk.clock.move(5.0)
    calls.go()
    assert desk.erp.posts == 0
    other = desk.delivery("w2")
    desk.settle(other, 30)
    desk.run(sleeper)
    assert desk.read(key).state == "posted"
    assert len(desk.erp.bookings) == 1


def test_a_late_answer_is_kept_as_evidence_only(desk: Desk) -> None:
    (key,) = desk.queue("100")
    calls = OnDemand()
    slow = desk.delivery("w1", calls)
    desk.run(slow)
    calls.go()
    desk.clock.move(6.0)
    other = desk.delivery("w2")
    desk.run(other)
    desk.run(slow)
    assert desk.read(key).state == "outcome_unknown"
    desk.settle(other, 10)
    record = desk.read(key)
    assert (record.state, record.document_id) == ("posted", "D1")
    assert [row.result for row in desk.attempts(key)] == ["lost", "posted"]


def test_a_stopping_worker_gives_back_what_it_has_not_begun(desk: Desk) -> None:
    keys = [desk.queue(f"{number}")[0] for number in range(8)]
    calls = OnDemand()
    stopping = desk.delivery("w1", calls)
    stopping.turn()
    first, *rest = calls.waiting
    calls.waiting = [first]
    calls.go()
    stopping._is_stopping = True
    calls.waiting = rest
    calls.go()
    stopping.drain()
    assert sorted(desk.read(key).state for key in keys) == ["posted"] + ["queued"] * 7
    desk.run(desk.delivery("w2"))
    assert {desk.read(key).state for key in keys} == {"posted"}
    assert not desk.erp.doubles()


def test_the_rate_of_an_erp_is_kept(desk: Desk) -> None:
    desk.erp.shape = shaped(rate_per_s=2.0)
    for number in range(30):
        desk.queue(f"{number}")
    delivery = desk.delivery()
    desk.settle(delivery, 10, step=0.25)
    assert 18 <= desk.erp.posts <= 22


def test_an_erp_that_takes_one_call_at_a_time_is_served_by_one_worker(desk: Desk) -> None:
    desk.erp.shape = shaped(max_in_flight=1)
    for number in range(6):
        desk.queue(f"{number}")
    calls = OnDemand()
    first, second = desk.delivery("w1", calls), desk.delivery("w2")
    first.turn()
    assert calls.waiting
    desk.run(second)
    assert desk.erp.posts == 0
    desk.clock.move(30)
    desk.settle(second, 30)
    assert len(desk.erp.bookings) == 6


def test_a_long_stream_lets_others_have_their_turn(desk: Desk) -> None:
    desk.erp.shape = shaped(max_in_flight=1)
    desk.queue("100", 40)
    desk.queue("200", 1)
    desk.queue("300", 1)
    desk.run(desk.delivery())
    order = [row.order_id for row in desk.erp.bookings]
    assert order.index("300") < 40
    assert len(order) == 42


@pytest.mark.parametrize("text", ["{", '{"kind": "no_such"}', '{"kind": "goods_issue"}'])
def test_a_document_that_cannot_be_read_goes_to_a_person(desk: Desk, text: str) -> None:
    (key,) = desk.queue("100")
    with desk.writing() as (connection, _):
        connection.exec_driver_sql("UPDATE posting SET document = ?", (text,))
    desk.run(desk.delivery())
    assert (desk.read(key).state, desk.read(key).error_code) == (
        "rejected",
        "document_unreadable",
    )
    assert desk.erp.posts == 0
