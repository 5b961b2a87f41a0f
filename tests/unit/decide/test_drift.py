"""Drift: a change that matters is found, chance alone is not, and the sentence has the numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countersign.decide.drift import (
    FEWEST_REFERENCE_EVENTS,
    RECENT_EVENTS,
    Seen,
    Shift,
    Watch,
    stability_index,
    stability_index_of_codes,
)

Change = Callable[[np.random.Generator, Seen], Seen]


def usual(chance: np.random.Generator) -> Seen:
    """Return an event of a plant where nothing changes."""
    data: dict[str, Any] = {"order_id": "1", "scrap_reason_code": chance.choice(["SURF", "DIM"])}
    if chance.random() < 0.98:
        data["person_id"] = "anna"
    return Seen(
        confidence=float(chance.beta(20, 2)),
        amount=float(chance.lognormal(3, 1)),
        severity=str(chance.choice(["info", "review"], p=[0.9, 0.1])),
        data=data,
    )


def watch(seed: int, change: Change = lambda _, seen: seen, *, before: int = 1000) -> Watch:
    """Return a watch whose last events are changed."""
    chance = np.random.default_rng(seed)
    old = [usual(chance) for _ in range(before)]
    return Watch([*old, *(change(chance, usual(chance)) for _ in range(RECENT_EVENTS))])


def alarming(found: Watch) -> list[Shift]:
    return [shift for shift in found.shifts() if shift.is_alarming]


@pytest.mark.parametrize("seed", range(40))
def test_chance_alone_raises_no_alarm(seed: int) -> None:
    assert alarming(watch(seed)) == []


@pytest.mark.parametrize("before", [0, FEWEST_REFERENCE_EVENTS - 1])
def test_too_few_events_say_nothing(before: int) -> None:
    assert watch(1, lambda _, seen: replace(seen, confidence=0.0), before=before).shifts() == []


def lacks_person(chance: np.random.Generator, seen: Seen) -> Seen:
    if chance.random() < 0.4:
        return replace(seen, data={k: v for k, v in seen.data.items() if k != "person_id"})
    return seen


def has_new_code(chance: np.random.Generator, seen: Seen) -> Seen:
    code = "S-01" if chance.random() < 0.3 else seen.data["scrap_reason_code"]
    return replace(seen, data={**seen.data, "scrap_reason_code": code})


CHANGES: list[tuple[str, str, Change]] = [
    ("confidence", "drift", lambda _, seen: replace(seen, confidence=(seen.confidence or 0) * 0.8)),
    ("amount", "drift", lambda _, seen: replace(seen, amount=(seen.amount or 0) * 10)),
    (
        "findings",
        "drift",
        lambda chance, seen: replace(seen, severity="hold" if chance.random() < 0.3 else "info"),
    ),
    ("missing person_id", "data", lacks_person),
    ("new scrap_reason_code", "data", has_new_code),
]


@pytest.mark.parametrize(("measure", "kind", "change"), CHANGES, ids=[row[0] for row in CHANGES])
@pytest.mark.parametrize("seed", range(5))
def test_a_change_that_matters_is_found_and_nothing_else(
    seed: int, measure: str, kind: str, change: Change
) -> None:
    (shift,) = alarming(watch(seed, change))
    assert (shift.measure, shift.kind) == (measure, kind)
    assert "200 events" in shift.text or "200" in shift.text


def test_the_sentence_has_the_numbers() -> None:
    (shift,) = alarming(watch(3, has_new_code))
    assert shift.text.startswith("scrap_reason_code has codes never seen before in ")
    assert shift.text.endswith("% of the last 200 events: S-01.")


samples = st.lists(st.floats(-1e6, 1e6), min_size=20, max_size=200)


@given(samples, samples)
@settings(max_examples=60)
def test_the_index_is_never_negative_and_zero_for_the_same(
    first: list[float], second: list[float]
) -> None:
    assert stability_index(first, second) >= 0
    assert stability_index(first, first) == pytest.approx(0)


def test_the_index_of_codes_is_the_sum_by_hand() -> None:
    found = stability_index_of_codes(["a"] * 50 + ["b"] * 50, ["a"] * 80 + ["b"] * 20)
    assert found == pytest.approx(0.3 * np.log(0.8 / 0.5) - 0.3 * np.log(0.2 / 0.5))
