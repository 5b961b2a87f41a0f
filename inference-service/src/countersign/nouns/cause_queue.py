"""Queues of causes: who mends what keeps postings from being booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

CauseQueue = Literal["master_data", "period", "stock", "authorisation", "connection", "document"]
CAUSE_QUEUES: tuple[CauseQueue, ...] = get_args(CauseQueue)

QUEUE_TITLES: Mapping[CauseQueue, str] = {
    "master_data": "Master data",
    "period": "Posting period",
    "stock": "Stock",
    "authorisation": "Authorisation",
    "connection": "Connection",
    "document": "Document",
}
QUEUE_TASKS: Mapping[CauseQueue, str] = {
    "master_data": "Something is missing, blocked or not released in the ERP.",
    "period": "The date falls into a period that is not open.",
    "stock": "There is not enough, not there, or not free to use.",
    "authorisation": "The user of the interface may not do this.",
    "connection": "The way to the ERP, a lock, or a call that the ERP does not know.",
    "document": "What the document says cannot be booked like this.",
}
