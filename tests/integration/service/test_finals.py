"""A final confirmation never overtakes an earlier confirmation that waits for a person."""

from __future__ import annotations

import json
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fake_erp import FakeErp, Fault
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.service.desk import Desk, confirmation, open_desk, quantity
from numpy.typing import NDArray
from posting_desk import Clock, InTurn
from sqlalchemy import select

from countersign.assess.use_case import USE_CASES
from countersign.decide.approvals import Refused
from countersign.erp.documents import Document, ProductionConfirmation
from countersign.erp.errors import BusinessRejection
from countersign.erp.port import PostResult
from countersign.intake.envelope import read_event
from countersign.journey.judge import Judge, Judgement
from countersign.journey.receive import Arrival, Receiver
from countersign.journey.review import Reviewer
from countersign.model.shelf import ModelShelf
from countersign.nouns.autonomy import Autonomy
from countersign.nouns.receipt import Receipt
from countersign.nouns.statistic import Statistic
from countersign.post.deliver import Delivery, Options
from countersign.post.retry import RetryPolicy
from countersign.store import approvals, confirmations, statistics
from countersign.store.approvals import UNDECIDED
from countersign.store.confirmations import Confirmation
from countersign.store.tables import event

ZONE = ZoneInfo("Europe/Berlin")
USE_CASE = "production_confirmation"
TASK = USE_CASES[USE_CASE].task
SURE, UNSURE = "10", "7"
GONE = ("cancelled", "reversed")
EVENTS = select(event.c.event_id, event.c.seq, event.c.order_id, event.c.operation_id)


