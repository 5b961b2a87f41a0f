"""What a check finds: where, what is wrong, what would be right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One fault: a file of the project, a JSON pointer or a line in it, the fault, the remedy."""

    file: str
    place: str
    problem: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.file}:{self.place}: {self.problem}; {self.wanted}"


def one_of(names: object, limit: int = 12) -> str:
    """Return what is known, for the end of a finding."""
    known = sorted(str(name) for name in names)  # type: ignore[attr-defined]
    if not known:
        return "there is none"
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return "known: " + ", ".join(known[:limit]) + more


def escaped(key: str) -> str:
    """Return a key as part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
