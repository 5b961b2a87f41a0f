"""Words of a text as places in a row: hashed runs of characters, the same for tables and lines.

Texts of errors differ in ids and quantities; digits are therefore all the same, and runs of two
to five characters know a word by its parts. Codes stand beside the text as words of their own.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable

import numpy as np

BITS = 15
SHORTEST, LONGEST = 2, 5
MOST_CHARACTERS = 1000
_DIGITS, _SPACE = re.compile(r"\d"), re.compile(r"\s+")


def weighed_places(
    texts: Iterable[tuple[str, str]], codes: Iterable[tuple[str, str | None]]
) -> tuple[list[int], list[float]]:
    """Return the places of a row that are not zero and their weights; the row has length 1."""
    counts: Counter[int] = Counter()
    for name, text in texts:
        counts.update(_runs(name, text))
    counts.update(_hash(f"{name}={code}") for name, code in codes if code is not None)
    told = np.asarray([1.0 + math.log(count) for count in counts.values()])
    length = float(np.linalg.norm(told)) or 1.0
    return list(counts), (told / length).tolist()


def _runs(name: str, text: str) -> list[int]:
    plain = _SPACE.sub(" ", _DIGITS.sub("0", text.casefold()))[:MOST_CHARACTERS]
    framed = f" {plain} ".encode()
    return [
        zlib.crc32(framed[start : start + length], zlib.crc32(name.encode())) & ((1 << BITS) - 1)
        for length in range(SHORTEST, LONGEST + 1)
        for start in range(len(framed) - length + 1)
    ]


def _hash(word: str) -> int:
    return zlib.crc32(word.encode()) & ((1 << BITS) - 1)
