"""Property paths such as ``custom.rows[0].name``, as steps."""

from __future__ import annotations

import re
from functools import lru_cache

Path = tuple[str | int, ...]

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")


@lru_cache(maxsize=8192)
def steps_of(text: str) -> Path | None:
    """Return the steps of ``custom.rows[0].name``; None when it is no property path."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            return None
        name, index, quoted = match.groups()
        steps.append(int(index) if index is not None else (name or quoted))
        at = match.end()
    return tuple(steps)
