"""Pictures of scrap: what an encoder sees is learned from people's decisions and then used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from integration.service.desk import SITE, Desk, open_desk, scrap
from unit.learn.picture_encoder import Histogram, write_picture

from countersign.assess.use_case import USE_CASES
from countersign.intake.pictures import PictureReader
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.learning import retrain as retraining
from countersign.journey.pictures import advice, open_pictures
from countersign.journey.receive import Receiver
from countersign.journey.review import Reviewer
from countersign.learn.train import train
from countersign.model import challenger, registry
from countersign.model.pictures import places_of
from countersign.model.trained import Model
from countersign.nouns.labelled import LabelledFeatures
from countersign.nouns.statistic import Statistic
from countersign.settings import Settings, SettingsError
from countersign.store import api_keys, events, feature_rows, statistics
from countersign.web.app import create_app

USE_CASE = "scrap_report"
TASK = USE_CASES[USE_CASE].task
ZONE = ZoneInfo("Europe/Berlin")
BRIGHTNESS = {"SURF": 40.0, "DIM": 90.0, "LEAK": 150.0, "BURN": 210.0}
REASONS = sorted(BRIGHTNESS)


def start_model(folder: Path, places: tuple[str, ...]) -> str:
    """Train a start model on the simulator and put it in use; return its version."""
    (card,) = train(
        USE_CASES, folder, 3, plants=4, orders=30, tasks=[USE_CASE], places={USE_CASE: places}
    )
    registry.activate(folder, USE_CASE, card["version"])
    return str(card["version"])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a start model that has places for the histogram's pictures."""
    folder = tmp_path_factory.mktemp("models")
    start_model(folder, places_of(Histogram.name, Histogram.size))
    return folder


@dataclass
class Line:
    """A line with a camera, an operator who guesses reasons, and a quality engineer who knows."""

    desk: Desk
    models: Path
    pictures: Path
    chance: np.random.Generator
    count: int = 0

    def report(self, truth: str, booked: str, *, has_picture: bool = True) -> str:
        """Send a scrap report and return its event."""
        self.count += 1
        facts = {"scrap_reason_code": booked, "operation_id": "0010"}
        if has_picture:
            facts["picture"] = f"{self.count}.pgm"
            write_picture(self.pictures / facts["picture"], BRIGHTNESS[truth], self.chance)
        return self.desk.receive(scrap(self.count, **facts))[0].event_id

    def work(self, pieces: int) -> None:
        """Report scrap under any reason; a person puts each right."""
        for _ in range(pieces):
            truth, booked = self.chance.choice(REASONS, 2)
            task = self.report(str(truth), str(booked))
            if truth == booked:
                self.desk.decide(task, "approve")
            else:
                data = scrap(self.count, picture=f"{self.count}.pgm")["data"]
                right = data | {"scrap_reason_code": str(truth)}
                self.desk.decide(task, "correct", correction=right)

    def assessment(self, event_id: str) -> dict:
        with self.desk.database.read() as connection:
            stored = events.read(connection, event_id)
        assert stored is not None
        return dict(json.loads(stored.assessment))


def open_line(folder: Path, models: Path, encoder: object = None) -> Iterator[Line]:
    pictures = folder / "pictures"
    pictures.mkdir()
    with open_desk(f"sqlite:///{folder}/service.sqlite") as desk:
        reader = PictureReader(pictures, encoder or Histogram())  # type: ignore[arg-type]

        def judge() -> Judge:
            return Judge(open_shelf(models), ZONE, reader)

        desk.judge = judge()
        desk.receiver = Receiver(desk.database, desk.judge, "demo", clock=lambda: desk.now)
        desk.reviewer = Reviewer(desk.database, judge(), "demo", clock=lambda: desk.now)
        desk.use_policy("supervise")
        even = Statistic(200, labels=dict.fromkeys(REASONS, 50))
        keys = (f"reason/{SITE}", f"reason/{SITE}/operation/0010", f"reason/{SITE}/equipment/-")
        with desk.database.write() as connection:
            statistics.save(connection, dict.fromkeys(keys, even))
        yield Line(desk, models, pictures, np.random.default_rng(7))


@pytest.fixture
def line(tmp_path: Path, trained: Path) -> Iterator[Line]:
    yield from open_line(tmp_path, trained)


def decided(line: Line) -> list[LabelledFeatures]:
    """Return what was kept of the events that people have decided about, oldest first."""
    with line.desk.database.read() as connection:
        return feature_rows.read_labelled(connection, USE_CASE, limit=1000)


def right_share(model: Model, events: list[LabelledFeatures]) -> float:
    """Return the share of events of which a model ranks the true reason first."""
    hits = 0
    for event in events:
        shares = model.predict(model.complete(event.rows, event.subjects, event.picture))[:, 1]
        hits += event.labels[int(shares.argmax())] == "true_reason"
    return hits / len(events)


