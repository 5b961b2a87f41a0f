"""Features of text: hashed runs of characters, which no typing error and no number hides.

Texts of errors differ in ids and quantities; digits are therefore all the same, and runs of two
to five characters know a word by its parts. Codes stand beside the text as words of their own.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix

from countersign.learn.table import Table
from countersign.model.task import TaskSpec

BITS = 15
SHORTEST, LONGEST = 2, 5
MOST_CHARACTERS = 1000
_DIGITS, _SPACE = re.compile(r"\d"), re.compile(r"\s+")


def is_text_task(task: TaskSpec) -> bool:
    """Tell whether a task reads text, and is therefore answered by a linear model."""
    return any(column.type == "text" for column in task.columns)


def text_features(table: Table) -> csr_matrix:
    """Return one sparse row per row of the table, each of length 1."""
    texts = list(table.texts.items())
    codes = [
        (column.name, table.codes[column.name])
        for column in table.task.columns
        if column.type == "code"
    ]
    starts: list[int] = [0]
    places: list[int] = []
    weights: list[float] = []
    for row in range(len(table)):
        counts: Counter[int] = Counter()
        for name, values in texts:
            counts.update(_runs(name, str(values[row])))
        counts.update(
            _hash(f"{name}={values[row]}") for name, values in codes if values[row] is not None
        )
        told = np.asarray([1.0 + math.log(count) for count in counts.values()])
        length = float(np.linalg.norm(told)) or 1.0
        places += counts.keys()
        weights += (told / length).tolist()
        starts.append(len(places))
    shape = (len(table), 1 << BITS)
    return csr_matrix((np.asarray(weights, dtype=np.float32), places, starts), shape=shape)


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
