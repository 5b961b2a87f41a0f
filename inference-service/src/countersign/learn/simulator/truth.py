"""Truth: what nobody on the floor writes down; kept apart from the events, never a feature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DataObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one event.

    ``cause`` is the largest contributor, ``causes`` the same per subject (material; for scrap the
    key ``scrap_reason_code``). ``booked_cause`` is what people would say it was. ``correct`` is the
    data as it should have been, ``None`` for an event that should not exist. ``is_caught`` says
    whether people notice an error before it is booked.
    """

    cause: str
    booked_cause: str
    causes: Mapping[str, str]
    correct: DataObject | None
    is_caught: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the contract wants it, with its truth."""

    body: DataObject
    truth: Truth
