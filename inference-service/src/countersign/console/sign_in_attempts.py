"""Attempts to sign in: after some failures everybody waits, longer each time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 5
FREE_FAILURES_PER_ADDRESS = 25
LONGEST_WAIT_S = 300.0
FORGET_AFTER_S = 900.0
MAX_REMEMBERED = 10_000


@dataclass(slots=True)
class _Record:
    failures: int
    last_at: float
    until: float


class SignInAttempts:
    """Counts failures per person and per address, in this process.

    The first failures cost nothing; from then on the wait doubles from one second. An address may
    fail more often, since many people share a terminal.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait_s(self, person_id: str, address: str) -> float:
        """Return how long the next attempt has to wait, 0 where it need not."""
        now = self._clock()
        with self._lock:
            keys = _limits(person_id, address)
            found = [self._records[key].until for key in keys if key in self._records]
        return max(0.0, max(found, default=now) - now)

    def record_failure(self, person_id: str, address: str) -> None:
        """Remember an attempt that failed."""
        now = self._clock()
        with self._lock:
            for key, free in _limits(person_id, address).items():
                record = self._records.pop(key, None)
                if record is None or now - record.last_at > FORGET_AFTER_S:
                    record = _Record(0, now, now)
                record.failures += 1
                record.last_at = now
                extra = record.failures - free
                if extra >= 0:
                    record.until = now + min(LONGEST_WAIT_S, 2.0 ** min(extra, 16))
                self._records[key] = record
            while len(self._records) > MAX_REMEMBERED:
                self._records.popitem(last=False)

    def record_success(self, person_id: str) -> None:
        """Forget the failures of a person who knows the password; those of the address stay."""
        with self._lock:
            self._records.pop(_person_key(person_id), None)


def _limits(person_id: str, address: str) -> dict[str, int]:
    return {_person_key(person_id): FREE_FAILURES, f"address/{address}": FREE_FAILURES_PER_ADDRESS}


def _person_key(person_id: str) -> str:
    return f"person/{person_id.casefold()}"
