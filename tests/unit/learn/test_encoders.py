"""Pictures: read by an encoder that somebody registers, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from unit.learn.picture_encoder import Brightness, Broken, write_picture

from countersign.cli import main
from countersign.learn import (
    ModelRefused,
    TrainingRefused,
    fit,
    load,
    read_spec,
    register_encoder,
)

SPEC = {
    "name": "scrap_from_pictures",
    "kind": "classify",
    "target": "reason",
    "split_by": "chance",
    "features": {"photo": "image", "defect_code": "code"},
}
FACTORY = "unit.learn.picture_encoder:Brightness"


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[pd.DataFrame]:
    """Bright pictures are burns, dark ones are pores; the code tells nothing."""
    chance = np.random.default_rng(4)
    rows = []
    for number in range(160):
        reason = ("PORES", "BURN")[number % 2]
        path = tmp_path / f"{number}.pgm"
        write_picture(path, 80 if reason == "PORES" else 150, chance)
        photo = "" if number % 21 == 0 else str(path)
        rows.append({"photo": photo, "defect_code": f"F{number % 3}", "reason": reason})
    yield pd.DataFrame(rows)
    register_encoder("photo", None)


def test_without_an_encoder_a_picture_is_refused_and_the_way_out_is_said(
    pictures: pd.DataFrame,
) -> None:
    with pytest.raises(TrainingRefused, match="register an encoder"):
        fit(read_spec(SPEC), pictures)


def test_what_an_encoder_sees_tells_the_reason(pictures: pd.DataFrame, tmp_path: Path) -> None:
    register_encoder("photo", Brightness())
    model = fit(read_spec(SPEC), pictures)
    assert model.task.features[:2] == ("photo.brightness-1.0", "photo.brightness-1.1")
    there = pictures[pictures.photo != ""]
    told = model.predict(there)["label"]
    assert float((told == there.reason).mean()) > 0.95
    same = load(model.save(tmp_path / "models"))
    assert same.predict(there)["label"].tolist() == told.tolist()


def test_a_missing_picture_is_answered_with_less_confidence(pictures: pd.DataFrame) -> None:
    register_encoder("photo", Brightness())
    model = fit(read_spec(SPEC), pictures)
    answer = model.predict(pictures)
    is_missing = pictures.photo == ""
    assert answer[is_missing].confidence.mean() < answer[~is_missing].confidence.mean()


def test_another_encoder_than_that_of_the_training_is_refused(pictures: pd.DataFrame) -> None:
    register_encoder("photo", Brightness())
    model = fit(read_spec(SPEC), pictures)
    other = Brightness()
    other.name = "brightness-2"
    register_encoder("photo", other)
    with pytest.raises(ModelRefused, match=r"photo\.brightness-1\.0.*the encoder"):
        model.predict(pictures)


def test_an_unreadable_picture_and_a_broken_encoder_are_named(pictures: pd.DataFrame) -> None:
    register_encoder("photo", Brightness())
    with pytest.raises(TrainingRefused, match=r"nowhere\.pgm"):
        fit(read_spec(SPEC), pictures.assign(photo="/nonexistent/nowhere.pgm"))
    with pytest.raises(TrainingRefused, match="no picture in any row"):
        fit(read_spec(SPEC), pictures.assign(photo=""))
    register_encoder("photo", Broken())
    with pytest.raises(TrainingRefused, match="one row per picture"):
        fit(read_spec(SPEC), pictures)


def test_a_command_takes_the_encoder_by_name(pictures: pd.DataFrame, tmp_path: Path) -> None:
    spec, table, models = tmp_path / "s.toml", tmp_path / "t.csv", str(tmp_path / "models")
    spec.write_text(
        'name = "from_pictures"\nkind = "classify"\ntarget = "reason"\nsplit_by = "chance"\n'
        '[features]\nphoto = "image"\n'
    )
    pictures.to_csv(table, index=False)
    train = ["train", str(spec), str(table), "--models-dir", models, "--promote"]
    runner = CliRunner()
    refused = runner.invoke(main, train)
    assert refused.exit_code == 1
    assert "--encoder photo=" in refused.output
    wrong = runner.invoke(main, [*train, "--encoder", "photo=nowhere:Nothing"])
    assert "cannot be made" in wrong.output
    trained = runner.invoke(main, [*train, "--encoder", f"photo={FACTORY}"])
    assert trained.exit_code == 0, trained.output
    ask = ["predict", "from_pictures", str(table), "--models-dir", models]
    told = runner.invoke(main, [*ask, "--encoder", f"photo={FACTORY}"])
    assert told.exit_code == 0, told.output
    assert "PORES" in told.output
