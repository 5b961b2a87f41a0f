"""Whatever command puts a model of a use case in use: confirmed outcomes are weighed with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from labelled_events import champion_of, labelled_events, put_in_use
from unit.learn.tables import scrap_table

from countersign.assess.use_case import USE_CASES
from countersign.cli import main
from countersign.journey.learning.retrain import confidence_of
from countersign.learn import train as training
from countersign.model import registry
from countersign.store import audit_records, confirmations, feature_rows, schema
from countersign.store.confirmations import Confirmation
from countersign.store.database import Database
from countersign.store.feature_rows import NewFeatures

USE_CASE = "production_confirmation"
TASK = USE_CASES[USE_CASE].task
NOW = datetime(2026, 11, 20, tzinfo=UTC)
SPEC = """
name = "production_confirmation"
kind = "classify"
target = "reason"

[features]
speed = "number"
heat = "number"
machine = "code"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two versions of a model, the first of them in use."""
    put_in_use(tmp_path / "models", champion_of(TASK))
    other = champion_of(TASK, seed=2)
    registry.save(tmp_path / "models", other.booster, other.card)
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    environment = {
        "COUNTERSIGN_MODELS_DIR": str(folder / "models"),
        "COUNTERSIGN_DATABASE_URL": f"sqlite:///{folder / 'plant.sqlite'}",
    }
    return CliRunner().invoke(main, list(arguments), env=environment)


def confirm(folder: Path) -> None:
    """Keep outcomes with the rows that models were asked about, and a confidence of no model."""
    database = Database(f"sqlite:///{folder / 'plant.sqlite'}")
    schema.upgrade(database)
    events = labelled_events(TASK, 30, seed=3)
    rows = [
        Confirmation(e.event_id, n, USE_CASE, "1000", 0.123, True, "1", "person", NOW)
        for n, e in enumerate(events, 1)
    ]
    kept = [
        NewFeatures(
            e.event_id, USE_CASE, e.labelled_at - timedelta(minutes=9), e.rows.tolist(), e.subjects
        )
        for e in events
    ]
    with database.write() as connection:
        feature_rows.insert_all(connection, kept)
        for e in events:
            feature_rows.label(connection, e.event_id, e.labels, e.origin, e.labelled_at)
        confirmations.put(connection, rows)
    database.close()


def weighed(folder: Path) -> list[float]:
    database = Database(f"sqlite:///{folder / 'plant.sqlite'}")
    with database.read() as connection:
        outcomes = confirmations.read_last_outcomes(connection, USE_CASE, "1000", 100)
    database.close()
    return sorted(confidence for confidence, _ in outcomes)


def steps(folder: Path) -> list[str]:
    database = Database(f"sqlite:///{folder / 'plant.sqlite'}")
    with database.read() as connection:
        found = [record.step for record in audit_records.read_all(connection)]
    database.close()
    return sorted(found)


def expected(folder: Path, version: str) -> list[float]:
    model = registry.load(folder / "models", TASK, version)
    return sorted(confidence_of(model, event) for event in labelled_events(TASK, 30, seed=3))


def simulate_nothing(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let training without arguments find a model that is made already; simulating takes long."""

    def made(*_: object, **__: object) -> Sequence[dict[str, object]]:
        return [registry.read_card(folder / "models" / USE_CASE / "made-2") | {"metrics": {}}]

    monkeypatch.setattr(training, "train", made)


@pytest.mark.parametrize("command", [("models", "promote", USE_CASE, "made-2"), ("train",)])
def test_every_command_weighs_what_is_confirmed_with_the_new_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]
) -> None:
    confirm(folder)
    simulate_nothing(monkeypatch, folder)
    assert run(folder, *command).exit_code == 0
    assert registry.active_version(folder / "models", USE_CASE) == "made-2"
    assert weighed(folder) == pytest.approx(expected(folder, "made-2"))


def test_a_model_of_a_table_cannot_take_the_place_of_one_of_a_use_case(folder: Path) -> None:
    (folder / "spec.toml").write_text(SPEC)
    scrap_table(120).to_csv(folder / "table.csv", index=False)
    told = run(folder, "train", str(folder / "spec.toml"), str(folder / "table.csv"), "--promote")
    assert told.exit_code == 1
    assert "was trained for other features" in told.output
    assert registry.active_version(folder / "models", USE_CASE) == "made-1"


def test_without_a_database_nothing_is_weighed_and_none_is_made(folder: Path) -> None:
    assert run(folder, "models", "promote", USE_CASE, "made-2").exit_code == 0
    assert registry.active_version(folder / "models", USE_CASE) == "made-2"
    assert not (folder / "plant.sqlite").exists()


def test_a_database_that_does_not_answer_leaves_the_old_model_in_use_and_says_what_to_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "plant.sqlite").mkdir()
    simulate_nothing(monkeypatch, folder)
    told = run(folder, "train")
    assert told.exit_code == 1
    assert f"run countersign models promote {USE_CASE} made-2" in told.output
    assert registry.active_version(folder / "models", USE_CASE) == "made-1"


def test_models_of_tables_are_put_in_use_and_back_on_record(folder: Path) -> None:
    confirm(folder)
    (folder / "spec.toml").write_text(SPEC.replace(USE_CASE, "reasons"))
    scrap_table(120).to_csv(folder / "table.csv", index=False)
    for seed in ("1", "2"):
        run(folder, "train", str(folder / "spec.toml"), str(folder / "table.csv"), "--seed", seed)
    first, second = registry.versions(folder / "models")["reasons"]
    for version in (first, second):
        assert run(folder, "models", "promote", "reasons", version).exit_code == 0
    assert run(folder, "models", "rollback", "reasons", "--reason", "worse").exit_code == 0
    assert registry.active_version(folder / "models", "reasons") == first
    assert steps(folder) == ["model_promoted", "model_promoted", "model_rolled_back"]


def test_a_roll_back_weighs_with_the_version_before(folder: Path) -> None:
    confirm(folder)
    run(folder, "models", "promote", USE_CASE, "made-2")
    assert run(folder, "models", "rollback", USE_CASE).exit_code == 0
    assert registry.active_version(folder / "models", USE_CASE) == "made-1"
    assert weighed(folder) == pytest.approx(expected(folder, "made-1"))
