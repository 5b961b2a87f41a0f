"""The questions that the service can ask of its own store."""

from __future__ import annotations

from countersign.forecast import order_delay, sync_failure
from countersign.forecast.question import Question

QUESTIONS: tuple[Question, ...] = (
    order_delay.QUESTION,
    sync_failure.QUESTION,
)
