"""Narrating: the template always stands; a model may say it better, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from integration.service.desk import Desk, quantity, scrap
from language_model import LanguageModel, Reply, answers, language_model, says

from countersign.journey.telling.narrate import narrate, rephrase_what_people_see, subject_of_event
from countersign.language.locales import Locale
from countersign.settings import LanguageSettings, Settings
from countersign.store import approvals, audit_records, events

TEMPLATE = "3 pcs SEAL-01 were reported on order 100234/0010."
BETTER = "On order 100234/0010 somebody reported 3 pcs of SEAL-01."


@pytest.fixture
def model() -> Iterator[LanguageModel]:
    with language_model() as running:
        yield running


@pytest.fixture
def settings(model: LanguageModel) -> Settings:
    language = LanguageSettings(
        url=model.url,
        model="tester-1",
        key="secret key",
        timeout_s=5,
        price_per_1000_tokens=Decimal("0.5"),
    )
    return Settings(database_url="sqlite://", models_dir=Path("/nonexistent"), language=language)


def told(desk: Desk, settings: Settings, locale: Locale = "en") -> tuple[str, str]:
    """Return the text about the first open task, and who wrote it."""
    with desk.database.read() as connection:
        (task,) = approvals.find(connection)
        subject = subject_of_event(events.read(connection, task.event_id), settings)
        assert subject is not None
        narrative = narrate(connection, subject, locale, settings)
    return narrative.text.split(" The most")[0].split(" €")[0], narrative.origin


def ask(desk: Desk) -> None:
    desk.use_policy("supervise")
    desk.receive(scrap())


def exchanges(desk: Desk) -> list[dict[str, object]]:
    with desk.database.read() as connection:
        (task,) = approvals.find(connection)
        records = audit_records.find(connection, event_id=task.event_id)
    return [json.loads(row.body) for row in records if row.step == "language_model_asked"]


def test_the_template_is_there_before_any_model_was_asked(desk: Desk, settings: Settings) -> None:
    ask(desk)
    assert told(desk, settings) == (TEMPLATE, "template")


def test_a_model_says_it_better_once_and_the_audit_has_question_and_answer(
    desk: Desk, settings: Settings, model: LanguageModel
) -> None:
    ask(desk)
    model.reply = says(BETTER)
    assert rephrase_what_people_see(desk.database, settings) == 1
    assert rephrase_what_people_see(desk.database, settings) == 0
    assert told(desk, settings) == (BETTER, "variance 1, tester-1")
    (exchange,) = exchanges(desk)
    assert exchange["answer"] == BETTER
    assert TEMPLATE in str(exchange["question"])
    assert exchange["cost"] == "0.06"
    assert model.keys == ["Bearer secret key"]
    assert desk.flaws() == []


BAD: list[tuple[str, Reply, str]] = [
    ("a number that is no fact", says("There were 4 pcs."), "says 4"),
    ("a number in words", says("There were twelve pcs."), "says twelve"),
    ("too long", says("word " * 200), "longer than"),
    ("cut off", says("There were", finish="length"), "cut off"),
    ("an invented mask", says("See [[SUPPLIER_1]]."), "mask"),
    ("an empty text", says("  "), "empty"),
    ("an outage", answers(503, b"busy"), "status 503"),
    ("a redirect", answers(302, b""), "status 302"),
    ("a page", answers(200, b"<html>"), "no completion"),
    ("another shape", answers(200, b'{"choices": []}'), "no completion"),
    ("a flood", answers(200, b"x" * 300_000), "bytes"),
]


@pytest.mark.parametrize(("_", "reply", "why"), BAD, ids=[row[0] for row in BAD])
def test_whatever_goes_wrong_the_template_stands_and_the_reason_is_kept(
    desk: Desk, settings: Settings, model: LanguageModel, _: str, reply: Reply, why: str
) -> None:
    ask(desk)
    model.reply = reply
    rephrase_what_people_see(desk.database, settings)
    assert told(desk, settings) == (TEMPLATE, "template")
    (exchange,) = exchanges(desk)
    assert why in str(exchange["refused_for"])


def test_a_model_that_is_away_costs_nothing_but_a_note(desk: Desk, settings: Settings) -> None:
    ask(desk)
    away = replace(settings, language=replace(settings.language, url="http://127.0.0.1:9/v1"))
    rephrase_what_people_see(desk.database, away)
    assert told(desk, away) == (TEMPLATE, "template")
    assert exchanges(desk)[0]["refused_for"] == "no answer: ConnectionError"


def test_no_more_is_spent_in_a_day_than_allowed(
    desk: Desk, settings: Settings, model: LanguageModel
) -> None:
    desk.use_policy("supervise")
    desk.receive(*(scrap(number, quantity=quantity(str(number))) for number in range(1, 6)))
    model.reply = says("Look at order 100234/0010.", tokens=1000)
    frugal = replace(settings, language=replace(settings.language, daily_limit=Decimal("1.2")))
    assert rephrase_what_people_see(desk.database, frugal) == 3
    assert rephrase_what_people_see(desk.database, frugal) == 0
    assert len(model.questions) == 3


def test_without_a_model_nobody_is_asked(desk: Desk, model: LanguageModel) -> None:
    ask(desk)
    plain = Settings(database_url="sqlite://", models_dir=Path("/nonexistent"))
    assert rephrase_what_people_see(desk.database, plain) == 0
    assert model.questions == []


def test_each_language_that_is_set_up_is_asked_for(
    desk: Desk, settings: Settings, model: LanguageModel
) -> None:
    ask(desk)
    both = replace(settings, language=replace(settings.language, locales=("en", "de")))
    model.reply = says(lambda question: "Gut." if "German" in question else "Good.")
    assert rephrase_what_people_see(desk.database, both) == 2
    assert told(desk, both, "de")[0] == "Gut."
    assert told(desk, both, "en")[0] == "Good."
    assert told(desk, both, "nl")[1] == "template"