class SureModel:
    """Is sure of every confirmation but those of seven pieces."""

    name, version, task = USE_CASE, "sure-1", TASK

    def complete(self, rows: Any, subjects: Any, picture: Any) -> NDArray[np.float32]:
        return np.asarray(rows, dtype=np.float32)

    def predict(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        answers = np.full((len(rows), len(TASK.labels)), 0.0, dtype=np.float32)
        doubts = np.isclose(rows[:, TASK.features.index("yield_log")], np.log1p(7.0), atol=0.01)
        answers[:, TASK.labels.index("normal")] = np.where(doubts, 0.1, 0.999)
        answers[:, TASK.labels.index("recording_error")] = np.where(doubts, 0.9, 0.001)
        return answers

    def explain(self, rows: Any) -> NDArray[np.float32]:
        return np.zeros((len(rows), len(TASK.labels), len(TASK.features) + 1), dtype=np.float32)


class SureShelf:
    """Holds the sure model and nothing else."""

    def get(self, task: str) -> SureModel | None:
        return SureModel() if task == USE_CASE else None

    def versions(self) -> dict[str, str]:
        return {USE_CASE: SureModel.version}

    def refresh(self) -> None:
        """Nothing changes."""


def new_judge() -> Judge:
    return Judge(cast(ModelShelf, SureShelf()), ZONE)


@contextmanager
def earned(database_url: str) -> Iterator[Desk]:
    """Give a desk where confirmations of which the model is sure go by themselves."""
    with open_desk(database_url) as desk:
        desk.judge = new_judge()
        desk.receiver = Receiver(desk.database, desk.judge, "demo", clock=lambda: desk.now)
        desk.reviewer = Reviewer(desk.database, new_judge(), "demo", clock=lambda: desk.now)
        desk.use_policy("automate", target_accuracy=0.9, amount_cap="1000000", undo_seconds=10)
        known = {
            f"{what}/1000/VALVE-01/{operation}": Statistic(50, 0.0, 1.0)
            for what in ("minutes", "scrap")
            for operation in ("0010", "0020")
        }
        rows = [
            Confirmation(f"{n:032x}", n, USE_CASE, "1000", 0.99, True, "1", "person", desk.now)
            for n in range(1, 200)
        ]
        trust = Autonomy(USE_CASE, "1000", 0.9, 0.97, 0.9, 199, 0, 1.0, "", desk.now)
        with desk.database.write() as connection:
            statistics.save(connection, known)
            confirmations.put(connection, rows)
            confirmations.save_autonomy(connection, trust)
        yield desk


@pytest.fixture
def earned_desk(database_url: str) -> Iterator[Desk]:
    with earned(database_url) as desk:
        yield desk


def report(
    desk: Desk, number: int, pieces: str = SURE, *, final: bool = False, **data: Any
) -> Receipt:
    kind = "final" if final else "partial"
    facts = {"yield_quantity": quantity(pieces), "confirmation": kind} | data
    return desk.receive(confirmation(number, **facts))[0]


def test_a_final_confirmation_goes_by_itself_when_nothing_waits(earned_desk: Desk) -> None:
    assert report(earned_desk, 1).outcome == "post"
    assert report(earned_desk, 2, final=True).outcome == "post"


def test_it_waits_behind_one_that_waits_and_says_so(earned_desk: Desk) -> None:
    desk = earned_desk
    assert report(desk, 1, UNSURE).outcome == "review"
    assert report(desk, 2, operation_id="0020", final=True).outcome != "hold"
    last = report(desk, 3, final=True)
    assert last.outcome == "review"
    text = "an earlier confirmation of operation 0010 still waits for a person"
    assert last.reasons == (text,)
    assert report(desk, 4, material_id="VALVE-01", order_id="100234").outcome != "hold"


def test_one_that_is_held_back_by_a_fact_counts_too(earned_desk: Desk) -> None:
    assert report(earned_desk, 1, material_id="BODY-01").outcome == "hold"
    assert report(earned_desk, 2, final=True).outcome == "review"


def test_in_one_batch_as_well(earned_desk: Desk) -> None:
    part = confirmation(1, yield_quantity=quantity(UNSURE))
    end = confirmation(2, confirmation="final")
    receipts = earned_desk.receive(part, end)
    assert [receipt.outcome for receipt in receipts] == ["review", "review"]


def test_nobody_can_decide_it_first(earned_desk: Desk) -> None:
    desk = earned_desk
    part, end = report(desk, 1, UNSURE), report(desk, 2, final=True)
    with pytest.raises(Refused, match="decide that one first") as refusal:
        desk.decide(end.approval_id, "approve")
    assert refusal.value.code == "earlier_waits"
    desk.decide(part.approval_id, "approve")
    desk.decide(end.approval_id, "approve")
    kinds = [json.loads(row.document)["final"] for row in reversed(desk.postings())]
    assert kinds == [False, True]


def test_the_earlier_decision_cannot_be_taken_back_under_it(earned_desk: Desk) -> None:
    desk = earned_desk
    part, end = report(desk, 1, UNSURE), report(desk, 2, final=True)
    desk.decide(part.approval_id, "approve")
    desk.decide(end.approval_id, "approve")
    with pytest.raises(Refused, match="take that back first"):
        desk.undo(part.approval_id)
    desk.undo(end.approval_id)
    desk.undo(part.approval_id)
    assert desk.postings() == []


def test_two_finals_do_not_wait_for_each_other(earned_desk: Desk) -> None:
    desk = earned_desk
    first, second = report(desk, 1, UNSURE, final=True), report(desk, 2, UNSURE, final=True)
    with pytest.raises(Refused, match="decide that one first"):
        desk.decide(second.approval_id, "approve")
    desk.decide(first.approval_id, "approve")
    desk.decide(second.approval_id, "reject")


Step = tuple[Any, ...]
REPORTS = st.tuples(
    st.just("report"),
    st.sampled_from([SURE, UNSURE]),
    st.booleans(),
    st.sampled_from(["0010", "0010", "0020"]),
    st.sampled_from([{}, {}, {}, {"material_id": "BODY-01"}]),
)
DECISIONS = st.tuples(
    st.just("decide"), st.integers(0, 9), st.sampled_from(["approve", "approve", "reject", "hold"])
)
UNDOS = st.tuples(st.just("undo"), st.integers(0, 9))


def take(desk: Desk, number: int, step: Step) -> None:
    """Do one thing; what is refused changes nothing."""
    if step[0] == "report":
        _, pieces, is_final, operation_id, facts = step
        report(desk, number, pieces, final=is_final, operation_id=operation_id, **facts)
        return
    with desk.database.read() as connection:
        states = UNDECIDED if step[0] == "decide" else ("approved", "corrected")
        tasks = approvals.find(connection, states=states)
    if not tasks:
        return
    task = tasks[step[1] % len(tasks)]
    try:
        if step[0] == "undo":
            desk.undo(task.approval_id)
        else:
            desk.decide(task.approval_id, step[2])
    except Refused:
        pass


def overtakings(desk: Desk) -> list[str]:
    """Return the finals that went although something before them waits, or comes after them."""
    with desk.database.read() as connection:
        waiting = approvals.find(connection, use_case=USE_CASE, limit=500)
        rows = connection.execute(EVENTS).all()
    seqs = {row.event_id: row.seq for row in rows}
    places = {row.event_id: (row.order_id, row.operation_id) for row in rows}
    going = [row for row in desk.postings() if row.state not in GONE and row.event_id]
    found = []
    for last in going:
        document = json.loads(last.document)
        if not document["final"]:
            continue
        for other in waiting:
            same = places[other.event_id] == places[last.event_id]
            if same and seqs[other.event_id] < seqs[last.event_id]:
                found.append(f"{other.event_id} waits before {last.event_id}")
        for other in going:
            same = places[other.event_id] == places[last.event_id]
            if same and seqs[other.event_id] < seqs[last.event_id] and other.seq > last.seq:
                found.append(f"{other.event_id} comes after {last.event_id}")
    return found


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.one_of(REPORTS, DECISIONS, DECISIONS, UNDOS), min_size=5, max_size=14))
def test_whatever_people_do_no_final_overtakes(steps: Sequence[Step]) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        earned(f"sqlite:///{folder}/service.sqlite") as desk,
    ):
        for number, step in enumerate(steps, 1):
            take(desk, number, step)
            assert overtakings(desk) == []
        assert desk.flaws() == []


