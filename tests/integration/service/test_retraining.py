"""Retraining: labels from decisions, a challenger in shadow, and who puts it in use."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from integration.service.desk import Desk, confirmation, quantity
from labelled_events import champion_of, labelled_events, put_in_use

from countersign.assess.use_case import USE_CASES
from countersign.decide.policy import DEFAULT_POLICY
from countersign.journey.governance import change_policy
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.learning import retrain as retraining
from countersign.journey.receive import Receiver
from countersign.journey.review import Reviewer
from countersign.model import challenger, registry
from countersign.nouns.labelled import LabelledFeatures
from countersign.store import autonomy_changes, confirmations, feature_rows, policies
from countersign.store.confirmations import Confirmation
from countersign.store.feature_rows import NewFeatures

USE_CASE = "production_confirmation"
TASK = USE_CASES[USE_CASE].task
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    put_in_use(folder, champion_of(TASK))
    return folder


def keep(desk: Desk, events: Sequence[LabelledFeatures]) -> None:
    """Store labelled rows as if people had decided about them."""
    with desk.database.write() as connection:
        feature_rows.insert_all(
            connection,
            [
                NewFeatures(
                    event.event_id,
                    USE_CASE,
                    event.labelled_at - timedelta(minutes=10),
                    event.rows.tolist(),
                    event.subjects,
                )
                for event in events
            ],
        )
        for event in events:
            feature_rows.label(
                connection, event.event_id, event.labels, event.origin, event.labelled_at
            )


def promotes_by_itself(desk: Desk) -> None:
    with desk.database.write() as connection:
        version, _ = policies.read_current(connection) or (0, {})
        body = copy.deepcopy(DEFAULT_POLICY) | {"promotion": "proof"}
        change_policy(connection, body, version, "test", "test", desk.now)


def turned(count: int, seed: int, days: int = 0) -> list[LabelledFeatures]:
    start = datetime(2026, 11, 2, 6, tzinfo=UTC) + timedelta(days=days)
    return labelled_events(TASK, count, seed=seed, turned=True, start=start)


def test_what_people_decide_labels_what_the_model_was_asked(desk: Desk, models: Path) -> None:
    judge = Judge(open_shelf(models), ZONE)
    desk.receiver = Receiver(desk.database, judge, "demo", clock=lambda: desk.now)
    desk.reviewer = Reviewer(
        desk.database, Judge(open_shelf(models), ZONE), "demo", clock=lambda: desk.now
    )
    desk.use_policy("supervise")
    tasks = [desk.receive(confirmation(number))[0].event_id for number in (1, 2, 3)]
    desk.decide(tasks[0], "approve")
    other = confirmation(2)["data"] | {"yield_quantity": quantity("9")}
    desk.decide(tasks[1], "correct", correction=other)
    desk.decide(tasks[2], "reject", reason="Scanned twice")
    with desk.database.read() as connection:
        found = feature_rows.read_labelled(connection, USE_CASE, limit=10)
    assert {event.event_id: (event.labels, event.origin) for event in found} == {
        tasks[0]: (("normal",), "person"),
        tasks[1]: (("recording_error",), "person"),
        tasks[2]: (("recording_error",), "person"),
    }
    assert all(event.rows.shape == (1, len(TASK.features)) for event in found)


def test_too_few_labels_change_nothing(desk: Desk, models: Path) -> None:
    standing = retraining.retrain(desk.database, models, USE_CASE, actor="test")
    assert standing.text.startswith("0 events became clear")
    assert standing.challenger is None


def test_what_passes_the_gate_challenges_and_a_person_may_promote_it(
    desk: Desk, models: Path
) -> None:
    keep(desk, turned(400, 5))
    standing = retraining.retrain(desk.database, models, USE_CASE, actor="test")
    assert standing.challenger is not None
    again = retraining.retrain(desk.database, models, USE_CASE, actor="test")
    assert again.text == "a challenge is under way"
    undecided = retraining.judge_challenge(desk.database, models, USE_CASE, actor="test")
    assert undecided is not None
    assert undecided.duel is not None
    assert undecided.duel.events == 0
    keep(desk, turned(200, 6, days=3))
    won = retraining.judge_challenge(desk.database, models, USE_CASE, actor="test")
    assert won is not None
    assert won.text.startswith("a person may promote it")
    assert registry.active_version(models, USE_CASE) == "made-1"


def test_a_sure_winner_takes_over_where_the_policy_says_so(desk: Desk, models: Path) -> None:
    promotes_by_itself(desk)
    keep(desk, turned(400, 5))
    version = retraining.retrain(desk.database, models, USE_CASE, actor="test").challenger
    keep(desk, turned(200, 6, days=3))
    standing = retraining.judge_challenge(desk.database, models, USE_CASE, actor="test")
    assert standing is not None
    assert standing.champion == registry.active_version(models, USE_CASE) == version
    assert challenger.challenger_version(models, USE_CASE) is None
    assert "model_promoted" in desk.steps()


def test_a_roll_back_puts_the_one_before_in_use_and_is_recorded(desk: Desk, models: Path) -> None:
    put_in_use(models, champion_of(TASK, seed=2))
    version = retraining.roll_back(desk.database, models, USE_CASE, actor="test", reason="worse")
    assert version == registry.active_version(models, USE_CASE) == "made-1"
    assert desk.steps()[-1] == "model_rolled_back"


def test_a_sure_loser_is_withdrawn(desk: Desk, models: Path) -> None:
    keep(desk, turned(400, 5))
    retraining.retrain(desk.database, models, USE_CASE, actor="test")
    start = datetime(2026, 11, 6, tzinfo=UTC)
    keep(desk, labelled_events(TASK, 200, seed=7, start=start))
    standing = retraining.judge_challenge(desk.database, models, USE_CASE, actor="test")
    assert standing is not None
    assert standing.text.startswith("withdrawn")
    assert challenger.challenger_version(models, USE_CASE) is None


def test_a_model_that_takes_over_has_only_the_trust_of_its_own_answers(
    desk: Desk, models: Path
) -> None:
    events = labelled_events(TASK, 40, seed=3, noise=0.0)
    keep(desk, events)
    rows = [
        Confirmation(e.event_id, n, USE_CASE, "1000", 0.5, True, "1", "person", desk.now)
        for n, e in enumerate(events, 1)
    ]
    past = Confirmation("past", 99, USE_CASE, "1000", 0.99, True, "1", "history", desk.now)
    with desk.database.write() as connection:
        confirmations.put(connection, [*rows, past])
    retraining.promote(
        desk.database, models, USE_CASE, "made-1", actor="person:olga", reason="rollback"
    )
    model = registry.load(models, TASK, "made-1")
    with desk.database.read() as connection:
        outcomes = confirmations.read_last_outcomes(connection, USE_CASE, "1000", 100)
        changes = autonomy_changes.latest(connection, 10)
    expected = [retraining.confidence_of(model, event) for event in reversed(events)]
    assert [confidence for confidence, _ in outcomes] == pytest.approx(expected)
    assert changes == []
    assert desk.flaws() == []


def test_retraining_is_due_once_a_night(desk: Desk, models: Path) -> None:
    before = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    after = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    counts = [
        len(retraining.learn_on(desk.database, models, ZONE, now))
        for now in (before, after, after, after + timedelta(days=1))
    ]
    assert counts == [0, 3, 0, 3]
