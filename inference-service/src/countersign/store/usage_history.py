"""The history of usage: what was captured for orders, and what people made of it and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from countersign.store.tables import approval, event


def read_captured(
    connection: Connection, order_ids: Sequence[str], until: datetime
) -> Sequence[Row[Any]]:
    """Read the confirmations and consumptions of some orders that were received by a time.

    Rows: order_id, state, received_at, body, and, where a person corrected or rejected it at
    whatever time, decided_at and correction; oldest first.
    """
    decided = and_(
        approval.c.event_id == event.c.event_id,
        approval.c.posting_id.is_(None),
        approval.c.state.in_(("corrected", "rejected")),
    )
    query = (
        select(
            event.c.order_id,
            event.c.state,
            event.c.received_at,
            event.c.body,
            approval.c.decided_at,
            approval.c.correction,
        )
        .select_from(event.outerjoin(approval, decided))
        .where(
            event.c.order_id.in_(order_ids),
            event.c.use_case.in_(("production_confirmation", "material_consumption")),
            event.c.received_at <= until,
        )
        .order_by(event.c.received_at, event.c.seq)
    )
    return list(connection.execute(query))
