"""Wording: what people read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import countersign
from countersign.console import wording
from countersign.console.causes import cause_of
from countersign.console.reasons import MAX_REASON_LENGTH, OTHER, TILES, reason_from

SOURCE = Path(countersign.__path__[0])


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Consume 485 C62 SEAL-01", "Consume 485 pcs SEAL-01"),
        ("expected 452–468 KGM for 480 H87", "expected 452–468 kg for 480 pcs"),
        ("12.5 MIN, 3 HUR", "12.5 min, 3 h"),
        ("MIN order 5 MINUTES", "MIN order 5 MINUTES"),
        ("485 BOX", "485 BOX"),
    ],
)
def test_units_are_said_as_people_say_them(text: str, spoken: str) -> None:
    assert wording.spoken(text) == spoken


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than 1 min"),
        (59, "less than 1 min"),
        (60, "1 min"),
        (59 * 60, "59 min"),
        (3600, "1 h 00"),
        (3 * 3600 + 5 * 60, "3 h 05"),
        (24 * 3600, "1 day"),
        (71 * 3600, "2 days"),
    ],
)
def test_durations_have_the_units_that_matter(seconds: int, text: str) -> None:
    assert wording.duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "no model was asked"),
        (1.0, "very high (1.00)"),
        (0.99, "very high (0.99)"),
        (0.95, "high (0.95)"),
        (0.7, "fair (0.70)"),
        (0.5, "low (0.50)"),
        (0.08, "very low (0.08)"),
    ],
)
def test_confidence_is_a_word_and_a_number(value: float | None, text: str) -> None:
    assert wording.confidence(value) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("the amount is high", "The amount is high."), ("Done.", "Done."), ("", ".")],
)
def test_reasons_become_sentences(text: str, sentence: str) -> None:
    assert wording.sentence(text) == sentence


def test_a_new_cause_speaks_for_itself() -> None:
    assert cause_of("moon_is_full").title == "Moon is full"
    assert cause_of("moon_is_full", "nl").advice == "Controleer en beslis."


def test_a_cause_is_told_in_the_readers_language() -> None:
    assert cause_of("lot_missing").title == "Lot is missing"
    assert cause_of("lot_missing", "de").title == "Charge fehlt"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ({}, ""),
        ({"reason": "Miscounted"}, "Miscounted"),
        ({"reason": "Miscounted", "note": " twice "}, "Miscounted: twice"),
        ({"reason": OTHER}, ""),
        ({"reason": OTHER, "note": "rain"}, "rain"),
        ({"note": "rain"}, "rain"),
    ],
)
def test_a_reason_is_a_tile_or_words_or_both(form: dict[str, str], reason: str) -> None:
    assert reason_from(form) == reason


def test_a_reason_always_fits_its_place() -> None:
    assert len(reason_from({"reason": "Miscounted", "note": "x" * 900})) == MAX_REASON_LENGTH


def test_every_action_offers_six_to_eight_tiles_and_other() -> None:
    for tiles in TILES.values():
        assert 6 <= len(tiles) <= 8
        assert tiles[-1] == OTHER
