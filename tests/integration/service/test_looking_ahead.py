"""Looking ahead: a question about a table of the plant, from training to what came of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from integration.service.energy_plant import HOUR, PRESSES, TABLE, EnergyPlant

from countersign.forecast.asked_rows import ask, history
from countersign.forecast.plant_table import plant_question
from countersign.forecast.question import Question
from countersign.journey.ahead.forecast import Lookout, learn_question, read_rows
from countersign.learn import Model, load, read_spec
from countersign.learn.features import lay_out
from countersign.learn.table import read_table
from countersign.model import registry
from countersign.model.encoding import Encoding
from countersign.nouns.forecast import Forecast
from countersign.store import forecast_questions, forecasts, schema
from countersign.store.database import Database
from countersign.store.forecast_questions import QuestionState

START = datetime(2026, 9, 1, tzinfo=UTC)
HOURS = 400
NOW = START + 300 * HOUR + timedelta(minutes=5)
TASK = "energy_per_hour"
SPEC = read_spec(TASK)


class Site:
    """A plant, the service's store beside it, and somebody who looks ahead."""

    def __init__(self, plant: EnergyPlant, store: Database, question: Question, models: Path):
        self.plant, self.store, self.question, self.models = plant, store, question, models
        self.lookout = Lookout(store, models, [question])

    def look(self, now: datetime) -> list[QuestionState]:
        self.plant.reach(now)
        return self.lookout.look(now)

    def ahead(self, now: datetime) -> list[Forecast]:
        with self.store.read() as connection:
            return forecasts.read_ahead(connection, now, 100)

    def settled(self) -> list[Forecast]:
        with self.store.read() as connection:
            return forecasts.read_settled(connection, 100)


@contextmanager
def open_site(url: str, models: Path, changes_at: datetime | None = None) -> Iterator[Site]:
    """The table stands in the service's own database, as in a small plant with one server."""
    store = Database(url)
    schema.upgrade(store)
    plant = EnergyPlant(url, START, HOURS, changes_at)
    try:
        question = plant_question(SPEC, TABLE, store, ZoneInfo("UTC"), "EUR")
        yield Site(plant, store, question, models)
    finally:
        plant.close()
        store.close()


@pytest.fixture(scope="module")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that has learned from the plant as it stood at first."""
    folder = tmp_path_factory.mktemp("energy")
    with open_site(f"sqlite:///{folder}/plant.sqlite", folder) as site:
        site.plant.reach(NOW)
        model = learn_question(site.store, site.question, NOW)
    model.save(folder)
    registry.activate(folder, TASK, model.version)
    return folder


@pytest.fixture
def site(database_url: str, models_dir: Path) -> Iterator[Site]:
    with open_site(database_url, models_dir) as opened:
        yield opened


@pytest.fixture
def small_site(tmp_path: Path, models_dir: Path) -> Iterator[Site]:
    """A site whose models may be changed."""
    models = tmp_path / "models"
    shutil.copytree(models_dir / TASK, models / TASK)
    with open_site(f"sqlite:///{tmp_path}/site.sqlite", models) as opened:
        yield opened


def test_what_comes_is_told_with_its_interval_and_held_against_what_came(site: Site) -> None:
    (state,) = site.look(NOW)
    assert (state.problem, state.asked) == (None, len(PRESSES))
    told = site.ahead(NOW)
    hour = NOW.replace(minute=0)
    assert {row.subject for row in told} == set(PRESSES)
    assert {row.asked_for for row in told} == {hour.isoformat()}
    for row in told:
        answer = row.answer
        assert answer.lower is not None
        assert answer.value is not None
        assert answer.upper is not None
        assert answer.lower < answer.value < answer.upper
        assert (row.unit, row.asks_until, row.about) == ("kWh", hour + HOUR, "work centre")
        assert row.reasons
        assert row.reasons[0].feature.split(".")[0] in {column.name for column in SPEC.columns}
    later = NOW + HOUR
    site.look(later)
    came = {row.subject: row for row in site.settled()}
    assert set(came) == set(PRESSES)
    for press, row in came.items():
        assert row.actual is not None
        metered = site.plant.energy_of(press, hour)
        assert row.actual.value == metered.quantize(site.question.step)
        answer = row.answer
        inside = answer.lower <= row.actual.value <= answer.upper  # type: ignore[operator]
        assert row.actual.is_right == inside
        assert row.actual.error == pytest.approx(float(abs(row.actual.value - answer.value)))  # type: ignore[operator]
        before = site.plant.energy_of(press, hour - HOUR)
        assert row.baseline is not None
        assert row.baseline.value == before.quantize(site.question.step)


def test_over_a_day_the_model_beats_the_hour_before_and_its_interval_holds(site: Site) -> None:
    for hour in range(24):
        site.look(NOW + hour * HOUR)
    with site.store.read() as connection:
        (worth,) = forecasts.read_worth(connection, NOW + 24 * HOUR)
    assert worth.settled == 23 * len(PRESSES)
    assert worth.baseline_error is not None
    assert worth.error < 0.5 * worth.baseline_error
    assert worth.right / worth.settled > 0.75


def test_a_subject_is_asked_once_in_its_time(site: Site) -> None:
    assert site.look(NOW)
    first = site.ahead(NOW)
    assert site.look(NOW + timedelta(minutes=10)) == []
    site.lookout.ask(site.question, NOW + timedelta(minutes=20))
    assert site.ahead(NOW + timedelta(minutes=20)) == first


def features_of(model: Model, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the model reads of each row, by press and hour."""
    table = read_table(model.task, rows, with_target=False)
    laid = lay_out(table, Encoding(model.card["encoding"]["codes"])).chosen(model.task.features)
    index = pd.MultiIndex.from_frame(rows[["work_center_id", "hour_start"]])
    return pd.DataFrame(laid, index=index, columns=list(model.task.features)).sort_index()


