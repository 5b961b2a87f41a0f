"""The registry: serves the version in use, and refuses what was altered or made for other tasks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost

from countersign.model import registry
from countersign.model.registry import ModelRefused
from countersign.model.task import TaskSpec

TASK = TaskSpec(
    name="weather",
    features=("clouds", "wind"),
    labels=("dry", "wet"),
    sound_labels=frozenset({"dry"}),
    target="sky",
)
ROWS = np.asarray([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [0.9, 0.1]], dtype=np.float32)


def card(version: str = "v1", **changes: Any) -> dict[str, Any]:
    return {
        "task": TASK.name,
        "version": version,
        "features": list(TASK.features),
        "labels": list(TASK.labels),
        "calibration": {"method": "temperature", "temperature": 1.2},
        **changes,
    }


def booster(rounds: int = 3) -> xgboost.Booster:
    data = xgboost.DMatrix(ROWS, label=[0, 1, 0, 1])
    chosen = {"objective": "multi:softprob", "num_class": 2, "nthread": 1, "min_child_weight": 0}
    return xgboost.train(chosen, data, num_boost_round=rounds)


def test_nothing_in_use_is_no_model(tmp_path: Path) -> None:
    assert registry.active_version(tmp_path, "weather") is None
    assert registry.load_active(tmp_path, TASK) is None


def test_a_saved_model_is_not_in_use_until_it_is_put_there(tmp_path: Path) -> None:
    registry.save(tmp_path, booster(), card())
    assert registry.load_active(tmp_path, TASK) is None

    registry.activate(tmp_path, "weather", "v1")
    model = registry.load_active(tmp_path, TASK)
    assert model is not None
    assert (model.name, model.version) == ("weather", "v1")


def test_a_loaded_model_answers_as_the_trained_one(tmp_path: Path) -> None:
    trained = booster()
    registry.save(tmp_path, trained, card(calibration={"temperature": 1.0}))
    model = registry.load(tmp_path, TASK, "v1")
    np.testing.assert_allclose(model.predict(ROWS), trained.inplace_predict(ROWS), atol=1e-6)


def test_another_version_takes_over_and_the_first_can_come_back(tmp_path: Path) -> None:
    for version in ("v1", "v2"):
        registry.save(tmp_path, booster(), card(version))
        registry.activate(tmp_path, "weather", version)
        assert registry.active_version(tmp_path, "weather") == version
    registry.activate(tmp_path, "weather", "v1")
    assert registry.active_version(tmp_path, "weather") == "v1"


def test_a_version_that_does_not_exist_cannot_be_put_in_use(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="there is no version v9"):
        registry.activate(tmp_path, "weather", "v9")


@pytest.mark.parametrize(
    ("task", "says"),
    [
        (replace(TASK, features=("wind", "clouds")), "other features"),
        (replace(TASK, features=("clouds", "wind", "rain")), "other features"),
        (replace(TASK, labels=("wet", "dry")), "other labels"),
    ],
)
def test_a_model_for_another_question_is_refused(tmp_path: Path, task: TaskSpec, says: str) -> None:
    registry.save(tmp_path, booster(), card())
    with pytest.raises(ModelRefused, match=says):
        registry.load(tmp_path, task, "v1")


def test_an_altered_model_file_is_refused(tmp_path: Path) -> None:
    folder = registry.save(tmp_path, booster(), card())
    (folder / "model.ubj").write_bytes(bytes(booster(rounds=4).save_raw("ubj")))
    with pytest.raises(ModelRefused, match="was altered"):
        registry.load(tmp_path, TASK, "v1")


@pytest.mark.parametrize("temperature", [0, -1, None, "hot"])
def test_an_uncalibrated_model_is_refused(tmp_path: Path, temperature: object) -> None:
    registry.save(tmp_path, booster(), card(calibration={"temperature": temperature}))
    with pytest.raises(ModelRefused, match="not calibrated"):
        registry.load(tmp_path, TASK, "v1")


@pytest.mark.parametrize("missing", ["model.ubj", "card.json"])
def test_missing_files_are_refused_by_name(tmp_path: Path, missing: str) -> None:
    folder = registry.save(tmp_path, booster(), card())
    (folder / missing).unlink()
    with pytest.raises(ModelRefused, match=missing):
        registry.load(tmp_path, TASK, "v1")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    import hashlib

    folder = registry.save(tmp_path, booster(), card())
    (folder / "model.ubj").write_bytes(b"nonsense")
    altered = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    altered["model_sha256"] = hashlib.sha256(b"nonsense").hexdigest()
    (folder / "card.json").write_text(json.dumps(altered), encoding="utf-8")
    with pytest.raises(ModelRefused, match="is no model"):
        registry.load(tmp_path, TASK, "v1")


@pytest.mark.parametrize("version", ["../v1", "", ".hidden", "a/b"])
def test_a_version_is_a_plain_name(tmp_path: Path, version: str) -> None:
    with pytest.raises(ModelRefused, match="is no version"):
        registry.load(tmp_path, TASK, version)
