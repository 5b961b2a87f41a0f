"""Drift measures as rows: what the watch over events measured last, per class and measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from countersign.store.tables import drift_measure


@dataclass(frozen=True, slots=True)
class DriftMeasure:
    """One measure of a class; an alarm is raised from ``alarm_from`` on."""

    use_case: str
    segment: str
    measure: str
    kind: str
    value: float
    alarm_from: float
    text: str
    measured_at: datetime


def replace_all(connection: Connection, rows: Sequence[DriftMeasure]) -> None:
    """Store what was measured now in place of what was measured before."""
    connection.execute(delete(drift_measure))
    if rows:
        connection.execute(insert(drift_measure), [asdict(row) for row in rows])


def read_all(connection: Connection) -> list[DriftMeasure]:
    """Read the measures by class, the largest first."""
    rows = connection.execute(
        select(drift_measure).order_by(
            drift_measure.c.use_case, drift_measure.c.segment, drift_measure.c.value.desc()
        )
    )
    return [DriftMeasure(**row._mapping) for row in rows]
