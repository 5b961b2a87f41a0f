"""The commands: any CSV with a spec file goes the whole way, and refusals are one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from unit.learn.tables import scrap_table

from countersign.cli import main
from countersign.model import registry

SPEC = """
name = "scrap"
kind = "classify"
target = "reason"

[features]
speed = "number"
heat = "number"
machine = "code"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scrap.toml").write_text(SPEC)
    scrap_table(150).to_csv(tmp_path / "scrap.csv", index=False)
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    told = [str(folder / one) if one.startswith("scrap.") else one for one in arguments]
    environment = {"COUNTERSIGN_MODELS_DIR": str(folder / "models")}
    return CliRunner().invoke(main, told, env=environment)


def test_a_model_is_trained_promoted_asked_and_rolled_back(folder: Path) -> None:
    first = run(folder, "train", "scrap.toml", "scrap.csv", "--promote")
    assert first.exit_code == 0, first.output
    assert "It tells which reason a row has." in first.output
    assert run(folder, "train", "scrap.toml", "scrap.csv", "--seed", "2").exit_code == 0
    versions = registry.versions(folder / "models")["scrap"]
    assert len(versions) == 2
    assert f"* scrap  {versions[0]}" in run(folder, "models", "list").output

    assert run(folder, "models", "promote", "scrap", versions[1]).exit_code == 0
    told = run(folder, "predict", "scrap", "scrap.csv").output
    assert told.splitlines()[0].startswith("label,ranked,confidence,probability.")
    assert versions[1] in told.splitlines()[1]
    assert run(folder, "models", "rollback", "scrap").output.startswith(f"scrap  {versions[0]}")
    assert f"{versions[0]} (in use)" in run(folder, "models", "show", "scrap").output
    again = run(folder, "models", "rollback", "scrap")
    assert again.exit_code == 1
    assert "no version of scrap was in use before" in again.output


def test_a_broken_version_is_not_promoted_and_the_one_in_use_stays(folder: Path) -> None:
    run(folder, "train", "scrap.toml", "scrap.csv", "--promote")
    (good,) = registry.versions(folder / "models")["scrap"]
    bad = folder / "models" / "scrap" / "bad"
    bad.mkdir()
    (bad / "card.json").write_text("{}")
    refused = run(folder, "models", "promote", "scrap", "bad")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert registry.active_version(folder / "models", "scrap") == good


def test_evaluate_prints_figures_beside_what_needs_no_model(folder: Path) -> None:
    told = run(folder, "evaluate", "scrap.toml", "scrap.csv", "--json")
    worth = json.loads(told.stdout.splitlines()[-1])
    assert worth["metrics"]["accuracy"] > worth["baselines"]["accuracy"]


def test_a_refusal_is_one_sentence_and_no_traceback(folder: Path) -> None:
    scrap_table(10).to_csv(folder / "scrap.csv", index=False)
    refused = run(folder, "train", "scrap.toml", "scrap.csv")
    assert refused.exit_code == 1
    assert "10 rows with an answer are too few; bring at least 50" in refused.output
    assert "Traceback" not in refused.output
