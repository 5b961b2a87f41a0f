"""Counters of the requests, kept per process and added up when Prometheus asks."""

from __future__ import annotations

from prometheus_client import Counter

EVENTS = Counter("countersign_events_total", "Events by what became of them", ["status", "outcome"])
REQUESTS = Counter(
    "countersign_requests_total", "Requests by route and status", ["route", "status"]
)