def test_the_start_model_has_empty_places_and_judges_with_and_without_a_picture(
    line: Line,
) -> None:
    shown = line.assessment(line.report("DIM", "SURF"))
    plain = line.assessment(line.report("DIM", "SURF", has_picture=False))
    assert shown["facts"]["picture"] == "read by histogram-8"
    assert "picture" not in plain["facts"]
    assert shown["confidence"] == pytest.approx(plain["confidence"], abs=0.05)
    assert shown["context_digest"] == plain["context_digest"]


def test_after_peoples_decisions_the_challenger_tells_the_reason_by_the_picture(
    line: Line,
) -> None:
    line.work(260)
    standing = retraining.retrain(line.desk.database, line.models, USE_CASE, actor="test")
    assert standing.challenger is not None, standing.text
    assert standing.duel is not None
    assert standing.duel.is_won, standing.text
    champion = registry.load_active(line.models, TASK)
    rival = challenger.load_challenger(line.models, TASK)
    assert champion is not None
    assert rival is not None
    line.work(40)
    fresh = decided(line)[-40:]
    assert right_share(rival, fresh) > 0.9
    assert right_share(champion, fresh) < 0.5
    unseen = [replace(event, picture=None) for event in fresh]
    assert right_share(rival, unseen) < 0.5


def test_a_model_without_places_serves_on_and_it_is_said_what_to_do(tmp_path: Path) -> None:
    models = tmp_path / "plain"
    version = start_model(models, ())
    (tmp_path / "line").mkdir()
    for line in open_line(tmp_path / "line", models):
        shown = line.assessment(line.report("DIM", "SURF"))
        assert shown["model_version"] == version
        assert shown["facts"]["picture"].endswith(
            f"not used: model {version} was trained without it"
        )
        model = registry.load(models, TASK, version)
        assert "run countersign train" in advice(model, Histogram())
        assert advice(model, None) == ""


class Failing(Histogram):
    """Breaks on every picture."""

    def encode(self, paths: object) -> np.ndarray:
        raise RuntimeError("out of memory")


def test_a_failing_encoder_costs_the_event_its_picture_only(tmp_path: Path, trained: Path) -> None:
    for line in open_line(tmp_path, trained, Failing()):
        shown = line.assessment(line.report("DIM", "SURF"))
        assert shown["facts"]["picture"] == "the encoder failed: RuntimeError"
        assert shown["confidence"] is not None
        line.desk.decide(line.report("SURF", "SURF"), "approve")
        assert [event.picture for event in decided(line)] == [None]


def test_an_event_over_http_is_judged_with_its_picture(tmp_path: Path, trained: Path) -> None:
    (tmp_path / "pictures").mkdir()
    write_picture(tmp_path / "pictures" / "1.pgm", 90, np.random.default_rng(1))
    url = f"sqlite:///{tmp_path}/service.sqlite"
    with open_desk(url) as desk:
        desk.use_policy("supervise")
        with desk.database.write() as connection:
            key = api_keys.create(connection, "gw1", ["events.write", "events.read"], desk.now)
            even = Statistic(200, labels=dict.fromkeys(REASONS, 50))
            statistics.save(connection, {f"reason/{SITE}": even})
    settings = Settings(
        database_url=url,
        models_dir=trained,
        scrap_encoder="unit.learn.picture_encoder:Histogram",
        pictures_dir=tmp_path / "pictures",
    )
    app = create_app(settings)
    try:
        client, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
        event = scrap(1, picture="1.pgm")
        receipt = client.post("/v1/events", json=event, headers=headers).get_json()
        trace = client.get(f"/v1/events/{receipt['event_id']}", headers=headers).get_json()
        assert trace["assessment"]["facts"]["picture"] == "read by histogram-8"
        outside = scrap(2, picture="../1.pgm")
        assert client.post("/v1/events", json=outside, headers=headers).status_code == 422
    finally:
        app.extensions["countersign"].close()


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"COUNTERSIGN_PICTURES_DIR": ""}, "COUNTERSIGN_PICTURES_DIR must name the folder"),
        ({"COUNTERSIGN_PICTURES_DIR": "/no/such/folder"}, "is no folder"),
        ({"COUNTERSIGN_SCRAP_ENCODER": "no.such:Thing"}, "cannot be made"),
        ({"COUNTERSIGN_SCRAP_ENCODER": "builtins:object"}, "does not say how many numbers"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_what_to_write(
    tmp_path: Path, environment: dict[str, str], text: str
) -> None:
    usual = {
        "COUNTERSIGN_SCRAP_ENCODER": "unit.learn.picture_encoder:Histogram",
        "COUNTERSIGN_PICTURES_DIR": str(tmp_path),
    }
    with pytest.raises(SettingsError, match=text):
        open_pictures(Settings.from_environment(usual | environment))
