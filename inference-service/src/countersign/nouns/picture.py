"""A picture: what an encoder made of it, or why it made nothing of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """The numbers of one picture.

    ``encoder`` is the name of what looked at it: numbers of different encoders have nothing in
    common. Without numbers ``unread`` says why there are none.
    """

    encoder: str
    values: tuple[float, ...] = ()
    unread: str = ""
