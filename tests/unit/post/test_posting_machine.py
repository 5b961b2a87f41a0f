"""The state machine: whatever people, workers and the ERP do, in whatever sequence.

Hypothesis plays them all: events come in, calls fail in every way, workers are lost between their
intents and their results, people retry, correct, cancel, reverse and confirm. After every step the
ERP has booked nothing twice and everything in sequence; in the end nothing is left over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from posting_desk import Desk, OnDemand, a_document, open_desk

from countersign.audit.verify import verify
from countersign.nouns.posting import TRANSITIONS, PostingState
from countersign.post import commands
from countersign.post.commands import CommandRefused
from countersign.post.deliver import Delivery
from countersign.store import audit_records, postings
from countersign.store.postings import PostingRecord

ORDERS = ("100", "200")
FAULTS = st.sampled_from(
    [
        "ok",
        "busy",
        "locked",
        "lost_before",
        "lost_after",
        "late",
        "late",
        "rejected",
        "warning",
        "accepted",
        "stopped",
        "crash_before",
        "crash_after",
    ]
)
PEOPLE: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "retry": (commands.retry, {}),
    "approve": (commands.approve_warnings, {}),
    "cancel": (commands.cancel, {"reason": "no longer needed"}),
    "reverse": (commands.reverse, {"reason": "wrong"}),
    "confirm_absent": (commands.confirm_absent, {"reason": "looked"}),
}


class PostingMachine(RuleBasedStateMachine):
    """People, two workers and an ERP around one queue."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.desk: Desk = open_desk(Path(self._folder.name))
        self.keys: list[str] = []
        self.workers = 0
        self.delivery: Delivery
        self.sleepers: list[tuple[Delivery, OnDemand]] = []
        self.seen: dict[str, PostingState] = {}

    @initialize()
    def start(self) -> None:
        self.delivery = self.desk.delivery("w0")

    @rule(
        order=st.sampled_from(ORDERS), count=st.integers(1, 3), faults=st.lists(FAULTS, max_size=3)
    )
    def events_come_in(self, order: str, count: int, faults: list[Any]) -> None:
        self.desk.erp.faults.extend(faults)
        self.keys += self.desk.queue(order, count)

    @rule(seconds=st.sampled_from([0.0, 0.5, 2.0, 5.0, 40.0]))
    def a_worker_works_after_a_while(self, seconds: float) -> None:
        self.desk.clock.move(seconds)
        self.desk.run(self.delivery)

    @rule(order=st.sampled_from(ORDERS), made=st.integers(0, 2))
    def a_worker_is_lost_half_way(self, order: str, made: int) -> None:
        """Some of its calls reach the ERP, none of the answers reaches the database."""
        _, calls = self._prepare(order)
        del calls.waiting[made:]
        calls.go()

    @rule(order=st.sampled_from(ORDERS), made=st.integers(0, 2))
    def a_worker_falls_asleep(self, order: str, made: int) -> None:
        """Its calls are prepared and some made; others go on until it wakes."""
        delivery, calls = self._prepare(order)
        later = calls.waiting[made:]
        del calls.waiting[made:]
        calls.go()
        calls.waiting = later
        self.sleepers.append((delivery, calls))

    @precondition(lambda self: self.sleepers)
    @rule()
    def a_sleeper_wakes(self) -> None:
        delivery, calls = self.sleepers.pop(0)
        calls.go()
        delivery.turn()

    @precondition(lambda self: self.keys)
    @rule(command=st.sampled_from(sorted(PEOPLE)), data=st.data())
    def a_person_acts(self, command: str, data: st.DataObject) -> None:
        action, arguments = PEOPLE[command]
        self._try(action, data.draw(st.sampled_from(self.keys)), **arguments)

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def a_person_corrects(self, data: st.DataObject) -> None:
        record = self.desk.read(data.draw(st.sampled_from(self.keys)))
        document = a_document(record.order_id, "2.5")
        self._try(commands.correct, record.posting_id, document, reason="wrong weight")

    @rule()
    def somebody_resumes_the_erp(self) -> None:
        with self.desk.writing() as (connection, trail):
            commands.resume(connection, trail, "demo", actor="person:anna")

    @invariant()
    def nothing_is_booked_twice(self) -> None:
        assert self.desk.erp.doubles() == []

    @invariant()
    def what_is_booked_keeps_its_sequence(self) -> None:
        for order in ORDERS:
            booked = [key for key in self.desk.erp.keys_of(order) if self._was_never_settled(key)]
            assert booked == sorted(booked, key=self.keys.index)

    @invariant()
    def no_state_follows_that_may_not(self) -> None:
        with self.desk.database.read() as connection:
            records = postings.read_many(connection, self.keys)
        assert len(records) == len(self.keys)
        for record in records:
            before = self.seen.get(record.posting_id, "queued")
            assert record.state == before or record.state in _reachable(before)
            self.seen[record.posting_id] = record.state

    @invariant()
    def posted_means_booked(self) -> None:
        booked = {row.key for row in self.desk.erp.bookings}
        for record in self._records():
            if record.state in ("posted", "reversing", "reversed"):
                assert record.posting_id in booked
            if record.state == "reversed":
                assert all(
                    row.is_reversed
                    for row in self.desk.erp.bookings
                    if row.key == record.posting_id
                )

    def teardown(self) -> None:
        """Let everything come to its end: nothing may be left over, forgotten or unproved."""
        self.desk.erp.faults.clear()
        self.desk.settle(self.delivery, 8)
        for _ in range(40):
            with self.desk.writing() as (connection, trail):
                commands.resume(connection, trail, "demo", actor="person:anna")
            self.desk.settle(self.delivery, 30, step=5.0)
            stuck = [
                row for row in self._records() if row.state in ("rejected", "awaiting_approval")
            ]
            if not stuck:
                break
            for record in stuck:
                action = "retry" if record.state == "rejected" else "approve"
                self._try(PEOPLE[action][0], record.posting_id)
        for delivery, calls in self.sleepers:
            calls.go()
            delivery.turn()
        left = {record.state for record in self._records()} - {"posted", "reversed", "cancelled"}
        assert not left, [row for row in self._records() if row.state in left]
        self.posted_means_booked()
        self.nothing_is_booked_twice()
        with self.desk.database.read() as connection:
            assert list(verify(connection)) == []
            assert audit_records.read_head(connection)[0] > 0
        self.desk.database.close()
        self._folder.cleanup()

    def _prepare(self, order: str) -> tuple[Delivery, OnDemand]:
        """Let a worker of its own prepare calls without making them."""
        self.keys += self.desk.queue(order)
        self.workers += 1
        calls = OnDemand()
        delivery = self.desk.delivery(f"w{self.workers}", calls)
        delivery.turn()
        return delivery, calls

    def _try(self, action: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        with suppress(CommandRefused), self.desk.writing() as (connection, trail):
            action(connection, trail, *arguments, actor="person:anna", **named)

    def _records(self) -> list[PostingRecord]:
        with self.desk.database.read() as connection:
            return postings.read_many(connection, self.keys)

    def _was_never_settled(self, key: str) -> bool:
        """A posting that a person has cancelled may have been overtaken; the others may not."""
        return self.desk.read(key).state != "cancelled"


def _reachable(state: PostingState) -> set[PostingState]:
    found: set[PostingState] = set()
    waiting = [state]
    while waiting:
        for after in TRANSITIONS[waiting.pop()]:
            if after not in found:
                found.add(after)
                waiting.append(after)
    return found


PostingMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestPostingMachine = PostingMachine.TestCase
