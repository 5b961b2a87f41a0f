"""Pictures that events name: read from one folder only, and never waited for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from unit.learn.picture_encoder import Histogram, write_picture

from countersign.intake import pictures
from countersign.intake.pictures import PictureReader


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one picture, and a picture beside it that is nobody's business."""
    inside = tmp_path / "pictures"
    (inside / "line-3").mkdir(parents=True)
    chance = np.random.default_rng(1)
    write_picture(inside / "line-3" / "a.pgm", 90, chance)
    write_picture(tmp_path / "secret.pgm", 90, chance)
    (inside / "link.pgm").symlink_to(tmp_path / "secret.pgm")
    return inside


class Counting(Histogram):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        self.asked += 1
        return super().encode(paths)


class Stuck(Histogram):
    """Answers only when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        self.go.wait()
        return super().encode(paths)


class Odd(Histogram):
    """Gives what it is told to give."""

    def __init__(self, told: NDArray[np.float32]) -> None:
        self.told = told

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        return self.told


def test_a_picture_becomes_numbers_and_is_read_once(folder: Path) -> None:
    encoder = Counting()
    reader = PictureReader(folder, encoder)
    first = reader.read(["line-3/a.pgm"])["line-3/a.pgm"]
    assert first.encoder == "histogram-8"
    assert sum(first.values) == pytest.approx(1)
    assert reader.read(["line-3/a.pgm", "line-3/a.pgm"]) == {"line-3/a.pgm": first}
    assert encoder.asked == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("b.pgm", "there is no such file in the picture folder"),
        ("line-3", "there is no such file in the picture folder"),
        ("../secret.pgm", "its file lies outside the picture folder"),
        ("link.pgm", "its file lies outside the picture folder"),
        ("/etc/hostname", "its file lies outside the picture folder"),
        ("a\0b", "its file cannot be read"),
    ],
)
def test_only_files_of_the_folder_are_read(folder: Path, name: str, why: str) -> None:
    seen = PictureReader(folder, Histogram()).read([name])[name]
    assert (seen.values, seen.unread) == ((), why)


def test_a_huge_file_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_PICTURE_BYTES", 10)
    seen = PictureReader(folder, Histogram()).read(["line-3/a.pgm"])
    assert seen["line-3/a.pgm"].unread.startswith("its file has more than")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (np.zeros((1, 3), np.float32), "the encoder gave numbers of the shape (1, 3), not (1, 8)"),
        (np.zeros(8, np.float32), "the encoder gave numbers of the shape (8,), not (1, 8)"),
        (np.full((1, 8), np.nan, np.float32), "the encoder gave numbers that are none"),
    ],
)
def test_what_an_encoder_must_not_give_is_not_used(
    folder: Path, told: NDArray[np.float32], why: str
) -> None:
    seen = PictureReader(folder, Odd(told)).read(["line-3/a.pgm"])["line-3/a.pgm"]
    assert seen.unread == why


def test_a_file_that_comes_later_is_read_then(folder: Path) -> None:
    reader = PictureReader(folder, Histogram())
    assert reader.read(["late.pgm"])["late.pgm"].unread
    write_picture(folder / "late.pgm", 90, np.random.default_rng(2))
    assert reader.read(["late.pgm"])["late.pgm"].values


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    encoder = Stuck()
    yield encoder
    encoder.go.set()


def test_a_stuck_encoder_is_waited_for_once_and_no_longer_than_stated(
    folder: Path, stuck: Stuck
) -> None:
    reader = PictureReader(folder, stuck, wait_s=0.2)
    began = time.monotonic()
    names = ["line-3/a.pgm", *(f"{number}.pgm" for number in range(20))]
    seen = reader.read(names)
    first_s, began = time.monotonic() - began, time.monotonic()
    again = reader.read(["line-3/a.pgm", "other.pgm"])
    again_s = time.monotonic() - began
    assert {picture.unread for picture in seen.values()} == {"the encoder took longer than 0.2 s"}
    assert again["line-3/a.pgm"].unread == "the encoder took longer than 0.2 s"
    assert again["other.pgm"].unread == "the encoder is still busy with another picture"
    assert 0.2 <= first_s < 1.0
    assert again_s < 0.1


def test_an_encoder_that_recovers_is_asked_again(folder: Path, stuck: Stuck) -> None:
    reader = PictureReader(folder, stuck, wait_s=0.05)
    assert reader.read(["line-3/a.pgm"])["line-3/a.pgm"].unread
    stuck.go.set()
    until = time.monotonic() + 10
    while not reader.read(["line-3/a.pgm"])["line-3/a.pgm"].values:
        assert time.monotonic() < until
