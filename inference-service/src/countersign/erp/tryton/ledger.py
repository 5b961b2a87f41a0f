"""The ledger: which movements of a production order were booked under which of our keys.

A movement of stock has no text field in Tryton, but the order has one: its reference. The call
that creates movements appends ``KEY@MARK`` to it, and one call is one transaction in Tryton, so
movements and key appear together or not at all. MARK is the highest movement number of the order
before the call: the movements of a key are those that our user created after its mark and up to the
next one. Parts that Tryton splits off a movement while assigning stock get later numbers and stay
in the same window, because the next key takes its mark only afterwards.

Words in the reference that are not ours are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

REVERSED_MARK = "~"
"""Stands before the key of a reversed document that had no movements of its own to cancel."""

ENTRY = re.compile(r"^(?P<key>[^\s@]+)@(?P<mark>\d+)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and the window of movement numbers that belong to it."""

    key: str
    after: int
    up_to: int | None

    def covers(self, move_id: int) -> bool:
        """Tell whether a movement number lies in the window."""
        return self.after < move_id and (self.up_to is None or move_id <= self.up_to)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The reference of a production order, read as keys and other words."""

    words: tuple[str, ...]

    @classmethod
    def read(cls, reference: str | None) -> Ledger:
        """Read the reference of an order."""
        return cls(tuple((reference or "").split()))

    @property
    def reference(self) -> str | None:
        """Return the reference as it is to be stored; ``None`` when it is empty."""
        return " ".join(self.words) or None

    def entries(self) -> tuple[Entry, ...]:
        """Return the keys with their windows, oldest first."""
        found = [match for word in self.words if (match := ENTRY.match(word))]
        marks = [int(match["mark"]) for match in found]
        return tuple(
            Entry(match["key"], mark, up_to)
            for match, mark, up_to in zip(found, marks, [*marks[1:], None], strict=False)
        )

    def entry(self, key: str) -> Entry | None:
        """Return the entry of a key."""
        return next((entry for entry in self.entries() if entry.key == key), None)

    def owner(self, move_id: int) -> Entry | None:
        """Return the entry whose window covers a movement of ours."""
        return next((entry for entry in self.entries() if entry.covers(move_id)), None)

    def with_key(self, key: str, mark: int) -> Ledger:
        """Return the ledger with one key more."""
        return Ledger((*self.words, f"{key}@{mark}"))

    def with_reversed(self, key: str) -> Ledger:
        """Return the ledger with a key marked as reversed; its window stays."""
        return Ledger(
            tuple(
                f"{REVERSED_MARK}{word}" if word.partition("@")[0] == key else word
                for word in self.words
            )
        )

    def is_reversed(self, key: str) -> bool:
        """Tell whether a key is marked as reversed."""
        return self.entry(f"{REVERSED_MARK}{key}") is not None

    def without_key(self, key: str) -> Ledger:
        """Return the ledger without a key whose movements are gone."""
        return Ledger(tuple(word for word in self.words if _key_of(word) != key))


def _key_of(word: str) -> str | None:
    match = ENTRY.match(word)
    return match["key"] if match else None
