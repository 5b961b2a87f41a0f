"""A compared event: what the machine alone would have done, and what turned out right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Compared:
    """One event of which is known whether booking it as it stood would have been right.

    ``at`` is when it became clear. ``amount`` is decimal text in the plant's currency, ``None``
    where a price is missing.
    """

    use_case: str
    segment: str
    at: datetime
    would_post: bool
    correct: bool
    amount: str | None
