"""Encoders of grey pictures (PGM): how bright they are, and how their grey values spread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Brightness:
    """Mean and spread of the grey values."""

    name = "brightness-1"

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray([self._of(Path(path)) for path in paths], dtype=np.float32)

    def _of(self, path: Path) -> tuple[float, float]:
        grey = np.frombuffer(path.read_bytes().split(b"255\n", 1)[1], dtype=np.uint8)
        return float(grey.mean()), float(grey.std())


class Histogram:
    """The share of each of eight steps of grey."""

    name = "histogram-8"
    size = 8

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        return np.asarray([self._of(Path(path)) for path in paths], dtype=np.float32)

    def _of(self, path: Path) -> NDArray[np.float64]:
        grey = np.frombuffer(path.read_bytes().split(b"255\n", 1)[1], dtype=np.uint8)
        counts = np.histogram(grey, bins=self.size, range=(0, 256))[0]
        return np.asarray(counts / len(grey))


class Broken:
    """Gives one row for all pictures."""

    name = "broken"

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((1, 2), dtype=np.float32)


def write_picture(path: Path, brightness: float, chance: np.random.Generator) -> None:
    """Write an 8 by 8 picture of about this brightness."""
    grey = np.clip(chance.normal(brightness, 20, 64), 0, 255).astype(np.uint8)
    path.write_bytes(b"P5 8 8 255\n" + grey.tobytes())