class Interrupted(Judge):
    """Judges, and lets something happen before what it thought is stored."""

    def __init__(self, between: Callable[[], object]) -> None:
        super().__init__(cast(ModelShelf, SureShelf()), ZONE)
        self._between = [between]

    def judge(self, *facts: Any) -> list[Judgement]:
        found = super().judge(*facts)
        while self._between:
            self._between.pop()()
        return found


@pytest.mark.parametrize(
    "facts", [{"yield_quantity": quantity(UNSURE)}, {"material_id": "BODY-01"}]
)
def test_one_that_another_writer_stores_meanwhile_is_seen(
    earned_desk: Desk, facts: dict[str, Any]
) -> None:
    desk = earned_desk
    assert report(desk, 1).outcome == "post"
    rival = desk.receiver
    part = [Arrival(read_event(confirmation(2, **facts), desk.now), "key:gw2")]
    judge = Interrupted(lambda: rival.receive(part))
    desk.receiver = Receiver(desk.database, judge, "demo", clock=lambda: desk.now)
    assert report(desk, 3, final=True).outcome == "review"
    assert overtakings(desk) == []


@dataclass
class ClosingErp(FakeErp):
    """Refuses what comes for an operation after its final confirmation, as many ERPs do."""

    ended: set[tuple[str, str]] = field(default_factory=set)

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        assert isinstance(document, ProductionConfirmation)
        operation = (document.order_id, document.operation_id)
        if operation in self.ended:
            raise BusinessRejection("operation is finally confirmed", code="operation_ended")
        try:
            return super().post(document, key, approved_warnings)
        finally:
            if document.final and any(row.key == key for row in self.bookings):
                self.ended.add(operation)


@pytest.mark.parametrize(
    "faults",
    [
        (),
        ("lost_after", "lost_before"),
        ("late", "crash_after", "busy"),
        ("accepted", "lost_after"),
    ],
)
def test_an_erp_that_closes_operations_refuses_nothing_whatever_fails(
    earned_desk: Desk, faults: tuple[Fault, ...]
) -> None:
    desk, clock = earned_desk, Clock()
    clock.now = desk.now
    erp = ClosingErp(clock, faults=deque(faults))
    options = Options(
        retry=RetryPolicy(), clock=clock, monotonic=clock.monotonic, executor=InTurn()
    )
    delivery = Delivery(desk.database, "demo", erp, "w1", lambda *_: None, options)
    delivery.open()

    def deliver() -> None:
        for _ in range(120):
            while delivery.turn():
                pass
            clock.move(1.0)
            desk.now = clock.now

    part, sure = report(desk, 1, UNSURE), report(desk, 2)
    end = report(desk, 3, final=True)
    deliver()
    assert (sure.outcome, end.outcome, len(erp.bookings)) == ("post", "review", 1)
    desk.decide(part.approval_id, "approve")
    deliver()
    desk.decide(end.approval_id, "approve")
    deliver()
    assert {row.state for row in desk.postings()} == {"posted"}
    assert (len(erp.bookings), erp.doubles()) == (3, [])
