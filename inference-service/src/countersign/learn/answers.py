"""Answers: which rows have one, and whether there is anything to learn from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import AMOUNT_KINDS, Table, spec_columns
from countersign.learn.windows import Timeline
from countersign.model.task import LABEL_KINDS

FEWEST_ROWS = 50
FEWEST_OF_A_CLASS = 5
MOST_NAMED = 10
MOST_DIFFERENT = 0.5
"""Share of different answers from which a label is rather an amount."""
FEW_COPIES = 0.01
MOSTLY_DIFFERENT = 0.5
LARGEST = 1e18
"""Beyond this the squares that trees are fitted by leave the range of their numbers."""


def with_answers(table: Table, alarms: Sequence[str]) -> tuple[Table, list[str]]:
    """Leave out rows without an answer, and say so; refuse what is left when it is too little.

    ``alarms`` are what was left out before, named in the refusal.
    """
    assert table.target is not None
    task = table.task
    said: list[str] = []
    if task.kind == "occurrence" and task.within > 1:
        table, said = _where_clear(table)
    target: NDArray[Any] = table.target  # type: ignore[assignment]
    missing = pd.isna(target)
    if missing.all():
        raise TrainingRefused(
            f"{task.target} is empty in every row; fill in the right answers, "
            "or name the column that holds them as target"
        )
    if task.offset_column:
        unguessed = np.isnan(table.numbers[task.offset_column])
        if unguessed.all():
            raise TrainingRefused(f"{task.offset_column} is empty in every row; fill it in")
        missing = missing | unguessed
    missing = missing | ~(table.scale > 0)
    if missing.any():
        needed = (task.target, task.offset_column, task.scale_column)
        what = " or ".join(name for name in needed if name)
        said.append(f"{int(missing.sum())} rows without {what} left out{_words(table, missing)}")
        table = table.where(~missing)
    if len(table) < FEWEST_ROWS:
        told = [*alarms[:MOST_NAMED], *said]
        because = f" ({'; '.join(told)})" if told else ""
        raise TrainingRefused(
            f"{len(table)} rows with an answer are too few; bring at least {FEWEST_ROWS}{because}"
        )
    if task.kind in AMOUNT_KINDS:
        _check_size(table)
    return table, said


def _where_clear(table: Table) -> tuple[Table, list[str]]:
    """Answer whether it occurs within the next rows, and leave out those where that is not clear.

    Rows without an answer of their own stay, for the caller to count.
    """
    assert table.target is not None
    occurs = occurs_within(table)
    unclear = np.isnan(occurs) & ~np.isnan(table.target)
    table = replace(table, target=occurs).where(~unclear)
    if not unclear.any():
        return table, []
    return table, [
        f"{int(unclear.sum())} last rows of their units left out: what comes within "
        f"{table.task.within} rows is not clear yet"
    ]


def _check_size(table: Table) -> None:
    """Refuse amounts beyond what can be reckoned with."""
    assert table.target is not None
    wrong = np.flatnonzero(np.abs(table.target) > LARGEST)
    if len(wrong):
        raise TrainingRefused(
            f"{table.task.target} is {table.target[wrong[0]]:g} in row "
            f"{table.raw.index[wrong[0]]}, which is too large to reckon with; correct the cell, "
            "or leave it empty"
        )


def check_classes(table: Table, labels: NDArray[Any], answers: NDArray[np.int64]) -> None:
    """Refuse labels of which there are too few, or too many to be labels."""
    counts = np.bincount(answers, minlength=len(labels))
    target = table.task.target
    if (counts > 0).sum() < 2:
        only = labels[int(counts.argmax())]
        raise TrainingRefused(
            f"every row has the same {target} ({only}); bring rows of at least two kinds"
        )
    is_label = table.task.kind in LABEL_KINDS
    if is_label and (counts > 0).sum() > MOST_DIFFERENT * len(answers):
        raise TrainingRefused(
            f"{target} has {(counts > 0).sum()} different answers in {len(answers)} rows; "
            'an amount is asked with kind = "regress", a code with kind = "rank"'
        )
    rare = [
        str(label) for label, count in zip(labels, counts, strict=True) if count < FEWEST_OF_A_CLASS
    ]
    if len(labels) - len(rare) < 2:
        more = f" and {len(rare) - MOST_NAMED} more" if len(rare) > MOST_NAMED else ""
        raise TrainingRefused(
            f"fewer than {FEWEST_OF_A_CLASS} rows have the {target} "
            f"{', '.join(rare[:MOST_NAMED])}{more}; bring more of them, or join them to another"
        )


def check_codes(table: Table) -> None:
    """Refuse codes that are all the same."""
    assert table.target is not None
    if len(set(table.target.tolist())) < 2:
        raise TrainingRefused(
            f"every row has the same {table.task.target} ({table.target[0]}); "
            "bring rows of at least two kinds"
        )


def check_amounts(table: Table) -> None:
    """Refuse amounts that are all the same."""
    assert table.target is not None
    name = table.task.target
    cap = table.task.cap
    if np.ptp(table.target if cap is None else np.minimum(table.target, cap)) == 0:
        capped = "" if cap is None or np.ptp(table.target) == 0 else f" under the cap of {cap:g}"
        raise TrainingRefused(
            f"{name} is {table.target[0]:g} in every row{capped}; there is nothing to tell"
        )


def find_copies(table: Table) -> list[str]:
    """Say when rows stand twice: split by chance, they make every figure too good."""
    names = [name for name in spec_columns(table.task) if name in table.raw]
    twice = int(table.raw.duplicated(names).sum())
    if twice <= FEW_COPIES * len(table) or table.task.splits_by != "chance":
        return []
    measured = [
        len(np.unique(values)) > MOSTLY_DIFFERENT * (len(table) - twice)
        for values in table.numbers.values()
    ]
    if not any(measured):
        return []
    return [
        f"{twice} rows are copies of others; figures look better than they are: remove the copies"
    ]


def _words(table: Table, missing: NDArray[np.bool_]) -> str:
    """Name the words that were read as no answer: somebody may have meant a label."""
    target = table.task.target
    if target not in table.raw:
        return ""
    text = table.raw[target][missing].dropna().astype(str).str.strip()
    counts = Counter(text[text.ne("")].tolist()).most_common(3)
    if not counts:
        return ""
    said = ", ".join(f"{word!r} in {count}" for word, count in counts)
    return f" ({said}; write another word where that is an answer)"


def occurs_within(table: Table) -> NDArray[np.float64]:
    """Tell of each row whether the target occurs in it or in the next rows of its unit.

    Where the unit ends first and nothing occurred, nobody knows: such rows are left out.
    """
    assert table.target is not None
    line = Timeline.of(table.unit, table.time, 0)
    ranked = np.nan_to_num(table.target[line.order]) > 0
    units = table.unit[line.order]
    within = table.task.within
    occurs = np.zeros(len(ranked))
    known = np.zeros(len(ranked), dtype=np.bool_)
    for step in range(within):
        place = np.minimum(line.own + step, len(ranked) - 1)
        same = (units[place] == units) & (line.own + step < len(ranked))
        occurs = np.maximum(occurs, np.where(same, ranked[place], 0.0))
        known = same
    told = np.where(known | (occurs > 0), occurs, np.nan)
    back = np.empty(len(told))
    back[line.order] = told
    return back