@pytest.mark.parametrize("hours", [0, 5, 13, 30])
def test_what_was_asked_at_a_time_is_what_training_makes_of_it_later(
    small_site: Site, hours: int
) -> None:
    site, now = small_site, NOW + hours * HOUR
    model = load(site.models / TASK)
    site.plant.reach(now)
    asked = ask(SPEC, read_rows(site.store, site.question, now), now)
    served = features_of(model, asked.rows)
    later = now + 50 * HOUR
    site.plant.reach(later)
    rebuilt = features_of(model, history(SPEC, read_rows(site.store, site.question, later)))
    hours = pd.MultiIndex.from_frame(asked.rows.loc[asked.index, ["work_center_id", "hour_start"]])
    assert len(hours) == len(PRESSES)
    pd.testing.assert_frame_equal(served.loc[hours], rebuilt.loc[hours])
    assert not served.loc[hours, "energy_kwh.lag0"].isna().any()


def test_a_row_is_explained_alike_alone_and_among_all(small_site: Site) -> None:
    model = load(small_site.models / TASK)
    small_site.plant.reach(NOW)
    asked = ask(SPEC, read_rows(small_site.store, small_site.question, NOW), NOW)
    every = model.explain(asked.rows)
    alone = model.explain(asked.rows, of=asked.index[:1])
    expected = every[every["row"] == asked.index[0]]
    assert len(alone)
    pd.testing.assert_frame_equal(alone, expected.reset_index(drop=True), check_dtype=False)


def test_a_question_that_is_no_longer_set_up_leaves_nothing_standing(small_site: Site) -> None:
    small_site.look(NOW)
    assert small_site.ahead(NOW)
    minute = timedelta(minutes=1)
    Lookout(small_site.store, small_site.models, []).look(NOW + minute)
    assert small_site.ahead(NOW + minute) == []
    with small_site.store.read() as connection:
        assert forecast_questions.read_all(connection) == []


def test_without_a_model_nothing_is_asked_and_the_question_says_so(small_site: Site) -> None:
    (small_site.models / TASK / registry.ACTIVE).unlink()
    (state,) = small_site.look(NOW)
    assert (state.model_version, state.asked, state.problem) == (None, 0, None)
    assert small_site.ahead(NOW) == []


def test_a_model_that_goes_out_of_use_leaves_nothing_standing(small_site: Site) -> None:
    small_site.look(NOW)
    assert small_site.ahead(NOW)
    (small_site.models / TASK / registry.ACTIVE).unlink()
    small_site.look(NOW + timedelta(minutes=1))
    assert small_site.ahead(NOW + timedelta(minutes=1)) == []
    small_site.look(NOW + HOUR)
    assert len(small_site.settled()) == len(PRESSES)


def test_a_broken_model_is_said_and_stops_no_other_question(small_site: Site) -> None:
    version = registry.active_version(small_site.models, TASK)
    booster = small_site.models / TASK / str(version) / registry.BOOSTER
    booster.write_bytes(booster.read_bytes()[:-1])
    other = replace(small_site.question, task="own", spec=replace(SPEC, name="own"))
    small_site.plant.reach(NOW)
    lookout = Lookout(small_site.store, small_site.models, [small_site.question, other])
    broken, sound = lookout.look(NOW)
    assert "was altered" in (broken.problem or "")
    assert (sound.task, sound.problem) == ("own", None)
    with small_site.store.read() as connection:
        kept = {state.task: state.problem for state in forecast_questions.read_all(connection)}
    assert kept == {TASK: broken.problem, "own": None}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("no_such_table", "there is no table or view no_such_table"),
        ("event", "event has no column energy_kwh"),
    ],
)
def test_a_table_that_cannot_be_read_is_said_and_tried_again(
    small_site: Site, table: str, said: str
) -> None:
    question = plant_question(SPEC, table, small_site.store, ZoneInfo("UTC"), "EUR")
    lookout = Lookout(small_site.store, small_site.models, [question])
    (state,) = lookout.look(NOW)
    assert said in (state.problem or "")
    assert lookout.look(NOW + timedelta(minutes=1)) == []
    assert lookout.look(NOW + timedelta(minutes=6))


def test_a_new_model_is_asked_at_once_and_its_answer_stands(small_site: Site) -> None:
    small_site.look(NOW)
    (before, *_) = small_site.ahead(NOW)
    model = learn_question(small_site.store, small_site.question, NOW, seed=2)
    model.save(small_site.models)
    registry.activate(small_site.models, TASK, model.version)
    later = NOW + timedelta(minutes=1)
    small_site.look(later)
    told = small_site.ahead(later)
    assert {row.model_version for row in told} == {model.version}
    assert len(told) == len(PRESSES)
    with small_site.store.read() as connection:
        found = forecasts.find(connection, forecasts.Search(subject=before.subject), 10)
    assert [row.superseded_at for row in found] == [None, later]
