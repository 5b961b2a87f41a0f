"""A question about what lies ahead: what is asked, of which rows, and how often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from countersign.model.task import TaskSpec

if TYPE_CHECKING:
    import pandas as pd

SUBJECT = "subject"
ASKS_UNTIL = "asks_until"
SITE_ID = "site_id"
ORDER_ID = "order_id"
UNIT = "unit"
"""Symbol of the amounts: kWh, a unit of measure, a currency."""
PEOPLE_COLUMNS = (SITE_ID, ORDER_ID, UNIT)
"""Columns that a question may give besides those of its spec, for people and filters."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something the plant wants to know ahead of time.

    ``task`` names its spec in ``learn/specs``; ``about`` says in words what a subject is ("order",
    "posting"). ``read`` gives the same rows to training and to serving: the columns of the spec,
    with times aware and amounts as numbers, plus

    - ``subject``: what the row is about. It stands for one answer, unless the spec has a unit
      column; then subject and time column do so together.
    - ``asks_until``: when the answer becomes clear (aware), blank where nobody knows.
    - any of ``PEOPLE_COLUMNS``, where it has them.

    Rows whose target is known are history; those with an empty target lie ahead and are asked. A
    row must not change by what becomes known after it was asked: the one that was served then is
    the one that training rebuilds later.

    ``step`` is how finely amounts are told. ``spec`` is the task's own where none comes with the
    library.
    """

    task: str
    about: str
    every: timedelta
    read: Callable[[Connection, datetime], pd.DataFrame]
    step: Decimal = Decimal("0.001")
    spec: TaskSpec | None = None
