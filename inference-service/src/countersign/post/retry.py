"""Retry: how long to wait after a transient failure, and when to stop trying."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with full jitter, capped, until a deadline.

    The deadline is longer than a weekend without ERP; after it a person decides.
    """

    base_s: float = 1.0
    cap_s: float = 300.0
    deadline_s: float = 72 * 3600.0

    def delay_s(
        self, failures: int, random: Callable[[], float], asked_s: float | None = None
    ) -> float:
        """Return the pause after the n-th failure in a row (n from 1), in seconds.

        Full jitter: anything between nothing and the exponential bound, so that streams that
        failed together do not come back together. A pause that the ERP asked for is kept, and
        the jitter added to it.
        """
        doublings = min(max(failures, 1) - 1, MAX_DOUBLINGS)
        jitter = min(self.cap_s, self.base_s * 2.0**doublings) * random()
        return jitter if asked_s is None else asked_s + jitter

    def is_over(self, since: datetime, now: datetime) -> bool:
        """Tell whether trying since then has lasted too long."""
        return now - since >= timedelta(seconds=self.deadline_s)
