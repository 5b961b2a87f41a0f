"""A table of the plant as a question: every spec that is fed by one, read, asked and settled."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from unit.forecast.plant_tables import CASES, NOW, PlantCase, Row

from countersign.forecast.asked_rows import history
from countersign.forecast.plant_table import plant_question
from countersign.forecast.question import Question
from countersign.forecast.wording import say_answer
from countersign.journey.ahead.foretell import foretell, what_came
from countersign.learn import fit, read_spec
from countersign.nouns.forecast import Forecast
from countersign.store.database import Database
from countersign.store.plant_tables import PlantTableError

BERLIN = ZoneInfo("Europe/Berlin")


class Plant:
    """A plant's database with one table."""

    def __init__(self, path: Path, zone: ZoneInfo = BERLIN) -> None:
        self._path = path
        self.database = Database(f"sqlite:///{path}")
        self._zone = zone

    def fill(self, columns: str, rows: list[Row]) -> None:
        with sqlite3.connect(self._path) as connection:
            connection.execute("DROP TABLE IF EXISTS plant")
            connection.execute(f"CREATE TABLE plant ({columns})")
            places = ", ".join("?" for _ in rows[0])
            connection.executemany(
                f"INSERT INTO plant ({', '.join(rows[0])}) VALUES ({places})",
                [tuple(map(_stored, row.values())) for row in rows],
            )
        connection.close()

    def question(self, spec: str | dict[str, Any]) -> Question:
        return plant_question(read_spec(spec), "plant", self.database, self._zone, "EUR")

    def read(self, question: Question, now: datetime = NOW) -> pd.DataFrame:
        with self.database.read() as connection:
            return question.read(connection, now)


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    opened = Plant(tmp_path / "plant.sqlite")
    yield opened
    opened.database.close()


Run = tuple[PlantCase, list[Forecast]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """Train, ask, and let the answers become known, once per spec."""

    @cache
    def through(spec: str) -> Run:
        case = CASES[spec]()
        plant = Plant(tmp_path_factory.mktemp(spec) / "plant.sqlite")
        question = plant.question(spec)
        assert question.spec is not None
        plant.fill(case.columns, case.before)
        frame = plant.read(question)
        model = fit(question.spec, history(question.spec, frame).reset_index(drop=True))
        told = foretell(question, model, frame, NOW)
        plant.fill(case.columns, case.after)
        came = what_came(question, question.spec, plant.read(question), told)
        plant.database.close()
        return case, [replace(row, actual=came.get(row.forecast_id)) for row in told]

    return through


@pytest.mark.parametrize("spec", CASES)
def test_every_spec_is_asked_about_what_lies_ahead_and_settled_later(
    run: Callable[[str], Run], spec: str
) -> None:
    case, told = run(spec)
    assert {row.subject for row in told} == case.subjects
    assert len(told) == len(case.subjects)
    assert all(row.baseline is not None and row.reasons for row in told)
    errors = [row.actual.error for row in told if row.actual]
    baselines = [row.actual.baseline_error for row in told if row.actual]
    assert len(errors) == len(told)
    assert sum(errors) < sum(error or 0.0 for error in baselines)


def test_remaining_life_is_told_in_whole_cycles_with_the_least(run: Callable[[str], Run]) -> None:
    _, told = run("remaining_life")
    for row in told:
        answer = row.answer
        assert answer.value == answer.value.to_integral_value()  # type: ignore[union-attr]
        assert answer.lower <= answer.value  # type: ignore[operator]
        assert say_answer(row) == f"about {answer.value} cycles left, at least {answer.lower}"
        assert row.asked_for.isdigit()


def test_a_machine_is_asked_at_its_newest_cycle_and_one_that_failed_never(
    run: Callable[[str], Run],
) -> None:
    _, told = run("failure_soon")
    assert [row.answer.label for row in told] == ["yes", "yes"]
    by_machine = {row.subject: row for row in told}
    assert by_machine["M-00"].actual.label == "no"  # type: ignore[union-attr]
    assert by_machine["M-01"].actual.label == "yes"  # type: ignore[union-attr]
    likely, unlikely = by_machine["M-01"].answer.probability, by_machine["M-00"].answer.probability
    assert likely > 0.5 > unlikely  # type: ignore[operator]


def test_accruals_are_told_to_the_cent_in_the_plants_currency(run: Callable[[str], Run]) -> None:
    case, told = run("accrual_forecast")
    for row in told:
        for value in (row.answer.value, row.answer.lower, row.answer.upper, row.actual.value):  # type: ignore[union-attr]
            assert value.as_tuple().exponent == -2  # type: ignore[union-attr]
    assert {row.unit for row in told} == {"EUR"}
    received = {row["supplier_account"]: row for row in case.before[23::24]}
    first = received["V0 400000"]["received_amount"]
    guess = next(row.baseline for row in told if row.subject == "V0 400000")
    assert guess is not None
    assert guess.value == first


SPEC = {
    "name": "own",
    "kind": "regress",
    "target": "kwh",
    "unit_column": "line",
    "time_column": "at",
    "horizon": "15min",
    "features": {"kwh": {"known": "past"}, "orders": "number", "since": "time"},
}
COLUMNS = "line text, at text, kwh text, orders numeric, since text, subject text, asks_until text"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-01 08:00:00", "2026-07-01T06:00:00+00:00"),
        ("2026-01-01T08:00:00", "2026-01-01T07:00:00+00:00"),
        ("2026-07-01T08:00:00Z", "2026-07-01T08:00:00+00:00"),
        ("2026-07-01T08:00:00-05:00", "2026-07-01T13:00:00+00:00"),
        ("2026-07-01", "2026-06-30T22:00:00+00:00"),
    ],
)
def test_times_without_an_offset_are_the_plants(plant: Plant, written: str, meant: str) -> None:
    row = dict.fromkeys(("line", "at", "kwh", "orders", "since", "subject"), None)
    plant.fill(COLUMNS, [row | {"line": "L1", "at": written, "since": None}])
    frame = plant.read(plant.question(SPEC))
    assert frame["at"][0].isoformat() == meant


