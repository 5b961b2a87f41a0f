"""Spans of time: found by the numbers of rows, which have an index where times have none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, func, select


def first_seq(
    connection: Connection, seq: Column[int], stored_at: Column[datetime], at: datetime
) -> int:
    """Return the number from which on the rows of a table were stored at a time or later.

    Numbers grow with time, so it is found by halving, however many rows there are.
    """
    low = 0
    high = (connection.execute(select(func.max(seq))).scalar() or 0) + 1
    first = select(seq, stored_at).order_by(seq).limit(1)
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(first.where(seq >= middle)).first()
        if row is None or row[1] >= at:
            high = middle
        else:
            low = row[0] + 1
    return low
