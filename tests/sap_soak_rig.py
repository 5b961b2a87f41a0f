"""A rig for a bad day of SAP: lost answers, locks, and a period that closes in the middle.

The documents are those of the floor: confirmations, issues of two materials, scrap. Each reference
in SAP is made of a posting's key, so what is missing, double or out of sequence shows.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from drain_rig import WorkerRig
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

from countersign.audit.trail import open_trail
from countersign.erp.documents import (
    FloorDocument,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.nouns.posting import idempotency_key
from countersign.nouns.quantity import Quantity
from countersign.post import commands
from countersign.store import postings
from countersign.store.postings import PostingRecord

SITE, PRODUCT, LOCATION, COST_CENTER = "1010", "GEAR-12", "101A", "10101301"
OPTIONS = "client=100&call_timeout_s=3&settle_s=0.5&max_in_flight=8"
ON_THE_WAY = ("queued", "sending", "outcome_unknown", "accepted")
BAD_DAY = (
    {"fault": "drop_after", "calls": ["post"], "probability": 0.04},
    {"fault": "drop_before", "calls": ["post"], "probability": 0.01},
    {"fault": "lock", "calls": ["post"], "probability": 0.05},
)
"""One answer in twenty is lost, most of them after SAP has booked; one call in twenty is locked."""


@dataclass(frozen=True)
class SoakResult:
    """What SAP and the database say at the end."""

    queued: int
    lost: int
    doubled: int
    foreign: int
    out_of_sequence: int
    flaws_in_audit: int
    states: dict[str, int]


class SapSoakRig(WorkerRig):
    """The floor's postings in a database, the SAP sandbox to book them in, and workers."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.sandbox = SapSandboxProcess(folder).start()
        host = self.sandbox.url.removeprefix("http://")
        address = f"sap-odata+http://{USER}:{PASSWORD}@{host}?{OPTIONS}"
        address += f"&scrap_cost_center={COST_CENTER}"
        super().__init__(folder, database_url, address, lease_s=5)
        self._documents: list[FloorDocument] = []

    def queue(self, count: int, orders: int) -> None:
        """Make orders in SAP and queue the floor's documents for them, each order in turn."""
        body = {"material": PRODUCT, "quantity": "1000", "storage_location": "101B"}
        numbers = self.sandbox.admin("POST", "/orders", {**body, "count": orders})["orders"]
        self._documents = [
            _document(numbers[place % orders], place // orders) for place in range(count)
        ]
        self.enqueue(self._documents)

    def close_period(self) -> None:
        """Let finance close this month."""
        self._period(is_open=False)

    def open_period(self) -> None:
        """Let finance open this month again."""
        self._period(is_open=True)

    def is_blocked(self) -> bool:
        """Tell whether every order that has anything left waits for a person."""
        with self.database.read() as connection:
            found = postings.find(connection, states=[*ON_THE_WAY, "rejected"], limit=100_000)
        waiting = {record.order_id for record in found}
        return waiting == {row.order_id for row in found if row.state == "rejected"}

    def refused(self) -> list[PostingRecord]:
        """List the postings that a person has to judge."""
        with self.database.read() as connection:
            return list(postings.find(connection, states=["rejected"], limit=10_000))

    def retry(self, records: list[PostingRecord]) -> None:
        """Let a person send refused postings again."""
        now = datetime.now(UTC)
        for record in records:
            with self.database.write() as connection, open_trail(connection, now) as trail:
                commands.retry(connection, trail, record.posting_id, actor="person:anna")

    def result(self) -> SoakResult:
        """Compare what was queued with what stands in SAP."""
        wanted = dict(self._references())
        standing = [
            row["reference"]
            for row in self.sandbox.documents()
            if row["reference"] and not (row["is_reversal"] or row["reversed"])
        ]
        return SoakResult(
            queued=self.queued,
            lost=len(wanted.keys() - set(standing)),
            doubled=len(self.sandbox.doubles()),
            foreign=len(set(standing) - wanted.keys()),
            out_of_sequence=_out_of_sequence([wanted[name] for name in standing if name in wanted]),
            flaws_in_audit=self.flaws_in_audit(),
            states=self.states(),
        )

    def close(self) -> None:
        """End everything that still runs."""
        super().close()
        self.sandbox.close()

    def _references(self) -> Iterator[tuple[str, tuple[str, str, int]]]:
        """Return the reference of each document in SAP, with order, kind and place."""
        for place, document in enumerate(self._documents):
            key = idempotency_key(f"{place}", document.kind)
            is_confirmation = isinstance(document, ProductionConfirmation)
            reference = str(guid_of(key)) if is_confirmation else reference_of(key)
            yield reference, (document.order_id, str(is_confirmation), place)

    def _period(self, *, is_open: bool) -> None:
        today = datetime.now(UTC).date()
        last = calendar.monthrange(today.year, today.month)[1]
        first_day, last_day = today.replace(day=1), today.replace(day=last)
        self.sandbox.period(first_day.isoformat(), last_day.isoformat(), is_open=is_open)


def _document(order_id: str, place: int) -> FloorDocument:
    """Return what the floor reports of an order in this place: mostly pieces, then materials."""
    today: date = datetime.now(UTC).date()
    if place % 5 in (0, 2):
        lines = (
            GoodsIssueLine("SHAFT-08", Quantity(Decimal(2), "H87")),
            GoodsIssueLine("GREASE-01", Quantity(Decimal("0.125"), "KGM")),
        )
        return GoodsIssue(SITE, order_id, "0010", today, lines)
    if place % 5 == 4:
        scrapped = Quantity(Decimal(1), "H87")
        return ScrapReport(SITE, order_id, "0010", "SHAFT-08", scrapped, today, "DIM")
    return ProductionConfirmation(
        SITE,
        order_id,
        "0010",
        PRODUCT,
        Quantity(Decimal(3), "H87"),
        today,
        final=False,
        machine_time=Quantity(Decimal("7.5"), "MIN"),
    )


def _out_of_sequence(booked: list[tuple[str, str, int]]) -> int:
    """Count the documents booked after a later one of their order, by SAP's number ranges."""
    last: dict[tuple[str, str], int] = {}
    wrong = 0
    for order_id, kind, place in booked:
        before = last.get((order_id, kind), -1)
        wrong += place < before
        last[order_id, kind] = max(place, before)
    return wrong
