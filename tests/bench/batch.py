"""Batches: 100 events over HTTP against a multi-row insert of the same event rows."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import plant
from bench.figure import Figure, in_turn, median_ratio
from bench.server import SERVICE, load_events, service_environment, serving
from sqlalchemy import insert

from countersign.intake.envelope import read_event
from countersign.nouns.event import Event
from countersign.store.database import Database
from countersign.store.tables import event as event_table

BATCH = 100
SHARE = 0.10
CONNECTIONS = 4
PAGES = 100


def measure_batches(
    name: str, url: str, models: Path, folder: Path, rounds: int, seconds: float
) -> list[Figure]:
    """Measure events per second in batches of 100 against ``executemany`` in process."""
    key = plant.prepare_at(url)
    bodies = [
        [plant.event(start + number, "x") | {"id": "@ID@"} for number in range(BATCH)]
        for start in range(0, 4 * BATCH, BATCH)
    ]
    database = Database(url)
    writer = _RowWriter(database)
    with serving(SERVICE, "/readyz", **service_environment(url, models)) as service:

        def batches() -> float:
            address = service.url + "/v1/events"
            result = load_events(address, key, bodies, seconds, folder, connections=CONNECTIONS)
            return result.rate * BATCH

        batches()
        rows, taken = in_turn(rounds, writer.rate, batches)
    database.close()
    detail = {
        "executemany_rows_per_s": round(statistics.median(rows)),
        "events_per_s": round(statistics.median(taken)),
    }
    ratio = median_ratio(taken, rows)
    return [Figure(f"ingest_batch_{name}", ratio, SHARE, "of executemany", detail)]


class _RowWriter:
    """Inserts bare event rows, 100 in a transaction, and nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._count = 0

    def rate(self) -> float:
        """Return rows per second; the rows are made before the clock starts."""
        pages = [[self._row() for _ in range(BATCH)] for _ in range(PAGES)]
        started = time.perf_counter()
        for page in pages:
            with self._database.write() as connection:
                connection.execute(insert(event_table), page)
        return PAGES * BATCH / (time.perf_counter() - started)

    def _row(self) -> dict[str, Any]:
        self._count += 1
        fact = read_event(plant.event(self._count, "row"), datetime.now(UTC))
        if not isinstance(fact, Event):
            raise AssertionError(fact)
        return {
            "event_id": fact.event_id,
            "seq": self._count,
            "source": fact.source,
            "event_key": fact.key,
            "type": fact.type,
            "use_case": fact.use_case,
            "site_id": fact.site_id,
            "order_id": fact.order_id,
            "operation_id": fact.operation_id,
            "occurred_at": fact.occurred_at,
            "received_at": fact.received_at,
            "digest": fact.digest,
            "state": "queued",
            "body": fact.text,
        }
