"""Features of text: one sparse row per row of a table."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from countersign.learn.table import Table
from countersign.learn.text_words import BITS, weighed_places
from countersign.model.task import TaskSpec


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
        here, told = weighed_places(
            [(name, str(values[row])) for name, values in texts],
            [(name, values[row]) for name, values in codes],
        )
        places += here
        weights += told
        starts.append(len(places))
    shape = (len(table), 1 << BITS)
    return csr_matrix((np.asarray(weights, dtype=np.float32), places, starts), shape=shape)
