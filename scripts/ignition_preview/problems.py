"""What the preview cannot show: each with the place where it stands, so that it can be found."""

from __future__ import annotations

from dataclasses import dataclass, field


class PreviewProblem(Exception):
    """Something that the preview does not know or that would fail in Ignition."""


@dataclass
class Problems:
    """All problems of a run; a component that has one is shown as a marked box."""

    lines: list[str] = field(default_factory=list)

    def add(self, place: str, problem: Exception | str) -> None:
        """Keep a problem once."""
        line = f"{place}: {problem}"
        if line not in self.lines:
            self.lines.append(line)
