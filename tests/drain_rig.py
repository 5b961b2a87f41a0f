"""A rig for draining: queued goods issues, real worker processes, the real sandbox ERP.

The documents of an order carry their place in a note, so the sandbox can tell whether they were
booked in sequence; every reference is a posting's key, so it can tell what was booked twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from sandbox_plant import OPEN_DATE, POWDER, SITE, master_rows, order_row
from sandbox_process import PASSWORD, SandboxProcess

from countersign.audit.trail import open_trail
from countersign.audit.verify import verify
from countersign.erp.documents import Document, GoodsIssue, GoodsIssueLine, to_data
from countersign.nouns.posting import idempotency_key
from countersign.nouns.quantity import Quantity
from countersign.store import erp_targets, postings, schema
from countersign.store.database import Database, canonical_json
from countersign.store.postings import NewPosting

ERP = "demo"
BATCH = 500
POLL_S = 0.02
STOP_TIMEOUT_S = 30
RUN_WORKER = """
import logging
from countersign.settings import Settings
from countersign.worker import run
logging.basicConfig(level=logging.INFO)
run(Settings.from_environment())
"""
QUICK = "call_timeout_s=1&settle_s=0.5&max_in_flight=8"
"""Options of the connector that keep the tests short."""


FLAKY = (
    {"fault": "drop_after", "calls": ["post"], "probability": 0.05},
    {"fault": "unavailable", "calls": ["post"], "probability": 0.10, "retry_after_s": 0},
    {"fault": "lock", "calls": ["post"], "probability": 0.02},
    {"fault": "slow", "calls": ["post"], "probability": 1.0, "latency_ms": 10},
)
"""A bad day of the ERP: lost answers, 503, locked orders, and some latency."""


@dataclass(frozen=True)
class Result:
    """What the sandbox and the database say after a drain."""

    queued: int
    lost: int
    doubled: int
    out_of_sequence: int
    flaws_in_audit: int
    states: dict[str, int]


class WorkerRig:
    """Postings in a database, and workers that can be killed and book them in an ERP."""

    def __init__(self, folder: Path, database_url: str, erp_url: str, *, lease_s: int) -> None:
        self.database = Database(database_url)
        schema.upgrade(self.database)
        self.queued = 0
        self._log = folder / "workers.log"
        self._workers: list[subprocess.Popen[bytes]] = []
        self._environment = {
            **os.environ,
            "COUNTERSIGN_DATABASE_URL": database_url,
            "COUNTERSIGN_ERPS": f"{ERP}={erp_url}",
            "COUNTERSIGN_LEASE_S": str(lease_s),
            "COUNTERSIGN_MODELS_DIR": str(folder / "models"),
            "OMP_NUM_THREADS": "1",
        }

    def enqueue(self, documents: Iterable[Document]) -> None:
        """Queue documents, each as one that belongs to no event."""
        numbered = enumerate(documents, self.queued)
        while batch := list(islice(numbered, BATCH)):
            now = datetime.now(UTC)
            with self.database.write() as connection, open_trail(connection, now) as trail:
                rows = []
                for place, document in batch:
                    key = idempotency_key(f"{place}", document.kind)
                    seq = trail.add("posting_queued", "service", {}, posting_id=key)
                    rows.append(_posting(document, key, seq, now))
                postings.enqueue(connection, rows)
            self.queued += len(batch)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker process."""
        with self._log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-c", RUN_WORKER],
                env=self._environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """End a worker as a power cut would."""
        worker.kill()
        worker.wait()
        self._workers.remove(worker)

    def stop(self, worker: subprocess.Popen[bytes]) -> int:
        """End a worker in order and return its exit code."""
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(STOP_TIMEOUT_S)
        self._workers.remove(worker)
        return code

    def replace_password(self, password: str) -> None:
        """Let workers that start from now on log in with another password."""
        erps = self._environment["COUNTERSIGN_ERPS"]
        self._environment["COUNTERSIGN_ERPS"] = erps.replace(PASSWORD, password)

    def is_paused(self) -> bool:
        """Tell whether deliveries to the sandbox are paused."""
        with self.database.read() as connection:
            target = erp_targets.read(connection, ERP)
        return target is not None and target.paused

    def count(self, *states: str) -> int:
        """Count the postings that are in one of these states."""
        with self.database.read() as connection:
            found = postings.count_by_state(connection)
        return sum(number for (_, state), number in found.items() if state in states)

    def wait_until_posted(self, count: int, timeout_s: float = 120.0) -> None:
        """Wait until so many postings are booked."""
        self.wait_until(lambda: self.count("posted") >= count, timeout_s)

    def wait_until(self, is_so: Callable[[], bool], timeout_s: float = 60.0) -> None:
        """Wait for something; ends with what the workers said when it does not come."""
        until = time.monotonic() + timeout_s
        while not is_so():
            has_died = any(worker.poll() is not None for worker in self._workers)
            if has_died or time.monotonic() > until:
                raise AssertionError(f"waited in vain: {self.states()}\n{self._last_words()}")
            time.sleep(POLL_S)

    def states(self) -> dict[str, int]:
        """Count the postings by state."""
        with self.database.read() as connection:
            found = postings.count_by_state(connection)
        return {state: number for (_, state), number in found.items()}

    def flaws_in_audit(self) -> int:
        """Count what is wrong in the chain of the audit."""
        with self.database.read() as connection:
            return sum(1 for _ in verify(connection))

    def close(self) -> None:
        """End everything that still runs."""
        for worker in list(self._workers):
            self.kill(worker)
        self.database.close()

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-40:])


