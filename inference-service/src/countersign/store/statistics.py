"""Statistics as rows: the usual figures that booked events taught."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

from countersign.nouns.statistic import Statistic
from countersign.store.database import canonical_json
from countersign.store.tables import statistic

PAGE_KEYS = 500


def read(
    connection: Connection, keys: Iterable[str], *, lock: bool = False
) -> dict[str, Statistic]:
    """Read statistics by key; what was never learned is absent."""
    wanted = sorted(set(keys))
    found: dict[str, Statistic] = {}
    for start in range(0, len(wanted), PAGE_KEYS):
        query = select(statistic).where(
            statistic.c.statistic_key.in_(wanted[start : start + PAGE_KEYS])
        )
        if lock:
            query = query.order_by(statistic.c.statistic_key).with_for_update()
        for row in connection.execute(query):
            key, count, mean, m2, labels = row
            found[key] = Statistic(count, mean, m2, json.loads(labels))
    return found


def save(connection: Connection, statistics: Mapping[str, Statistic]) -> None:
    """Write statistics, replacing what was there."""
    keys = sorted(statistics)
    for start in range(0, len(keys), PAGE_KEYS):
        page = keys[start : start + PAGE_KEYS]
        connection.execute(delete(statistic).where(statistic.c.statistic_key.in_(page)))
        connection.execute(
            insert(statistic),
            [
                {
                    "statistic_key": key,
                    "count": statistics[key].count,
                    "mean": statistics[key].mean,
                    "m2": statistics[key].m2,
                    "labels": canonical_json(dict(statistics[key].labels)),
                }
                for key in page
            ],
        )
