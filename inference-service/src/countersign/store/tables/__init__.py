"""The tables. Every text is Unicode, every time UTC, every JSON value canonical text.

Sequence numbers (``seq``) come from the head of the audit chain, which each writing transaction
locks until it commits: a higher number is always committed later, so cursors never miss a row.
"""

from __future__ import annotations

from countersign.store.tables.access import api_key, idempotent_request, person
from countersign.store.tables.audit import audit_head, audit_record
from countersign.store.tables.base import UtcDateTime, metadata
from countersign.store.tables.coding import account_determination, cause_queue, coding
from countersign.store.tables.events import (
    approval,
    event,
    feature_row,
    judgement,
    outcome,
)
from countersign.store.tables.forecasts import forecast, forecast_question
from countersign.store.tables.narratives import narrative
from countersign.store.tables.plant import (
    change_counter,
    job_cursor,
    master_data,
    order_progress,
    order_release,
    staging_source,
    statistic,
    stock_hour,
)
from countersign.store.tables.postings import attempt, erp_target, posting, stream, worker
from countersign.store.tables.trust import (
    alarm,
    autonomy,
    autonomy_change,
    confirmation,
    drift_measure,
    policy,
)

__all__ = [
    "UtcDateTime",
    "account_determination",
    "alarm",
    "api_key",
    "approval",
    "attempt",
    "audit_head",
    "audit_record",
    "autonomy",
    "autonomy_change",
    "cause_queue",
    "change_counter",
    "coding",
    "confirmation",
    "drift_measure",
    "erp_target",
    "event",
    "feature_row",
    "forecast",
    "forecast_question",
    "idempotent_request",
    "job_cursor",
    "judgement",
    "master_data",
    "metadata",
    "narrative",
    "order_progress",
    "order_release",
    "outcome",
    "person",
    "policy",
    "posting",
    "staging_source",
    "statistic",
    "stock_hour",
    "stream",
    "worker",
]