class DrainRig(WorkerRig):
    """Goods issues in a database, the sandbox ERP to book them in, and workers."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        options: str = QUICK,
        lease_s: int = 2,
        fast: bool = True,
    ) -> None:
        self.sandbox = SandboxProcess(folder, fast=fast).start()
        super().__init__(folder, database_url, f"{self.sandbox.url}?{options}", lease_s=lease_s)

    def queue(self, count: int, orders: int) -> None:
        """Queue goods issues, spread over released orders of the sandbox."""
        self.sandbox.seed(
            {**master_rows(), "orders": [order_row(f"{number}") for number in range(orders)]}
        )
        places = range(self.queued, self.queued + count)
        self.enqueue(_issue(place, orders) for place in places)

    def result(self) -> Result:
        """Compare what was queued with what the sandbox has booked."""
        booked = {str(row["ref"]) for row in self.sandbox.documents()}
        return Result(
            queued=self.queued,
            lost=self.queued - len(booked),
            doubled=len(self.sandbox.doubles()),
            out_of_sequence=len(self.sandbox.order_violations()),
            flaws_in_audit=self.flaws_in_audit(),
            states=self.states(),
        )

    def close(self) -> None:
        """End everything that still runs."""
        super().close()
        self.sandbox.close()


@contextmanager
def open_rig(folder: Path, database_url: str, *, options: str = QUICK) -> Iterator[DrainRig]:
    """Give a rig and end everything it started afterwards."""
    rig = DrainRig(folder, database_url, options=options)
    try:
        yield rig
    finally:
        rig.close()


def _issue(place: int, orders: int) -> GoodsIssue:
    return GoodsIssue(
        site_id=SITE,
        order_id=f"{place % orders}",
        operation_id="0010",
        posting_date=date.fromisoformat(OPEN_DATE),
        lines=(GoodsIssueLine(POWDER, Quantity(Decimal("0.01"), "KGM")),),
        text=f"#{place // orders}",
    )


def _posting(document: Document, key: str, seq: int, now: datetime) -> NewPosting:
    data = to_data(document)
    return NewPosting(
        posting_id=key,
        event_id=None,
        erp=ERP,
        order_id=data["order_id"],
        kind=document.kind,
        document=canonical_json(data),
        not_before=now,
        created_at=now,
        created_by="service",
        seq=seq,
    )
