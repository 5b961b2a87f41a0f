"""Postings survive killed workers and a failing ERP: none lost, none twice, all in sequence."""

from __future__ import annotations

import random

from drain_rig import FLAKY, DrainRig

from countersign.audit.trail import open_trail
from countersign.post import commands
from countersign.store import postings


def assert_all_booked_once(rig: DrainRig) -> None:
    result = rig.result()
    assert result.states == {"posted": result.queued}
    assert (result.lost, result.doubled, result.out_of_sequence) == (0, 0, 0)
    assert result.flaws_in_audit == 0


def test_workers_killed_while_the_erp_is_flaky(rig: DrainRig) -> None:
    rig.queue(300, 30)
    rig.sandbox.faults(*FLAKY, seed=7)
    worker = rig.start_worker()
    for progress in (60, 150, 240):
        rig.wait_until_posted(progress)
        rig.kill(worker)
        worker = rig.start_worker()
    rig.wait_until_posted(300)
    assert rig.stop(worker) == 0
    assert_all_booked_once(rig)


def test_two_workers_at_once_one_of_them_killed(rig: DrainRig) -> None:
    rig.queue(300, 30)
    rig.sandbox.faults(*FLAKY, seed=11)
    first, second = rig.start_worker(), rig.start_worker()
    rig.wait_until_posted(100)
    rig.kill(random.Random(3).choice([first, second]))
    rig.wait_until_posted(300)
    assert_all_booked_once(rig)


def test_the_erp_is_away_for_a_while(rig: DrainRig) -> None:
    rig.queue(200, 20)
    rig.sandbox.faults({"fault": "slow", "calls": ["post"], "probability": 1.0, "latency_ms": 10})
    rig.start_worker()
    rig.wait_until_posted(60)
    rig.sandbox.go_down(for_s=3)
    rig.wait_until_posted(200)
    assert_all_booked_once(rig)


def test_the_erp_is_killed_and_comes_back(rig: DrainRig) -> None:
    rig.queue(200, 20)
    rig.sandbox.faults({"fault": "slow", "calls": ["post"], "probability": 1.0, "latency_ms": 10})
    rig.start_worker()
    rig.wait_until_posted(60)
    rig.sandbox.kill()
    rig.sandbox.start()
    rig.wait_until_posted(200)
    assert_all_booked_once(rig)


def test_a_booking_that_comes_after_the_time_out_is_not_made_twice(rig: DrainRig) -> None:
    rig.queue(40, 20)
    rig.sandbox.faults({"fault": "late", "calls": ["post"], "next": 5, "latency_ms": 1200})
    rig.start_worker()
    rig.wait_until_posted(40)
    assert_all_booked_once(rig)


def test_a_refused_head_blocks_only_its_own_order(rig: DrainRig) -> None:
    rig.queue(60, 6)
    rig.sandbox.faults({"fault": "item_unknown", "calls": ["post"], "next": 1, "order": "3"})
    rig.start_worker()
    rig.wait_until_posted(50)
    rig.wait_until(lambda: rig.count("rejected") == 1)
    assert rig.count("queued") == 9
    with rig.database.read() as connection:
        (refused,) = postings.find(connection, states=["rejected"])
    now = refused.changed_at
    with rig.database.write() as connection, open_trail(connection, now) as trail:
        commands.retry(connection, trail, refused.posting_id, actor="person:anna")
    rig.wait_until_posted(60)
    assert_all_booked_once(rig)


def test_a_stopped_worker_leaves_nothing_to_read_back(rig: DrainRig) -> None:
    rig.queue(300, 30)
    rig.sandbox.faults({"fault": "slow", "calls": ["post"], "probability": 1.0, "latency_ms": 20})
    worker = rig.start_worker()
    rig.wait_until_posted(50)
    assert rig.stop(worker) == 0
    assert rig.count("sending", "outcome_unknown") == 0
    assert rig.count("posted") == len(rig.sandbox.documents())
    rig.start_worker()
    rig.wait_until_posted(300)
    assert_all_booked_once(rig)


def test_a_wrong_password_stops_the_deliveries_and_loses_nothing(rig: DrainRig) -> None:
    rig.queue(40, 20)
    rig.replace_password("wrong")
    rig.start_worker()
    rig.wait_until(rig.is_paused)
    assert rig.count("queued", "sending") == 40
    assert rig.count("rejected") == 0
