"""A kind of fault: what plants it, where it stands and what the finding must name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ignition.plant import Place, Plant


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    names: str
    plant: Callable[[Plant], Place]


FAULTS: list[Fault] = []


def fault(name: str, names: str) -> Callable[[Callable[[Plant], Place]], None]:
    """Add a kind of fault; ``names`` is what the finding must say."""

    def add(plant: Callable[[Plant], Place]) -> None:
        FAULTS.append(Fault(name, names, plant))

    return add


def simple(name: str, names: str, plant: Callable[[Plant], Place]) -> None:
    """Add a kind of fault that one expression plants."""
    FAULTS.append(Fault(name, names, plant))
