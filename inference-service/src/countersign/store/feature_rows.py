"""Feature rows as rows: what the model was asked about an event, and what it turned out to be.

Kept for the events that people look at: only those ever get a label. Learning from the rows
themselves means that training sees exactly what serving saw.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert, select, update

from countersign.nouns.labelled import LabelledFeatures
from countersign.nouns.picture import Picture
from countersign.store.tables import feature_row


@dataclass(frozen=True, slots=True)
class NewFeatures:
    """The rows of one event; ``subjects`` says what each is about, ``picture`` fills its places."""

    event_id: str
    use_case: str
    received_at: datetime
    rows: Sequence[Sequence[float]]
    subjects: Sequence[str]
    picture: Picture | None = None


def insert_all(connection: Connection, new: Sequence[NewFeatures]) -> None:
    """Store the rows of new events."""
    if not new:
        return
    values = [
        {
            "event_id": row.event_id,
            "use_case": row.use_case,
            "received_at": row.received_at,
            "rows": _packed(row.rows),
            "subjects": json.dumps(list(row.subjects)),
            **_picture_columns(row.picture),
        }
        for row in new
    ]
    connection.execute(insert(feature_row), values)


def read_subjects(connection: Connection, event_id: str) -> tuple[str, ...] | None:
    """Return what the rows of an event are about, ``None`` where none are kept."""
    text = connection.execute(
        select(feature_row.c.subjects).where(feature_row.c.event_id == event_id)
    ).scalar()
    return None if text is None else tuple(json.loads(text))


def label(
    connection: Connection, event_id: str, labels: Sequence[str], origin: str, at: datetime
) -> None:
    """Say what the rows of an event turned out to be; a later word replaces an earlier one."""
    connection.execute(
        update(feature_row)
        .where(feature_row.c.event_id == event_id)
        .values(labels=json.dumps(list(labels)), origin=origin, labelled_at=at)
    )


def unlabel(connection: Connection, event_id: str) -> None:
    """Forget what the rows of an event turned out to be."""
    connection.execute(
        update(feature_row)
        .where(feature_row.c.event_id == event_id)
        .values(labels=None, origin=None, labelled_at=None)
    )


def read_labelled(
    connection: Connection, use_case: str, *, after: datetime | None = None, limit: int
) -> list[LabelledFeatures]:
    """Read the last labelled events of a use case, oldest label first."""
    query = select(feature_row).where(
        feature_row.c.use_case == use_case, feature_row.c.labelled_at.is_not(None)
    )
    if after is not None:
        query = query.where(feature_row.c.labelled_at > after)
    query = query.order_by(feature_row.c.labelled_at.desc(), feature_row.c.event_id).limit(limit)
    return [_labelled(row) for row in reversed(connection.execute(query).all())]


def _labelled(row: Row[Any]) -> LabelledFeatures:
    subjects = tuple(json.loads(row.subjects))
    values = np.frombuffer(base64.b64decode(row.rows), dtype="<f4")
    return LabelledFeatures(
        event_id=row.event_id,
        rows=values.reshape(len(subjects), -1).astype(np.float32),
        subjects=subjects,
        labels=tuple(json.loads(row.labels)),
        origin=row.origin,
        labelled_at=row.labelled_at,
        delay_s=(row.labelled_at - row.received_at).total_seconds(),
        picture=_picture(row),
    )


def _picture_columns(picture: Picture | None) -> dict[str, str | None]:
    if picture is None or not picture.values:
        return {"picture_encoder": None, "picture_values": None}
    return {"picture_encoder": picture.encoder, "picture_values": _packed(picture.values)}


def _picture(row: Row[Any]) -> Picture | None:
    if row.picture_encoder is None:
        return None
    values = np.frombuffer(base64.b64decode(row.picture_values), dtype="<f4")
    return Picture(row.picture_encoder, tuple(values.tolist()))


def _packed(rows: Sequence[Sequence[float]] | Sequence[float]) -> str:
    return base64.b64encode(np.asarray(rows, dtype="<f4").tobytes()).decode("ascii")
