"""The questions that the service can ask of its own store."""

from __future__ import annotations

from countersign.forecast import sync_failure
from countersign.forecast.question import Question

QUESTIONS: tuple[Question, ...] = (sync_failure.QUESTION,)
