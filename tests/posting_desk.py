"""A posting desk: a real database, a fake ERP, a clock that tests move, calls made in turn."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fake_erp import FakeErp
from sqlalchemy import Connection, insert, select

from countersign.audit.trail import Trail, open_trail
from countersign.erp.documents import GoodsIssue, GoodsIssueLine, to_data
from countersign.nouns.posting import idempotency_key
from countersign.nouns.quantity import Quantity
from countersign.post.deliver import Delivery, Options
from countersign.post.retry import RetryPolicy
from countersign.store import attempts, erp_targets, outcomes, postings, schema
from countersign.store.attempts import AttemptRecord
from countersign.store.database import Database, canonical_json
from countersign.store.erp_targets import ErpTarget
from countersign.store.outcomes import Outcome
from countersign.store.postings import NewPosting, PostingRecord
from countersign.store.tables import event

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


class InTurn(Executor):
    """Makes every call at once, in the thread that asks."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class OnDemand(Executor):
    """Keeps calls until the test lets them go: a worker can be lost in between."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, tuple[Any, ...]]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append((fn, args))
        return Future()

    def go(self) -> None:
        """Make the calls kept so far."""
        waiting, self.waiting = self.waiting, []
        for fn, args in waiting:
            fn(*args)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return (self.now - START).total_seconds() + 1000.0

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Desk:
    """Everything a test of posting touches."""

    database: Database
    clock: Clock
    erp: FakeErp
    warnings: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    _sequence: int = 0

    def delivery(
        self, worker_id: str = "w1", executor: Executor | None = None, **options: Any
    ) -> Delivery:
        """Return an opened delivery to the fake ERP; calls are made in turn by default."""
        settings: dict[str, Any] = {
            "retry": RetryPolicy(base_s=1.0, cap_s=8.0, deadline_s=3600.0),
            "lease_s": 5.0,
            "clock": self.clock,
            "monotonic": self.clock.monotonic,
            "executor": executor or InTurn(),
        }
        delivery = Delivery(
            self.database, "demo", self.erp, worker_id, self._note, Options(**(settings | options))
        )
        delivery.open()
        return delivery

    def _note(
        self,
        _connection: Connection,
        _trail: Trail,
        record: PostingRecord,
        warnings: tuple[str, ...],
    ) -> None:
        self.warnings.append((record.posting_id, warnings))

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Trail]]:
        """Open a transaction with its trail, as commands want it."""
        with self.database.write() as connection, open_trail(connection, self.clock()) as trail:
            yield connection, trail

    def queue(self, order_id: str, count: int = 1, *, with_event: bool = True) -> list[str]:
        """Queue postings of an order, each with an event of its own; return their keys."""
        keys = []
        with self.writing() as (connection, trail):
            rows = []
            for _ in range(count):
                self._sequence += 1
                event_id = f"{self._sequence:032x}" if with_event else None
                key = idempotency_key(f"{self._sequence}", "goods_issue")
                seq = trail.add("posting_queued", "service", {}, posting_id=key)
                if event_id:
                    connection.execute(insert(event).values(_event_row(event_id, order_id, seq)))
                rows.append(_new_posting(key, event_id, order_id, seq, trail.now))
                keys.append(key)
            postings.enqueue(connection, rows)
        return keys

    def run(self, delivery: Delivery, turns: int = 200) -> None:
        """Take turns until there is nothing to do at this moment."""
        for _ in range(turns):
            if not delivery.turn():
                return
        raise AssertionError("the delivery does not come to rest")

    def settle(self, delivery: Delivery, seconds: float = 60.0, step: float = 1.0) -> None:
        """Let time pass, taking turns."""
        for _ in range(int(seconds / step)):
            self.run(delivery)
            self.clock.move(step)
        self.run(delivery)

    def read(self, key: str) -> PostingRecord:
        with self.database.read() as connection:
            record = postings.read(connection, key)
        assert record is not None
        return record

    def attempts(self, key: str) -> list[AttemptRecord]:
        with self.database.read() as connection:
            return attempts.of_posting(connection, key)

    def outcomes(self, key: str) -> list[Outcome]:
        event_id = self.read(key).event_id
        with self.database.read() as connection:
            rows = outcomes.read_after(connection, 0, 100_000)
        return [row for row in rows if row.event_id == event_id]

    def event_state(self, key: str) -> str:
        event_id = self.read(key).event_id
        with self.database.read() as connection:
            query = select(event.c.state).where(event.c.event_id == event_id)
            state: str = connection.execute(query).scalar_one()
        return state

    def target(self) -> ErpTarget:
        with self.database.read() as connection:
            target = erp_targets.read(connection, "demo")
        assert target is not None
        return target


def a_document(order_id: str, quantity: str = "1") -> GoodsIssue:
    return GoodsIssue(
        site_id="1000",
        order_id=order_id,
        operation_id="0010",
        posting_date=date(2026, 3, 2),
        lines=(GoodsIssueLine("STEEL", Quantity(Decimal(quantity), "KGM")),),
    )


def _new_posting(
    key: str, event_id: str | None, order_id: str, seq: int, now: datetime
) -> NewPosting:
    return NewPosting(
        posting_id=key,
        event_id=event_id,
        erp="demo",
        order_id=order_id,
        kind="goods_issue",
        document=canonical_json(to_data(a_document(order_id))),
        not_before=now,
        created_at=now,
        created_by="service",
        seq=seq,
    )


def _event_row(event_id: str, order_id: str, seq: int) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "seq": seq,
        "source": "/gw1",
        "event_key": f"key-{event_id}",
        "type": "countersign.material-consumption.v1",
        "use_case": "material_consumption",
        "site_id": "1000",
        "order_id": order_id,
        "operation_id": "0010",
        "occurred_at": START,
        "received_at": START,
        "digest": "",
        "state": "queued",
        "body": "{}",
    }


def open_desk(folder: Path) -> Desk:
    """Return a desk on a new database in a folder."""
    database = Database(f"sqlite:///{folder}/desk.sqlite")
    schema.upgrade(database)
    clock = Clock()
    return Desk(database, clock, FakeErp(clock))
