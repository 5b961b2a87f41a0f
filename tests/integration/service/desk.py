"""A desk: the service's parts on a real database, with a clock and orders that tests choose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select, update

from countersign.audit.verify import verify
from countersign.decide.approvals import Action, Approver
from countersign.decide.policy import DEFAULT_POLICY
from countersign.intake.envelope import read_event
from countersign.journey.governance import change_policy
from countersign.journey.judge import Judge, open_shelf
from countersign.journey.receive import Arrival, Receiver
from countersign.journey.review import Reviewer, Verdict
from countersign.nouns.order import Component, Material, Operation, ProductionOrder
from countersign.nouns.progress import OrderProgress
from countersign.nouns.quantity import Quantity
from countersign.nouns.receipt import Receipt
from countersign.store import approvals, master_data, outcomes, postings, progress, schema
from countersign.store.database import Database
from countersign.store.outcomes import Outcome
from countersign.store.postings import PostingRecord
from countersign.store.tables import audit_record, metadata

SITE = "1000"
ORDER = "100234"
ANNA = Approver("anna", frozenset({"operator"}))
OLGA = Approver("olga", frozenset({"operator", "supervisor"}))


def quantity(value: str, unit: str = "C62") -> dict[str, str]:
    """Return a quantity as it stands in an event."""
    return {"quantity_string": value, "unit_of_measure": unit}


def scrap(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a scrap report of three seals with a reason."""
    data = {
        "site_id": SITE,
        "order_id": ORDER,
        "operation_id": "0010",
        "person_id": "bram",
        "material_id": "SEAL-01",
        "quantity": quantity("3"),
        "scrap_reason_code": "SURF",
    }
    return _envelope(number, "scrap-report", data | changes)


def confirmation(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a partial confirmation of ten good pieces."""
    data = {
        "site_id": SITE,
        "order_id": ORDER,
        "operation_id": "0010",
        "person_id": "bram",
        "yield_quantity": quantity("10"),
        "confirmation": "partial",
    }
    return _envelope(number, "production-confirmation", data | changes)


def _envelope(number: int, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"evt-{number:08d}",
        "source": f"/sites/{SITE}/gateways/gw1",
        "type": f"countersign.{kind}.v1",
        "time": "2026-11-20T11:00:00Z",
        "data": dict(data),
    }


@dataclass
class Desk:
    """What a test works with."""

    database: Database
    receiver: Receiver
    reviewer: Reviewer
    judge: Judge
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 20, 12, tzinfo=UTC))

    def receive(self, *envelopes: dict[str, Any]) -> list[Receipt]:
        """Take events in, in one batch."""
        arrivals = [Arrival(read_event(one, self.now), "key:gw1") for one in envelopes]
        return self.receiver.receive(arrivals)

    def use_policy(self, phase: str, *, undo_seconds: int = 0, **changes: Any) -> None:
        """Put a policy in force with one phase for all use cases."""
        body = json.loads(json.dumps(DEFAULT_POLICY)) | {"spot_check_share": 0.0}
        body["undo_seconds"] = undo_seconds
        for limits in body["use_cases"].values():
            limits |= {"phase": phase} | changes
        with self.database.write() as connection:
            self.judge.refresh(connection)
            version = self.judge.policy.version
            change_policy(connection, body, version, "test", "test", self.now)

    def put_order(self, order: ProductionOrder) -> None:
        """Let the ERP tell about an order."""
        with self.database.write() as connection:
            master_data.put(connection, "order", {order.order_id: order.to_data()})

    def decide(
        self, approval_id: str, action: Action, who: Approver = OLGA, **facts: Any
    ) -> Row[Any]:
        """Let a person decide about what the card shows now."""
        hash_shown = facts.pop("context_hash", None) or self.hash_of(approval_id)
        verdict = Verdict(
            approval_id,
            action,
            who,
            f"person:{who.person_id}",
            context_hash=hash_shown,
            reason=facts.get("reason", "counted again"),
            correction=facts.get("correction"),
        )
        return self.reviewer.act(verdict)

    def undo(self, approval_id: str, who: Approver = OLGA) -> Row[Any]:
        """Let a person take a decision back."""
        return self.reviewer.undo(approval_id, who, f"person:{who.person_id}")

    def hash_of(self, approval_id: str) -> str:
        """Return what a card would show now, as its hash."""
        with self.database.read() as connection:
            row = approvals.read(connection, approval_id)
            assert row is not None
            return self.reviewer.context_hash(connection, row)

    def postings(self) -> list[PostingRecord]:
        """Return all postings, newest first."""
        with self.database.read() as connection:
            return postings.find(connection)

    def outcomes(self) -> list[Outcome]:
        """Return all outcomes in their order."""
        with self.database.read() as connection:
            return outcomes.read_after(connection, 0, 1000)

    def progress(self) -> OrderProgress | None:
        """Return the progress of the order."""
        with self.database.read() as connection:
            return progress.read(connection, ORDER)

    def steps(self) -> list[str]:
        """Return the steps of the audit in their order."""
        with self.database.read() as connection:
            query = select(audit_record.c.step).order_by(audit_record.c.seq)
            return list(connection.execute(query).scalars())

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        with self.database.read() as connection:
            query = select(func.count()).select_from(metadata.tables[table])
            return int(connection.execute(query).scalar_one())

    def tamper(self, table: str, **values: Any) -> None:
        """Change every row of a table behind the service's back."""
        with self.database.write() as connection:
            connection.execute(update(metadata.tables[table]).values(**values))

    def flaws(self) -> list[str]:
        """Return what the verification of the audit finds."""
        with self.database.read() as connection:
            return [flaw.text for flaw in verify(connection)]

    def move_clock(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def order(state: str = "released", order_id: str = ORDER) -> ProductionOrder:
    """Return an order for 500 valves of one body and two seals each."""
    return ProductionOrder(
        order_id=order_id,
        site_id=SITE,
        material_id="VALVE-01",
        quantity=Quantity(Decimal(500), "C62"),
        state="released" if state == "released" else "closed",
        components=(
            Component("BODY-01", Quantity(Decimal(500), "C62"), "0010"),
            Component("SEAL-01", Quantity(Decimal(1000), "C62"), "0010"),
        ),
        operations=(
            Operation("0010", "WC1", Decimal(15), Decimal(2), "CC-10"),
            Operation("0020", "WC2", Decimal(5), Decimal(1), "CC-20"),
        ),
    )


@contextmanager
def open_desk(database_url: str) -> Iterator[Desk]:
    """Give a desk on an empty database, with an order and its materials."""
    database = Database(database_url)
    schema.upgrade(database)
    prices = {"VALVE-01": "42", "BODY-01": "12.5", "SEAL-01": "3.2"}
    materials = {
        name: Material(name, "C62", price=Decimal(price)).to_data()
        for name, price in prices.items()
    }
    with database.write() as connection:
        master_data.put(connection, "material", materials)
        master_data.put(connection, "order", {ORDER: order().to_data()})
    shelf = open_shelf(Path("/nonexistent"))
    zone = ZoneInfo("Europe/Berlin")
    judge = Judge(shelf, zone)
    desk: Desk

    def clock() -> datetime:
        return desk.now

    receiver = Receiver(database, judge, "demo", clock=clock)
    reviewer = Reviewer(database, Judge(shelf, zone), "demo", clock=clock)
    desk = Desk(database, receiver, reviewer, judge)
    try:
        yield desk
    finally:
        database.close()
