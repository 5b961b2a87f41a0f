"""Counters of the requests, kept per process and added up when Prometheus asks."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

EVENTS = Counter("countersign_events_total", "Events by what became of them", ["status", "outcome"])
REQUESTS = Counter(
    "countersign_requests_total", "Requests by route and status", ["route", "status"]
)
INTAKE_SECONDS = Histogram(
    "countersign_intake_seconds",
    "From the request to the stored and judged events",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
