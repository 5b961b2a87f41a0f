"""Commands: what people may do to postings, and what they may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fake_erp import shaped
from posting_desk import Desk, OnDemand, a_document
from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.post import commands, triage
from countersign.post.commands import CommandRefused
from countersign.store import audit_records

Command = Callable[[Connection, Trail], Any]


def carry_out(desk: Desk, command: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with desk.writing() as (connection, trail):
        return command(connection, trail, *args, actor="person:anna", **kwargs)


def a_refused_posting(desk: Desk, order_id: str = "100") -> str:
    desk.erp.faults.append("rejected")
    (key,) = desk.queue(order_id)
    desk.run(desk.delivery())
    assert desk.read(key).state == "rejected"
    return key


def an_unknown_posting(desk: Desk) -> str:
    desk.erp.shape = shaped(searchable_key=False)
    desk.erp.faults.append("lost_before")
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    desk.clock.move(60)
    desk.run(desk.delivery())
    assert desk.read(key).state == "outcome_unknown"
    return key


def test_a_retried_posting_is_sent_again_and_what_waits_behind_follows(desk: Desk) -> None:
    key = a_refused_posting(desk)
    (behind,) = desk.queue("100")
    carry_out(desk, commands.retry, key, reason="material created")
    desk.run(desk.delivery())
    assert desk.erp.keys_of("100") == [key, behind]
    assert [row.state for row in desk.outcomes(key)] == ["rejected", "queued", "posted"]


def test_a_retry_cuts_the_waiting_short(desk: Desk) -> None:
    desk.erp.faults.extend(["locked"] * 4)
    (key,) = desk.queue("100")
    delivery = desk.delivery()
    for _ in range(4):
        desk.run(delivery)
        carry_out(desk, commands.retry, key)
    desk.run(delivery)
    assert desk.read(key).state == "posted"


def test_a_corrected_posting_is_booked_under_its_key(desk: Desk) -> None:
    key = a_refused_posting(desk)
    carry_out(desk, commands.correct, key, a_document("100", "2.5"), reason="wrong weight")
    desk.run(desk.delivery())
    record = desk.read(key)
    assert record.state == "posted"
    assert '"quantity_string":"2.5"' in record.document
    assert [row.key for row in desk.erp.bookings] == [key]


def test_a_correction_keeps_the_order(desk: Desk) -> None:
    key = a_refused_posting(desk)
    with pytest.raises(CommandRefused) as refused:
        carry_out(desk, commands.correct, key, a_document("999"), reason="x")
    assert refused.value.code == "other_order"


def test_a_cancelled_posting_lets_the_next_one_go(desk: Desk) -> None:
    key = a_refused_posting(desk)
    (behind,) = desk.queue("100")
    carry_out(desk, commands.cancel, key, reason="counted twice")
    desk.run(desk.delivery())
    assert desk.read(key).state == "cancelled"
    assert desk.erp.keys_of("100") == [behind]
    assert desk.outcomes(key)[-1].text == "cancelled: counted twice"


def test_an_answered_warning_is_sent_with_the_answer(desk: Desk) -> None:
    desk.erp.faults.extend(["warning", "warning"])
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    carry_out(desk, commands.approve_warnings, key)
    desk.run(desk.delivery())
    record = desk.read(key)
    assert (record.state, record.approved_warnings) == ("posted", '["over_tolerance"]')


def test_a_reversal_goes_before_what_waits(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    desk.erp.faults.append("rejected")
    (blocked,) = desk.queue("100")
    desk.run(desk.delivery())
    carry_out(desk, commands.reverse, key, reason="wrong order")
    assert desk.read(key).state == "reversing"
    desk.run(desk.delivery())
    record = desk.read(key)
    assert (record.state, record.document_id, record.reversal_document_id) == (
        "reversed",
        "D1",
        "RD1",
    )
    assert desk.erp.bookings[0].is_reversed
    assert desk.read(blocked).state == "rejected"
    assert desk.event_state(key) == "reversed"


def test_a_refused_reversal_leaves_the_document_booked(desk: Desk) -> None:
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    desk.erp.shape = shaped(reversible=False)
    carry_out(desk, commands.reverse, key, reason="wrong order")
    desk.run(desk.delivery())
    record = desk.read(key)
    assert (record.state, record.error_code) == ("posted", "not_reversible")
    assert "does not reverse it" in desk.outcomes(key)[-1].text


def test_somebody_who_has_looked_can_confirm_it_as_posted(desk: Desk) -> None:
    key = an_unknown_posting(desk)
    carry_out(desk, commands.confirm_posted, key, "4900012345", reason="seen in the ERP")
    assert (desk.read(key).state, desk.read(key).document_id) == ("posted", "4900012345")


def test_somebody_who_has_looked_can_confirm_it_as_absent(desk: Desk) -> None:
    key = an_unknown_posting(desk)
    carry_out(desk, commands.confirm_absent, key, reason="not in the ERP")
    desk.run(desk.delivery())
    assert desk.read(key).state == "posted"
    assert len(desk.erp.bookings) == 1


def test_absence_cannot_be_confirmed_while_a_late_booking_may_come(desk: Desk) -> None:
    desk.erp.shape = shaped(searchable_key=False)
    desk.erp.faults.append("late")
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    with pytest.raises(CommandRefused) as refused:
        carry_out(desk, commands.confirm_absent, key, reason="not in the ERP")
    assert refused.value.code == "busy"


def test_nothing_is_confirmed_while_the_erp_is_being_asked(desk: Desk) -> None:
    desk.erp.faults.append("lost_after")
    (key,) = desk.queue("100")
    desk.run(desk.delivery())
    desk.clock.move(2)
    calls = OnDemand()
    desk.delivery("w2", calls).turn()
    assert calls.waiting
    with pytest.raises(CommandRefused) as refused:
        carry_out(desk, commands.confirm_posted, key, "D9", reason="seen")
    assert refused.value.code == "busy"


def test_the_same_request_creates_one_posting(desk: Desk) -> None:
    first = carry_out(
        desk, commands.create, erp="demo", document=a_document("7"), origin="erp-team/k1"
    )
    again = carry_out(
        desk, commands.create, erp="demo", document=a_document("7"), origin="erp-team/k1"
    )
    assert first.posting_id == again.posting_id
    desk.run(desk.delivery())
    assert len(desk.erp.bookings) == 1
    with pytest.raises(CommandRefused) as refused:
        carry_out(
            desk, commands.create, erp="demo", document=a_document("7", "9"), origin="erp-team/k1"
        )
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize(
    ("state", "command", "arguments"),
    [
        ("posted", commands.cancel, {"reason": "x"}),
        ("posted", commands.retry, {}),
        ("posted", commands.confirm_absent, {"reason": "x"}),
        ("posted", commands.approve_warnings, {}),
        ("queued", commands.reverse, {"reason": "x"}),
        ("queued", commands.confirm_absent, {"reason": "x"}),
        ("rejected", commands.reverse, {"reason": "x"}),
        ("rejected", commands.confirm_absent, {"reason": "x"}),
        ("outcome_unknown", commands.cancel, {"reason": "x"}),
        ("outcome_unknown", commands.retry, {}),
    ],
)
def test_what_a_state_forbids_is_refused_with_a_hint(
    desk: Desk, state: str, command: Callable[..., Any], arguments: dict[str, Any]
) -> None:
    if state == "rejected":
        key = a_refused_posting(desk)
    elif state == "outcome_unknown":
        key = an_unknown_posting(desk)
    else:
        (key,) = desk.queue("100")
        if state == "posted":
            desk.run(desk.delivery())
    assert desk.read(key).state == state
    before = desk.read(key)
    with pytest.raises(CommandRefused) as refused:
        carry_out(desk, command, key, **arguments)
    assert refused.value.code == "wrong_state"
    assert "This posting cannot be" in refused.value.text
    assert desk.read(key) == before


def test_an_unknown_posting_is_not_found(desk: Desk) -> None:
    with pytest.raises(CommandRefused) as refused:
        carry_out(desk, commands.retry, "CSNONE")
    assert refused.value.code == "not_found"


def test_one_cause_is_one_cluster_and_is_resubmitted_in_order(desk: Desk) -> None:
    desk.erp.faults.extend(["rejected"] * 3)
    refused = [desk.queue(order)[0] for order in ("100", "200", "300")]
    desk.run(desk.delivery())
    behind = desk.queue("100", 5) + desk.queue("200", 2)
    with desk.database.read() as connection:
        (cluster,) = triage.clusters(connection)
    assert (cluster.code, cluster.entity, cluster.field) == ("M7021", "X", "material_id")
    assert (cluster.postings, cluster.waiting) == (3, 7)
    carry_out(desk, commands.resubmit, erp="demo", fingerprint=cluster.fingerprint)
    desk.run(desk.delivery())
    assert {desk.read(key).state for key in refused + behind} == {"posted"}
    assert desk.erp.keys_of("100") == [refused[0], *behind[:5]]
    with desk.database.read() as connection:
        assert triage.clusters(connection) == []


def test_a_paused_erp_is_not_called_until_it_is_resumed(desk: Desk) -> None:
    delivery = desk.delivery()
    carry_out(desk, commands.pause, "demo", reason="year-end closing")
    (key,) = desk.queue("100")
    desk.settle(delivery, 10)
    assert desk.erp.posts == 0
    carry_out(desk, commands.resume, "demo")
    desk.run(delivery)
    assert desk.read(key).state == "posted"


def test_every_command_is_in_the_audit_with_who_and_why(desk: Desk) -> None:
    key = a_refused_posting(desk)
    carry_out(desk, commands.cancel, key, reason="counted twice")
    with desk.database.read() as connection:
        record = list(audit_records.read_all(connection))[-1]
    assert (record.step, record.actor, record.posting_id) == (
        "posting_cancelled",
        "person:anna",
        key,
    )
    assert "counted twice" in record.body
