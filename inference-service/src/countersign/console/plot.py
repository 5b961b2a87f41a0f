"""A plot of shares by week, drawn as SVG without any script: places only, no colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
HEIGHT = 160
EDGE = 8
LOWEST_SHARE = 0.5
"""Where the scale begins: what lies below is drawn at the bottom."""


@dataclass(frozen=True, slots=True)
class Point:
    """One week: where its accuracy and the bound below it stand, in drawing units."""

    x: float
    y: float
    bound_y: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What the template draws; ``promise_y`` is the line of what is promised."""

    points: tuple[Point, ...]
    promise_y: float
    width: int = WIDTH
    height: int = HEIGHT
    edge: int = EDGE

    @property
    def accuracy_line(self) -> str:
        """Return the corners of the line of accuracies as SVG wants them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def bound_line(self) -> str:
        """Return the corners of the line of the bounds as SVG wants them."""
        return " ".join(f"{point.x},{point.bound_y}" for point in self.points)


def weekly_plot(weeks: Sequence[tuple[float, float, str]], promised: float) -> Plot | None:
    """Plot weeks of (accuracy, bound, label), oldest first; ``None`` for fewer than two."""
    if len(weeks) < 2:
        return None
    step = (WIDTH - 2 * EDGE) / (len(weeks) - 1)
    points = tuple(
        Point(round(EDGE + number * step, 1), height_of(accuracy), height_of(bound), label)
        for number, (accuracy, bound, label) in enumerate(weeks)
    )
    return Plot(points, height_of(promised))


def height_of(share: float) -> float:
    """Return the drawing height of a share: 100 % at the top edge."""
    part = min(max(share - LOWEST_SHARE, 0.0) / (1 - LOWEST_SHARE), 1.0)
    return round(EDGE + (1 - part) * (HEIGHT - 2 * EDGE), 1)
