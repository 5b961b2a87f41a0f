"""Labelling: what became clear about an event becomes a label of what the model was asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from countersign.assess.use_case import USE_CASES
from countersign.learn.feedback import labels_of
from countersign.nouns.event import Event
from countersign.store import feature_rows


def label_event(
    connection: Connection,
    event: Event,
    final: Mapping[str, Any] | None,
    reason: str,
    origin: str,
    at: datetime,
) -> None:
    """Label the rows kept of an event, where there are any.

    ``final`` is what was booked in the end, ``None`` when nothing stays in the books.
    """
    subjects = feature_rows.read_subjects(connection, event.event_id)
    if not subjects:
        return
    labels = labels_of(USE_CASES[event.use_case].task, subjects, event.data, final, reason)
    if labels is not None:
        feature_rows.label(connection, event.event_id, labels, origin, at)
