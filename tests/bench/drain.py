"""Drain: postings per second against a client without a queue, and against a slow ERP."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, in_turn, median_ratio
from drain_rig import DrainRig

from countersign.erp.documents import from_data
from countersign.erp.registry import connect
from countersign.store import postings

SHARE_OF_CLIENT = 0.50
SHARE_OF_LATENCY = 0.90
CONNECTIONS = 16
LATENCY_MS = 50
OPTIONS = f"max_in_flight={CONNECTIONS}&call_timeout_s=10"
ORDERS = 200
WARM_UP = 64


def measure_drain(name: str, url: str, rounds: int, count: int) -> list[Figure]:
    """Measure a worker against a client that posts the same documents without any queue."""
    with _rig(url) as rig:
        drained, direct = in_turn(
            rounds, lambda: _drain(rig, count), lambda: _post_directly(rig, count)
        )
    detail = {
        "worker_per_s": round(statistics.median(drained)),
        "client_per_s": round(statistics.median(direct)),
        "connections": CONNECTIONS,
    }
    ratio = median_ratio(drained, direct)
    return [Figure(f"drain_{name}", ratio, SHARE_OF_CLIENT, "of a client without a queue", detail)]


def measure_latency(url: str, rounds: int, count: int) -> list[Figure]:
    """Measure a worker against an ERP that takes 50 ms for each answer."""
    with _rig(url) as rig:
        rig.sandbox.faults({"fault": "slow", "latency_ms": LATENCY_MS, "probability": 1.0})
        rates = [_drain(rig, count) for _ in range(rounds)]
    best = CONNECTIONS / (LATENCY_MS / 1000)
    value = statistics.median(rates) / best
    detail = {"worker_per_s": round(statistics.median(rates)), "theory_per_s": round(best)}
    return [Figure("drain_at_50_ms", value, SHARE_OF_LATENCY, "of connections / latency", detail)]


@contextmanager
def _rig(url: str) -> Iterator[DrainRig]:
    with TemporaryDirectory() as folder:
        rig = DrainRig(Path(folder), url, options=OPTIONS, lease_s=30)
        try:
            yield rig
        finally:
            rig.close()


def _drain(rig: DrainRig, count: int) -> float:
    """Queue postings and return how many per second a worker books once it is warm."""
    before = rig.count("posted")
    rig.queue(count, ORDERS)
    worker = rig.start_worker()
    rig.wait_until_posted(before + WARM_UP)
    started, booked = time.perf_counter(), rig.count("posted")
    rig.wait_until_posted(before + count, timeout_s=300)
    seconds = time.perf_counter() - started
    rig.stop(worker)
    return (before + count - booked) / seconds


def _post_directly(rig: DrainRig, count: int) -> float:
    """Post documents like the queued ones straight to the ERP, with as many connections."""
    port = connect(f"{rig.sandbox.url}?{OPTIONS}")
    with rig.database.read() as connection:
        records = postings.find(connection, limit=count)
    documents = [from_data(json.loads(record.document)) for record in records]

    def post(number: int) -> None:
        port.post(documents[number % len(documents)], f"direct-{time.monotonic_ns()}-{number}"[:24])

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(post, range(WARM_UP)))
        started = time.perf_counter()
        list(pool.map(post, range(count)))
        seconds = time.perf_counter() - started
    port.close()
    return count / seconds
