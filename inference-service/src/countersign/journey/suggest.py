"""Suggesting: what a report would probably say, before there is one; nothing is written."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from countersign.journey.judge import Judge
from countersign.nouns.assessment import Ranked
from countersign.nouns.event import Event
from countersign.nouns.progress import OrderProgress
from countersign.store import progress

USE_CASE = "scrap_report"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Scrap reasons, the likeliest first; ``model_version`` is empty where counting alone spoke."""

    reasons: tuple[Ranked, ...]
    model_version: str


class Suggester:
    """Ranks scrap reasons for a report that is being written; safe to call from several threads."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._lock = threading.Lock()

    def scrap_reasons(self, connection: Connection, data: Mapping[str, Any]) -> Suggestion:
        """Rank the reasons for a scrap report that names none yet.

        ``data`` is what is known of it, in the shape of the contract: the same facts lead to the
        same ranking as when the report is judged.
        """
        event = _unborn(data)
        current = progress.read(connection, event.order_id) or OrderProgress()
        with self._lock:
            self._judge.refresh(connection)
            context = self._judge.context_of(connection, event, current, event.received_at)
            assessment = self._judge.assess_alone(event, context)
        return Suggestion(assessment.suggestions["scrap_reason_code"], assessment.model_version)


def _unborn(data: Mapping[str, Any]) -> Event:
    """Return the event that the report would be, without an identity."""
    now = datetime.now(UTC)
    return Event(
        event_id="",
        source="",
        key="",
        type="countersign.scrap-report.v1",
        use_case=USE_CASE,
        occurred_at=now,
        received_at=now,
        site_id=data["site_id"],
        order_id=data["order_id"],
        operation_id=data["operation_id"],
        digest="",
        text="",
        body={"data": dict(data)},
    )
