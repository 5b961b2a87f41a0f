"""What the preview cannot show: each with the place where it stands, so that it can be found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self


class PreviewProblem(Exception):
    """Something that the preview does not know or that would fail in Ignition."""

    place = ""
    """Where it stands, as soon as somebody knows."""

    def placed(self, place: str, what: str = "") -> Self:
        """Return the same problem with its place, unless it has one from further inside."""
        if self.place:
            return self
        problem = type(self)(f"{what}: {self}" if what else str(self))
        problem.place = place
        return problem


@dataclass
class Problems:
    """All problems of a run; a component that has one is shown as a marked box."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: str, problem: PreviewProblem) -> None:
        """Keep a problem once; ``place`` stands where the problem itself knows none."""
        line = f"{problem.place or place}: {problem}"
        if line not in self.lines:
            self.lines.append(line)
