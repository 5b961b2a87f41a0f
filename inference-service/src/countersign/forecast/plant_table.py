"""A table or view of the plant as a question: its columns are those of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from countersign.forecast.question import (
    ASKS_UNTIL,
    ORDER_ID,
    PEOPLE_COLUMNS,
    SUBJECT,
    UNIT,
    Question,
)
from countersign.model.task import TaskSpec
from countersign.store import plant_tables
from countersign.store.database import Database
from countersign.store.plant_tables import PlantRows, PlantTableError

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 500_000
"""Of a longer table the newest rows are read: five years of hours for ten lines."""
LONGEST_PAUSE = timedelta(hours=1)
CURRENCY = "currency"
CYCLES = "cycles"
KWH = "kWh"
STEPS = {CURRENCY: Decimal("0.01"), CYCLES: Decimal(1), KWH: Decimal("0.1")}
STEP = Decimal("0.001")
UNITS: Mapping[str, str] = {
    "accrual_forecast": CURRENCY,
    "energy_per_hour": KWH,
    "energy_per_order": KWH,
    "remaining_life": CYCLES,
}
"""Units of the amounts of specs that come with the library; a table may have a column unit."""


def plant_question(
    task: TaskSpec, table: str, database: Database, time_zone: ZoneInfo, currency: str
) -> Question:
    """Make a question of a table in the plant's database.

    Beside the columns of the spec the table may have ``subject``, ``asks_until`` and
    ``PEOPLE_COLUMNS``. Without them the subject is the unit of the spec or the order, and a row is
    clear one horizon after its time, where the horizon is a span of time. Times without an offset
    are the plant's.
    """

    def read(_: Connection, __: datetime) -> pd.DataFrame:
        with database.read() as connection:
            found = plant_tables.read(
                connection,
                table,
                needed=_needed(task),
                wanted=(SUBJECT, ASKS_UNTIL, *PEOPLE_COLUMNS),
                newest_by=task.time_column or None,
                limit=MOST_ROWS,
            )
        return _frame(task, table, found, time_zone, currency)

    step = STEPS.get(UNITS.get(task.name, ""), STEP)
    return Question(task.name, _about(task), _every(task), read, step, task)


def _needed(task: TaskSpec) -> list[str]:
    names = [column.name for column in task.columns]
    names += [task.target, task.time_column, task.unit_column]
    names += [task.offset_column or "", task.scale_column or ""]
    return list(dict.fromkeys(name for name in (*names, *task.key_columns) if name))


def _about(task: TaskSpec) -> str:
    if not task.unit_column:
        return "order"
    return task.unit_column.removesuffix("_id").replace("_", " ").replace("center", "centre")


def _every(task: TaskSpec) -> timedelta:
    return min(_horizon(task) or LONGEST_PAUSE, LONGEST_PAUSE)


def _horizon(task: TaskSpec) -> timedelta | None:
    """Return how far ahead is asked, ``None`` where that is counted in rows."""
    if isinstance(task.horizon, int):
        return None
    import pandas as pd

    return pd.Timedelta(task.horizon).to_pytimedelta()


def _frame(
    task: TaskSpec, table: str, found: PlantRows, time_zone: ZoneInfo, currency: str
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame.from_records(list(found.rows), columns=list(found.columns))
    for name in frame:
        if pd.api.types.is_object_dtype(frame[name]):
            frame[name] = frame[name].map(lambda v: float(v) if isinstance(v, Decimal) else v)
    of_time = {column.name for column in task.columns if column.type == "time"}
    for name in (*of_time, task.time_column, ASKS_UNTIL):
        if name in frame:
            frame[name] = _times(frame[name], f"{table}.{name}", time_zone)
    if SUBJECT not in frame:
        frame[SUBJECT] = frame[_subject_column(task, table, frame)].astype(str)
    if ASKS_UNTIL not in frame:
        frame[ASKS_UNTIL] = _clear_at(task, frame)
    if UNIT not in frame and task.name in UNITS:
        unit = UNITS[task.name]
        frame[UNIT] = currency if unit == CURRENCY else unit
    return frame


def _subject_column(task: TaskSpec, table: str, frame: pd.DataFrame) -> str:
    for name in (task.unit_column, ORDER_ID):
        if name and name in frame:
            return name
    raise PlantTableError(
        f"{table} does not say what a row is about; add a column {SUBJECT} or {ORDER_ID}"
    )


def _clear_at(task: TaskSpec, frame: pd.DataFrame) -> Any:
    """Return when the rows become clear, as far as the spec tells."""
    import pandas as pd

    horizon = _horizon(task)
    is_clock = task.time_column in frame and isinstance(
        frame[task.time_column].dtype, pd.DatetimeTZDtype
    )
    return frame[task.time_column] + horizon if is_clock and horizon else pd.NaT


def _times(values: pd.Series[Any], name: str, time_zone: ZoneInfo) -> pd.Series[Any]:
    """Return aware times in UTC; plain numbers (cycles) stay numbers."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        return values
    moments = values.map(lambda value: _moment(value, name, time_zone), na_action="ignore")
    return pd.to_datetime(moments, utc=True)


def _moment(value: Any, name: str, time_zone: ZoneInfo) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise PlantTableError(
                f"{name} holds {value!r}, which is no time; write 2026-11-20T16:30:00+01:00"
            ) from error
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    moment: datetime = value
    return moment if moment.tzinfo else moment.replace(tzinfo=time_zone)
