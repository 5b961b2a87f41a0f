"""Refitting: a different plant bends the model, noise does not, and little is too little."""

from __future__ import annotations

import numpy as np
import pytest
from labelled_events import champion_of, labelled_events

from countersign.learn.duel import Duel, fight, losses
from countersign.learn.refit import FEWEST_EVENTS, TooFewLabels, refit
from countersign.model.task import TaskSpec

TASK = TaskSpec(
    name="toy",
    features=("truth", "noise_one", "noise_two"),
    labels=("normal", "recording_error"),
    sound_labels=frozenset({"normal"}),
    target="cause",
)
CHAMPION = champion_of(TASK)


def test_a_plant_that_is_different_bends_the_model() -> None:
    found = refit(CHAMPION, labelled_events(TASK, 600, seed=5, turned=True))
    assert found.has_passed
    assert found.gate.is_won
    fresh = labelled_events(TASK, 300, seed=6, turned=True)
    assert losses(found.model, fresh).mean() < losses(CHAMPION, fresh).mean() * 0.8


def test_the_same_labels_give_the_same_model() -> None:
    events = labelled_events(TASK, 300, seed=5, turned=True)
    first, second = refit(CHAMPION, events), refit(CHAMPION, events)
    assert first.model.card == second.model.card
    assert np.array_equal(first.model.predict(events[0].rows), second.model.predict(events[0].rows))


def test_the_champion_stays_as_it_was() -> None:
    events = labelled_events(TASK, 300, seed=5, turned=True)
    before = CHAMPION.predict(events[0].rows)
    refit(CHAMPION, events)
    assert np.array_equal(before, CHAMPION.predict(events[0].rows))


def test_the_card_says_what_it_learned_from_and_how_it_did() -> None:
    card = refit(CHAMPION, labelled_events(TASK, 300, seed=5, turned=True)).model.card
    assert card["grown_from"] == "made-1"
    assert card["version"].startswith("fb-300-")
    assert card["feedback"]["origins"] == {"person": 300}
    assert card["feedback"]["median_delay_s"] == 600.0
    assert "on 75 events" in card["gate"]["text"]


def test_labels_that_are_mere_noise_do_not_pass_the_gate() -> None:
    noisy = labelled_events(TASK, 300, seed=5, noise=0.05)
    spoiled = [
        *labelled_events(TASK, 225, seed=8, turned=True),
        *noisy[225:],
    ]
    assert not refit(CHAMPION, spoiled).has_passed


@pytest.mark.parametrize(
    ("count", "noise"), [(FEWEST_EVENTS - 1, 0.05), (0, 0.05)], ids=["few", "none"]
)
def test_too_few_labels_are_said_to_be_too_few(count: int, noise: float) -> None:
    with pytest.raises(TooFewLabels, match=f"{count} events became clear"):
        refit(CHAMPION, labelled_events(TASK, count, seed=5, noise=noise))


def test_events_that_were_all_right_teach_too_little() -> None:
    events = [e for e in labelled_events(TASK, 600, seed=5) if e.labels == ("normal",)]
    with pytest.raises(TooFewLabels, match="0 of them wrong"):
        refit(CHAMPION, events)


def test_a_duel_without_events_is_undecided() -> None:
    duel = fight(CHAMPION, CHAMPION, [])
    assert (duel.is_won, duel.is_lost) == (False, False)


def test_a_model_never_beats_itself() -> None:
    duel = fight(CHAMPION, CHAMPION, labelled_events(TASK, 200, seed=9))
    assert (duel.is_won, duel.is_lost, duel.gain_low) == (False, False, 0.0)


def test_a_result_says_how_it_stands() -> None:
    assert Duel(10, 0.5, 0.4, 0.05, 0.15).text == (
        "surely better on 10 events: mean loss 0.4000 against 0.5000"
    )
    assert "undecided" in Duel(10, 0.5, 0.4, -0.05, 0.15).text
    assert "surely worse" in Duel(10, 0.4, 0.5, -0.15, -0.05).text
