"""The production log of a real plant: every row accounted for and booked, twice the same."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sandbox_process import SandboxProcess
from sqlalchemy import func, select

from countersign.audit.verify import verify
from countersign.decide.approvals import Approver
from countersign.decide.policy import DEFAULT_POLICY
from countersign.erp.demo_erp import from_url
from countersign.journey.ask_back import ask_back
from countersign.journey.governance import change_policy
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.mirror import Mirror
from countersign.journey.review import Reviewer, Verdict
from countersign.post.deliver import Delivery
from countersign.store import approvals, schema
from countersign.store.database import Database
from countersign.store.tables import event, posting

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT.parent / "shared" / "data" / "production_log.csv"
ERP = "demo"
ZONE = ZoneInfo("Asia/Jerusalem")
SUPERVISOR = Approver("anna", frozenset({"supervisor"}))
BOOKING_TIMEOUT_S = 180
ROWS = 2701
EQUAL_ROWS = 13
QUANTITIES = {
    "YIELD": "qty_completed",
    "SCRAP": "qty_rejected",
    "REWORK": "qty_for_mrb",
}

pytestmark = [
    pytest.mark.skipif(not LOG.exists(), reason=f"{LOG.name} is not on this machine"),
    pytest.mark.timeout(600),
]


@dataclass
class Plant:
    """A service, an ERP that knows the orders of the log, and the two put together."""

    folder: Path
    database: Database
    sandbox: SandboxProcess

    def import_log(self) -> dict[str, int]:
        """Run the command as a user does; return its figures by name."""
        command = [
            str(Path(sys.executable).with_name("countersign")),
            "import-events",
            str(LOG),
        ]
        done = subprocess.run(
            [*command, "--mapping", "production_log"],
            cwd=self.folder,
            env={
                **os.environ,
                "COUNTERSIGN_DATABASE_URL": str(self.database.url),
                "COUNTERSIGN_ERPS": f"{ERP}={self.sandbox.url}",
                "COUNTERSIGN_TIME_ZONE": ZONE.key,
                "COUNTERSIGN_MODELS_DIR": str(self.folder / "models"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        lines = [line.split() for line in done.stdout.splitlines()]
        return {words[0]: int(words[1]) for words in lines}

    def seed(self) -> None:
        """Give the ERP the orders of the log, and the service a copy of them."""
        subprocess.run(
            [
                *(str(ROOT / "scripts" / "seed-sandbox-from-table"), str(LOG)),
                *("--mapping", "production_log", "--order-quantity", "order_qty"),
                *("--admin", self.sandbox.page_url),
            ],
            check=True,
        )
        port = from_url(self.sandbox.url)
        Mirror(self.database, port).refresh(datetime.now(UTC))
        port.close()

    def supervise(self) -> None:
        """Have a person decide about every event."""
        body = DEFAULT_POLICY | {
            "use_cases": {
                name: limits | {"phase": "supervise"}
                for name, limits in DEFAULT_POLICY["use_cases"].items()
            }
        }
        with self.database.write() as connection:
            change_policy(connection, body, 0, "person:anna", "start", datetime.now(UTC))

    def decide(self) -> Counter[str]:
        """Let the supervisor approve what can be booked, and reject what books nothing."""
        judge = Judge(open_shelf(self.folder / "models"), ZONE)
        reviewer = Reviewer(self.database, judge, ERP)
        decided: Counter[str] = Counter()
        while open_tasks := self._open_tasks():
            for row in open_tasks:
                with self.database.read() as connection:
                    context_hash = reviewer.context_hash(connection, row)
                nothing = row.cause == "quantity_zero"
                verdict = Verdict(
                    approval_id=row.approval_id,
                    action="reject" if nothing else "approve",
                    approver=SUPERVISOR,
                    actor="person:anna",
                    context_hash=context_hash,
                    reason="nothing was done" if nothing else None,
                )
                decided[reviewer.act(verdict).state] += 1
        return decided

    def book(self) -> None:
        """Deliver until nothing waits any more."""
        port = from_url(self.sandbox.url)
        delivery = Delivery(self.database, ERP, port, "worker-1", ask_back)
        delivery.open()
        until = time.monotonic() + BOOKING_TIMEOUT_S
        while delivery.turn(wait_s=0.1) or self._waiting():
            assert time.monotonic() < until, f"{self._waiting()} postings still wait"
        delivery.drain()
        port.close()

    def state(self) -> dict[str, Any]:
        """Return what is stored and what is booked, to be compared."""
        with self.database.read() as connection:
            events = connection.execute(
                select(event.c.event_id, event.c.digest, event.c.state).order_by(event.c.event_id)
            ).all()
            postings = connection.execute(
                select(posting.c.posting_id, posting.c.state, posting.c.document_id).order_by(
                    posting.c.posting_id
                )
            ).all()
        return {
            "events": [tuple(row) for row in events],
            "postings": [tuple(row) for row in postings],
            "documents": self.sandbox.documents(),
            "sums": self.sandbox.sums(),
        }

    def _open_tasks(self) -> list[Any]:
        with self.database.read() as connection:
            return approvals.find(connection, limit=1_000)

    def _waiting(self) -> int:
        with self.database.read() as connection:
            query = select(func.count()).where(posting.c.state.in_(("queued", "sending")))
            count: int = connection.execute(query.select_from(posting)).scalar_one()
        return count


@dataclass
class Shift:
    """The log imported once and booked, then imported again."""

    plant: Plant
    first: dict[str, int]
    decided: Counter[str]
    booked: dict[str, Any]
    second: dict[str, int]
    again: dict[str, Any]


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shift]:
    folder = tmp_path_factory.mktemp("import")
    database = Database(f"sqlite:///{folder}/countersign.sqlite")
    schema.upgrade(database)
    sandbox = SandboxProcess(folder, fast=True).start()
    plant = Plant(folder, database, sandbox)
    try:
        plant.seed()
        plant.supervise()
        first = plant.import_log()
        decided = plant.decide()
        plant.book()
        booked = plant.state()
        second = plant.import_log()
        plant.book()
        yield Shift(plant, first, decided, booked, second, plant.state())
    finally:
        sandbox.close()
        database.close()


def log_rows() -> list[dict[str, str]]:
    """Return the rows of the log, equal ones once, read without the code under test."""
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = {tuple(row.items()): row for row in csv.DictReader(file)}
    return list(rows.values())


def test_every_row_is_accounted_for(shift: Shift) -> None:
    assert shift.first == {
        "rows": ROWS,
        "accepted": ROWS - EQUAL_ROWS,
        "duplicates": EQUAL_ROWS,
        "skipped": 0,
        "refused": 0,
    }


def test_everything_but_the_row_of_no_pieces_and_no_time_is_booked(
    shift: Shift,
) -> None:
    assert shift.decided == {"approved": ROWS - EQUAL_ROWS - 1, "rejected": 1}
    states = Counter(state for _, _, state in shift.booked["events"])
    assert states == {"posted": ROWS - EQUAL_ROWS - 1, "cancelled": 1}


def test_each_event_has_one_document_in_the_erp(shift: Shift) -> None:
    booked = {document_id for _, _, document_id in shift.booked["postings"]}
    assert len(shift.booked["postings"]) == len(booked) == ROWS - EQUAL_ROWS - 1
    assert {str(row["no"]) for row in shift.booked["documents"]} == booked
    assert shift.plant.sandbox.doubles() == []


def test_the_sums_of_each_order_in_the_erp_are_those_of_the_log(shift: Shift) -> None:
    wanted: Counter[tuple[str, str]] = Counter()
    for row in log_rows():
        for movement, column in QUANTITIES.items():
            wanted[row["order"], movement] += int(row[column])
    booked = {(row["order"], row["mv"]): Decimal(row["qty"]) for row in shift.booked["sums"]}
    assert booked == {key: value for key, value in wanted.items() if value}


def test_the_minutes_in_the_erp_are_those_of_the_log(shift: Shift) -> None:
    seconds = sum(
        (datetime.fromisoformat(row["complete"]) - datetime.fromisoformat(row["start"])).seconds
        for row in log_rows()
    )
    booked = sum(
        Decimal(time_row["qty"])
        for document in shift.booked["documents"]
        for time_row in document["times"]
    )
    assert booked == Decimal(seconds) / 60


def test_a_second_import_leaves_everything_as_it_is(shift: Shift) -> None:
    assert shift.second == {
        "rows": ROWS,
        "accepted": 0,
        "duplicates": ROWS,
        "skipped": 0,
        "refused": 0,
    }
    assert shift.again == shift.booked


def test_the_audit_trail_proves_it(shift: Shift) -> None:
    with shift.plant.database.read() as connection:
        assert list(verify(connection)) == []
