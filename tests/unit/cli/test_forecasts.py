"""``countersign forecasts``: from a plant's table to what lies ahead, as a person types it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from countersign.cli import main
from countersign.cli.forecasts import ahead

HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with an empty store and a plant that meters a furnace by the hour."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path}/store.sqlite")
    monkeypatch.setenv("COUNTERSIGN_MODELS_DIR", str(tmp_path / "models"))
    monkeypatch.setenv("COUNTERSIGN_STAGING_URL", f"sqlite:///{tmp_path}/plant.sqlite")
    monkeypatch.setenv("COUNTERSIGN_FORECAST_TABLES", "energy_per_hour=energy_hours")
    random = np.random.default_rng(1)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with sqlite3.connect(tmp_path / "plant.sqlite") as plant:
        plant.execute(
            "CREATE TABLE energy_hours (work_center_id text, hour_start text, "
            "planned_quantity int, planned_orders int, shift text, energy_kwh float)"
        )
        for back in range(200, -2, -1):
            orders = int(random.integers(0, 5))
            energy = None if back <= 0 else 10.0 + 8 * orders + random.normal(0, 6)
            at = (now - back * HOUR).isoformat()
            row = ("FURNACE", at, orders * 100, orders, "early", energy)
            plant.execute("INSERT INTO energy_hours VALUES (?, ?, ?, ?, ?, ?)", row)
    plant.close()
    return tmp_path


def forecasts(*words: str) -> Result:
    return CliRunner().invoke(ahead, words)


def test_a_table_becomes_a_model_and_the_model_tells_the_next_hour(folder: Path) -> None:
    before = forecasts("list", "energy_per_hour")
    assert "no model is in use; countersign forecasts train energy_per_hour" in before.output
    trained = forecasts("train", "energy_per_hour")
    assert trained.exit_code == 0, trained.output
    assert "How good it is, beside what needs no model:" in trained.output
    promote = trained.output.strip().splitlines()[-1].removeprefix("put it in use: countersign ")
    promoted = CliRunner().invoke(main, promote.split())
    assert promoted.exit_code == 0, promoted.output
    asked = forecasts("run", "energy_per_hour")
    assert asked.exit_code == 0, asked.output
    assert "1 asked, 200 known rows" in asked.output
    (told,) = (line for line in forecasts("list").output.splitlines() if "FURNACE" in line)
    assert "kWh; 90 of 100 lie within" in told


def test_a_question_that_is_not_there_is_refused_with_those_that_are(folder: Path) -> None:
    for command in ("list", "run", "train"):
        result = forecasts(command, "weather")
        assert result.exit_code == 1
        assert "there is no question weather; there are:" in result.output
        assert "energy_per_hour" in result.output


def test_a_question_without_its_table_ends_with_1_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_FORECAST_TABLES", "energy_per_hour=gone")
    result = forecasts("train", "energy_per_hour")
    assert result.exit_code == 1
    assert "there is no table or view gone in the plant's database" in result.output


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("energy_per_hour", "wants spec=table"),
        ("no_such_spec=t", "the spec no_such_spec cannot be read"),
        ("account_codes=t", "ranks codes; that is no forecast"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: str
) -> None:
    monkeypatch.setenv("COUNTERSIGN_FORECAST_TABLES", said)
    result = forecasts("list")
    assert result.exit_code == 1
    assert expected in result.output
