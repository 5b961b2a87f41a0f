"""Reading back: what a clerk undoes in the ERP is found, undone here and learned from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fake_erp import FakeErp
from integration.service.desk import Desk, confirmation
from posting_desk import InTurn

from countersign.audit.trail import open_trail
from countersign.erp.errors import Transient
from countersign.journey.ask_back import ask_back
from countersign.journey.read_back import ReadBack
from countersign.journey.settle import learn
from countersign.post import commands
from countersign.post.deliver import Delivery, Options
from countersign.store.postings import PostingRecord


@pytest.fixture
def erp(desk: Desk) -> FakeErp:
    return FakeErp(lambda: desk.now)


@pytest.fixture
def booked(desk: Desk, erp: FakeErp) -> PostingRecord:
    """A confirmation that a person approved and the ERP booked a while ago."""
    desk.use_policy("supervise")
    desk.decide(desk.receive(confirmation())[0].event_id, "approve")
    deliver(desk, erp)
    learn(desk.database, desk.judge)
    desk.move_clock(hours=1)
    (record,) = desk.postings()
    assert record.state == "posted"
    return record


def deliver(desk: Desk, erp: FakeErp) -> None:
    options = Options(executor=InTurn(), clock=lambda: desk.now)
    delivery = Delivery(desk.database, "demo", erp, "w1", ask_back, options)
    delivery.open()
    for _ in range(50):
        if not delivery.turn():
            break


def test_what_stands_in_the_erp_stays_booked(
    desk: Desk, erp: FakeErp, booked: PostingRecord
) -> None:
    assert ReadBack(desk.database, "demo", erp).look(desk.now) == 0
    assert desk.postings() == [booked]


def test_what_a_clerk_undid_is_undone_here_and_taken_out_of_the_order(
    desk: Desk, erp: FakeErp, booked: PostingRecord
) -> None:
    before = desk.progress()
    erp.bookings[0].is_reversed = True
    assert ReadBack(desk.database, "demo", erp).look(desk.now) == 1
    (record,) = desk.postings()
    assert record.state == "reversed"
    assert desk.outcomes()[-1].text == "undone in demo by somebody there"
    assert desk.steps()[-1] == "posting_reversed_in_erp"
    learn(desk.database, desk.judge)
    after = desk.progress()
    assert before is not None
    assert after is not None
    assert before.operation("0010").yield_quantity == 10
    assert after.operation("0010").yield_quantity == 0
    assert desk.flaws() == []


def test_it_is_found_once_and_the_round_begins_again(
    desk: Desk, erp: FakeErp, booked: PostingRecord
) -> None:
    reader = ReadBack(desk.database, "demo", erp)
    assert [reader.look(desk.now) for _ in range(3)] == [0, 0, 0]
    erp.bookings[0].is_reversed = True
    assert sum(reader.look(desk.now) for _ in range(4)) == 1


@pytest.mark.parametrize("minutes", [1, 60 * 24 * 61])
def test_what_is_too_new_or_too_old_is_not_looked_at(
    desk: Desk, erp: FakeErp, booked: PostingRecord, minutes: int
) -> None:
    erp.bookings[0].is_reversed = True
    now = booked.changed_at + timedelta(minutes=minutes)
    assert ReadBack(desk.database, "demo", erp).look(now) == 0


def test_what_is_being_reversed_here_is_left_to_the_one_who_does_it(
    desk: Desk, erp: FakeErp, booked: PostingRecord
) -> None:
    erp.bookings[0].is_reversed = True
    with desk.database.write() as connection, open_trail(connection, desk.now) as trail:
        commands.reverse(connection, trail, booked.posting_id, actor="person:erik", reason="twice")
    assert ReadBack(desk.database, "demo", erp).look(desk.now) == 0
    assert desk.postings()[0].state == "reversing"


def test_an_erp_that_is_away_is_read_another_time(desk: Desk, booked: PostingRecord) -> None:
    class Away(FakeErp):
        def booked(self, order_ids: object) -> list[object]:  # type: ignore[override]
            raise Transient("maintenance")

    away = Away(lambda: desk.now)
    with pytest.raises(Transient):
        ReadBack(desk.database, "demo", away).look(desk.now)
    assert desk.postings() == [booked]
