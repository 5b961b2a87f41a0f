"""A bad day at SAP: lost answers, locks, and a month that is closed and opened again.

The short form runs with the other tests. ``COUNTERSIGN_SAP_ORDERS`` and
``COUNTERSIGN_SAP_POSTINGS`` make it longer: 500 orders with 5,000 postings take a minute or two.
"""

from __future__ import annotations

import calendar
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from integration.erp_documents import KINDS, document_of
from integration.erp_subject import OrderFacts
from integration.sap_odata.subject import SapSubject

from countersign.audit.trail import open_trail
from countersign.audit.verify import verify
from countersign.erp.documents import Document, to_data
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.nouns.posting import idempotency_key
from countersign.post import commands, triage
from countersign.post.deliver import Delivery, Options
from countersign.post.retry import RetryPolicy
from countersign.store import postings, schema
from countersign.store.database import Database, canonical_json
from countersign.store.postings import NewPosting, PostingRecord

ORDERS = int(os.environ.get("COUNTERSIGN_SAP_ORDERS", "20"))
POSTINGS = int(os.environ.get("COUNTERSIGN_SAP_POSTINGS", "120"))
TIMEOUT_S = 120 + POSTINGS / 4
BAD_DAY = (
    {"fault": "drop_after", "calls": ["post"], "probability": 0.04},
    {"fault": "drop_before", "calls": ["post"], "probability": 0.01},
    {"fault": "lock", "calls": ["post"], "probability": 0.05},
    {"fault": "drop_after", "calls": ["csrf"], "probability": 0.05},
)
QUICK = RetryPolicy(base_s=0.1, cap_s=1.0)

pytestmark = pytest.mark.timeout(int(TIMEOUT_S) + 60)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'countersign.sqlite'}")
    schema.upgrade(database)
    yield database
    database.close()


def test_nothing_is_lost_or_booked_twice(subject: SapSubject, database: Database) -> None:
    orders = [subject.new_order() for _ in range(ORDERS)]
    first, last = month_of(orders[0])
    keys = queue(database, orders)
    subject.sandbox.faults(*BAD_DAY, seed=7)
    stop = threading.Event()
    connector = subject.connect()
    delivery = Delivery(
        database, "sap", connector, "w1", lambda *_: None, Options(retry=QUICK, lease_s=30)
    )
    worker = threading.Thread(target=delivery.run, args=(stop,))
    worker.start()
    try:
        wait_until(lambda: states(database)["posted"] >= POSTINGS // 3)
        subject.sandbox.period(first, last, is_open=False)
        wait_until(lambda: is_every_order_held_up(database))
        refused = [row for row in records(database) if row.state == "rejected"]
        subject.sandbox.period(first, last, is_open=True)
        send_again(database, refused)
        wait_until(lambda: states(database)["posted"] == POSTINGS)
    finally:
        subject.sandbox.period(first, last, is_open=True)
        stop.set()
        worker.join()
        connector.close()
        subject.clear()
    assert {row.error_field for row in refused} == {"posting_date"}
    assert all("Ask finance to open it" in (row.error_text or "") for row in refused)
    assert standing(subject, keys) == Counter(keys)
    assert subject.sandbox.doubles() == []
    with database.read() as connection:
        assert list(verify(connection)) == []
        assert triage.clusters(connection, "sap") == []


def standing(subject: SapSubject, keys: list[str]) -> Counter[str]:
    """Count what stands in SAP by key, in one look."""
    key_of = {
        reference: key for key in keys for reference in (str(guid_of(key)), reference_of(key))
    }
    return Counter(
        key_of[row["reference"]]
        for row in subject.sandbox.documents()
        if row["reference"] in key_of and not (row["is_reversal"] or row["reversed"])
    )


def month_of(facts: OrderFacts) -> tuple[str, str]:
    """Return the first and last day of the month in which everything is posted."""
    first = facts.open_date.replace(day=1)
    days = calendar.monthrange(first.year, first.month)[1]
    return first.isoformat(), first.replace(day=days).isoformat()


def queue(database: Database, orders: list[OrderFacts]) -> list[str]:
    """Queue confirmations, issues and scrap of all orders; return their keys."""
    now, keys = datetime.now(UTC), []
    with database.write() as connection, open_trail(connection, now) as trail:
        rows = []
        for place in range(POSTINGS):
            document = small(orders[place % len(orders)], place)
            key = idempotency_key(f"{place}", document.kind)
            seq = trail.add("posting_queued", "service", {}, posting_id=key)
            rows.append(
                NewPosting(
                    posting_id=key,
                    event_id=None,
                    erp="sap",
                    order_id=document.order_id,
                    kind=document.kind,
                    document=canonical_json(to_data(document)),
                    not_before=now,
                    created_at=now,
                    created_by="test",
                    seq=seq,
                )
            )
            keys.append(key)
        postings.enqueue(connection, rows)
    return keys


def small(facts: OrderFacts, place: int) -> Document:
    """Return a document of one piece, so that no order is over-delivered."""
    document = document_of(KINDS[place % len(KINDS)], facts)
    if document.kind != "production_confirmation":
        return document
    quantity = replace(document.yield_quantity, value=Decimal(1))  # type: ignore[union-attr]
    return replace(document, yield_quantity=quantity)  # type: ignore[call-arg]


def records(database: Database) -> list[PostingRecord]:
    """Return all postings."""
    with database.read() as connection:
        return postings.find(connection, limit=100_000)


def is_every_order_held_up(database: Database) -> bool:
    """Tell whether each order with something left to post waits for a person."""
    rows = [row for row in records(database) if row.state != "posted"]
    held_up = {row.order_id for row in rows if row.state == "rejected"}
    return bool(rows) and {row.order_id for row in rows} == held_up


def states(database: Database) -> Counter[str]:
    """Count the postings by state."""
    with database.read() as connection:
        found = postings.count_by_state(connection)
    return Counter({state: number for (_, state), number in found.items()})


def send_again(database: Database, refused: list[PostingRecord]) -> None:
    """Do what the ERP team does when finance has opened the month."""
    now = datetime.now(UTC)
    with database.write() as connection, open_trail(connection, now) as trail:
        for row in refused:
            commands.retry(connection, trail, row.posting_id, actor="person:anna", reason="open")


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that the worker brings about."""
    until, pause_s = time.monotonic() + TIMEOUT_S, 0.05
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.2, 1.0)