def test_an_own_spec_says_how_often_it_is_asked_and_until_when(plant: Plant) -> None:
    question = plant.question(SPEC)
    assert question.every == timedelta(minutes=15)
    row = {"line": "L1", "at": "2026-07-01T08:00:00Z", "kwh": None, "orders": 1, "since": None}
    plant.fill(COLUMNS.replace(", asks_until text", "").replace(", subject text", ""), [row])
    frame = plant.read(question)
    assert frame["subject"][0] == "L1"
    assert frame["asks_until"][0] == datetime(2026, 7, 1, 8, 15, tzinfo=UTC)
    plant.fill(COLUMNS, [row | {"subject": "line one", "asks_until": "2026-07-01T09:00:00Z"}])
    frame = plant.read(question)
    assert frame["subject"][0] == "line one"
    assert frame["asks_until"][0] == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "changes", "said"),
    [
        ("line text, at text, orders int, since text", {}, "plant has no column kwh"),
        (COLUMNS, {"at": "yesterday", "kwh": "1"}, "plant.at holds 'yesterday', which is no time"),
    ],
)
def test_a_table_that_cannot_be_a_question_says_what_to_change(
    plant: Plant, columns: str, changes: Row, said: str
) -> None:
    row = {"line": "L1", "at": "2026-07-01T08:00:00Z", "orders": 1, "since": None} | changes
    plant.fill(columns, [row])
    with pytest.raises(PlantTableError, match=said):
        plant.read(plant.question(SPEC))


def test_a_table_that_does_not_say_what_a_row_is_about_is_refused(plant: Plant) -> None:
    spec = {"name": "own", "kind": "regress", "target": "kwh", "features": {"orders": "number"}}
    plant.fill("kwh float, orders int", [{"kwh": 1.0, "orders": 1}])
    with pytest.raises(PlantTableError, match="add a column subject or order_id"):
        plant.read(plant.question(spec))
