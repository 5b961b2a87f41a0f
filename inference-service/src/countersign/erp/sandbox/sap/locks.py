"""A lock: an object that somebody is working on, for a while or until it is let go."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from countersign.erp.sandbox.sap.messages import Refusal, refusal

_MESSAGES = {
    "order": "CO/469",
    "reservation": "CO/470",
    "requisition": "CO/471",
    "material": "M3/023",
    "valuation": "M3/024",
}
"""What SAP says for each kind of object; for others MC/601."""

FOREVER = float("inf")


@dataclass(slots=True)
class Lock:
    """``owner`` is the work that holds it, ``user`` who is told to others."""

    owner: object
    user: str
    until: float


@dataclass(slots=True)
class Locks:
    """All locks, in memory as SAP's enqueue server keeps them. Times are of the monotonic clock."""

    _held: dict[tuple[str, str], Lock] = field(default_factory=dict)

    def take(self, kind: str, name: str, owner: object, user: str) -> None:
        """Lock an object for a piece of work.

        Raises:
            Refusal: somebody else holds it.
        """
        self.require_free(kind, name, owner)
        self._held[kind, name] = Lock(owner, user, FOREVER)

    def require_free(self, kind: str, name: str, owner: object) -> None:
        """Refuse to go on when somebody else holds an object.

        Raises:
            Refusal: somebody else holds it.
        """
        lock = self._current(kind, name)
        if lock is not None and lock.owner is not owner:
            raise locked(kind, name, lock.user)

    def hold(self, kind: str, name: str, user: str, for_s: float) -> None:
        """Lock an object for some seconds on behalf of nobody in particular."""
        self._held[kind, name] = Lock(object(), user, time.monotonic() + for_s)

    def release(self, kind: str, name: str) -> None:
        """Let go of an object, whoever holds it."""
        self._held.pop((kind, name), None)

    def release_all(self, owner: object) -> None:
        """Let go of everything a piece of work holds."""
        for key in [key for key, lock in self._held.items() if lock.owner is owner]:
            del self._held[key]

    def listed(self) -> list[dict[str, str]]:
        """List what is locked."""
        keys = [key for key in list(self._held) if self._current(*key)]
        return [
            {"object": kind, "name": name, "user": self._held[kind, name].user}
            for kind, name in keys
        ]

    def _current(self, kind: str, name: str) -> Lock | None:
        lock = self._held.get((kind, name))
        if lock is not None and lock.until <= time.monotonic():
            del self._held[kind, name]
            return None
        return lock


def locked(kind: str, name: str, user: str) -> Refusal:
    """Return what SAP says when somebody else works on an object."""
    code = _MESSAGES.get(kind, "MC/601")
    return refusal(code, user) if code == "MC/601" else refusal(code, name, user)
