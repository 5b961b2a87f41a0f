"""Captured uses: what the floor said that it took of materials, in a span of time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from countersign.store.spans import first_seq
from countersign.store.tables import event


def read_lines(
    connection: Connection, after: datetime, until: datetime
) -> Sequence[Mapping[str, Any]]:
    """Read the lines of all consumptions received behind a time, up to another."""
    query = select(event.c.body).where(
        event.c.seq >= first_seq(connection, event.c.seq, event.c.received_at, after),
        event.c.use_case == "material_consumption",
        event.c.received_at > after,
        event.c.received_at <= until,
    )
    return [
        line
        for body in connection.execute(query).scalars()
        for line in json.loads(body)["data"]["material_actual"]
    ]
