"""Shortage: will a component run short within three hours, and how much will an hour need?

A row per component and hour, from readings that were written down at the time. A component is
short when less lies there than released orders need in an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, Row

from countersign.forecast.question import Question
from countersign.forecast.stock_reading import HOUR
from countersign.store import stock_hours

if TYPE_CHECKING:
    import pandas as pd

HISTORY = timedelta(days=30)
USUAL_HOURS = 24
"""Over how many hours the usual use is averaged."""
ANY_PLACE = "*"
DIGITS = 6
WITHIN = 3 * HOUR


def read_shortage(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read hours of components, with whether each ended short."""
    rows = _read(connection, now)
    rows["asks_until"] = rows["hour_start"] + WITHIN
    short = (rows["stock_quantity"] < rows["planned_use"]).astype(float)
    rows["is_short"] = short.where(rows["stock_quantity"].notna())
    return rows


def read_quantity(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read hours of components, with what each needed.

    Nothing is asked where nothing is planned and nothing was used for a day.
    """
    rows = _read(connection, now)
    rows["asks_until"] = rows["hour_start"] + HOUR
    rows["needed_quantity"] = rows["used_quantity"]
    need = rows[["planned_use", "usual_use"]].max(axis=1)
    rows["usual_need"] = need.where(need > 0)
    return rows[rows["usual_need"].notna() | rows["needed_quantity"].notna()]


def _read(connection: Connection, now: datetime) -> pd.DataFrame:
    """Read closed hours, and the hour that runs; it knows only what is planned.

    An hour that nobody closed, because the worker or the ERP was away, is left out. What became
    known after ``now`` is not looked at.
    """
    import pandas as pd

    told = [
        _told(row, now)
        for row in stock_hours.read_opened(connection, now - HISTORY, now)
        if _is_closed(row, now) or now - row.hour_start < 2 * HOUR
    ]
    rows = pd.DataFrame(
        told,
        columns=[
            *("subject", "line_component", "unit", "hour_start", "planned_use"),
            *("opening_quantity", "stock_quantity", "used_quantity", "delivered_quantity"),
        ],
    )
    rows["hour_start"] = pd.to_datetime(rows["hour_start"], utc=True)
    usual = rows.groupby("line_component")["used_quantity"].transform(_usual).round(DIGITS)
    rows["usual_use"] = usual
    for name, use in (("hours_of_plan", rows["planned_use"]), ("hours_of_stock", usual)):
        rows[name] = (rows["opening_quantity"] / use.where(use > 0)).round(DIGITS)
    return rows


def _usual(used: pd.Series[Any]) -> pd.Series[Any]:
    """Average what a component was used of in the hours before each."""
    return used.shift(1).rolling(USUAL_HOURS, min_periods=1).mean()


def _is_closed(row: Row[Any], now: datetime) -> bool:
    return bool(row.closed_at is not None and row.closed_at <= now)


def _told(row: Row[Any], now: datetime) -> tuple[Any, ...]:
    line_component = f"{row.storage_location or ANY_PLACE}/{row.material_id}"
    begun = (
        line_component,
        line_component,
        row.unit,
        row.hour_start,
        float(row.planned_use),
        float(row.opening_quantity),
    )
    if not _is_closed(row, now):
        return (*begun, np.nan, np.nan, np.nan)
    ended = (row.closing_quantity, row.used_quantity, row.delivered_quantity)
    return (*begun, *map(float, ended))


EVERY = timedelta(minutes=20)
SHORTAGE = Question("shortage", "component", EVERY, read_shortage)
QUANTITY = Question("shortage_quantity", "component", EVERY, read_quantity)
