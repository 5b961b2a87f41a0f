"""The questions that the service can ask of its own store."""

from __future__ import annotations

from countersign.forecast import component_usage, order_delay, shortage, sync_failure
from countersign.forecast.question import Question

QUESTIONS: tuple[Question, ...] = (
    component_usage.QUESTION,
    order_delay.QUESTION,
    shortage.SHORTAGE,
    shortage.QUANTITY,
    sync_failure.QUESTION,
)
