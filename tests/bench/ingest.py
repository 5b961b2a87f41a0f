"""Ingest: durable single events against a bare route, at any number of stored events."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bench import plant
from bench.figure import Figure, in_turn, median_ratio
from bench.server import SERVICE, Load, load, load_events, service_environment, serving

from countersign.intake.envelope import read_event
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.receive import Arrival, Receiver
from countersign.store.database import Database

HELLO = "hello:app()"
SHARE = 0.25
P99_MS = 60.0
GROWN_SHARE = 0.85
FEW, MANY = 1_000, 200_000
BODIES = 400


def measure_ingest(
    name: str, url: str, models: Path, folder: Path, rounds: int, seconds: float
) -> list[Figure]:
    """Measure single events against a bare Flask route under the same gunicorn settings."""
    key = plant.prepare_at(url)
    bodies = [plant.event(number, "x") | {"id": "@ID@"} for number in range(BODIES)]
    seen: list[Load] = []

    def events() -> float:
        seen.append(load_events(service.url + "/v1/events", key, bodies, seconds, folder))
        return seen[-1].rate

    with (
        serving(HELLO, "/hello") as bare,
        serving(SERVICE, "/readyz", **service_environment(url, models)) as service,
    ):
        load(bare.url + "/hello", 1)
        load_events(service.url + "/v1/events", key, bodies, 1, folder)
        routes, taken = in_turn(rounds, lambda: load(bare.url + "/hello", seconds).rate, events)
    detail = {
        "bare_per_s": round(statistics.median(routes)),
        "events_per_s": round(statistics.median(taken)),
        "refused": sum(row.errors for row in seen),
    }
    p99 = statistics.median(row.p99_ms for row in seen)
    return [
        Figure(
            f"ingest_single_{name}", median_ratio(taken, routes), SHARE, "of bare route", detail
        ),
        Figure(f"ingest_p99_{name}", p99, P99_MS, "ms at 32 connections", bound="at_most"),
    ]


def measure_growth(
    url: str, grown_url: str, models: Path, folder: Path, rounds: int, seconds: float, many: int
) -> list[Figure]:
    """Measure single events at few and at many stored events."""
    keys = [plant.prepare_at(url), plant.prepare_at(grown_url)]
    _store(url, FEW, models)
    _store(grown_url, many, models)
    bodies = [plant.event(number, "x") | {"id": "@ID@"} for number in range(BODIES)]
    with (
        serving(SERVICE, "/readyz", **service_environment(url, models)) as few,
        serving(SERVICE, "/readyz", **service_environment(grown_url, models)) as grown,
    ):

        def at(server_url: str, key: str) -> float:
            return load_events(server_url + "/v1/events", key, bodies, seconds, folder).rate

        at(few.url, keys[0])
        at(grown.url, keys[1])
        small, large = in_turn(rounds, lambda: at(few.url, keys[0]), lambda: at(grown.url, keys[1]))
    detail = {
        "stored": many,
        "per_s_at_1000": round(statistics.median(small)),
        "per_s_then": round(statistics.median(large)),
    }
    ratio = median_ratio(large, small)
    return [Figure("ingest_at_many_stored", ratio, GROWN_SHARE, "of the rate at 1,000", detail)]


def _store(url: str, count: int, models: Path) -> None:
    """Store events in process, in groups as large as the service's own."""
    database = Database(url)
    judge = Judge(open_shelf(models), ZoneInfo("UTC"))
    receiver = Receiver(database, judge, "demo")
    now = datetime.now(UTC)
    for start in range(0, count, 500):
        numbers = range(start, min(start + 500, count))
        events = [read_event(plant.event(number, "stored"), now) for number in numbers]
        receiver.receive([Arrival(event, "bench") for event in events])
    database.close()
