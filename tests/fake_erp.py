"""A fake ERP in memory: it books what it is told, as often as it is told, and fails on request."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from countersign.erp.documents import DOCUMENT_KINDS, Document
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ErpError,
    OutcomeUnknown,
    Transient,
)
from countersign.erp.port import (
    BookedDocument,
    Capabilities,
    Period,
    PostResult,
    StockLevel,
)
from countersign.nouns.order import Material, ProductionOrder

Fault = Literal[
    "ok",
    "busy",
    "locked",
    "lost_before",
    "lost_after",
    "late",
    "rejected",
    "warning",
    "accepted",
    "stopped",
    "crash_before",
    "crash_after",
]
"""lost: the answer is lost, before or after the booking; late: the booking appears only later,
within the settling time; crash: the connector itself raises something it should not."""

CAPABILITIES = Capabilities(
    name="fake",
    document_kinds=frozenset(DOCUMENT_KINDS),
    max_in_flight=4,
    call_timeout_s=3.0,
    settle_s=1.0,
)


@dataclass(slots=True)
class Booking:
    """A document as booked; in force from ``at`` on."""

    key: str
    order_id: str
    document_id: str
    at: datetime
    is_reversed: bool = False


@dataclass
class FakeErp:
    """Books in memory. ``faults`` are used up by the next posts, then everything works."""

    clock: Callable[[], datetime]
    shape: Capabilities = CAPABILITIES
    faults: deque[Fault] = field(default_factory=deque)
    bookings: list[Booking] = field(default_factory=list)
    posts: int = 0
    finds: int = 0
    reversals: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def capabilities(self) -> Capabilities:
        return self.shape

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        with self._lock:
            self.posts += 1
            fault = self.faults.popleft() if self.faults else "ok"
            if fault == "warning" and "over_tolerance" not in approved_warnings:
                return PostResult("needs_approval", warnings=("over_tolerance",), text="too much")
            refusal = _REFUSALS.get(fault)
            if refusal is not None:
                raise refusal
            if fault == "crash_before":
                raise KeyError("field")
            booked_at = self.clock()
            if fault == "late":
                booked_at += timedelta(
                    seconds=self.shape.call_timeout_s + self.shape.settle_s * 0.9
                )
            booking = Booking(key, document.order_id, f"D{len(self.bookings) + 1}", booked_at)
            self.bookings.append(booking)
            if fault in ("lost_after", "late"):
                raise OutcomeUnknown("no answer", code="no_answer")
            if fault == "crash_after":
                raise KeyError("document_id")
            if fault == "accepted":
                return PostResult("accepted")
            return PostResult("posted", document_id=booking.document_id)

    def find(self, key: str, document: Document) -> PostResult | None:
        with self._lock:
            self.finds += 1
            for booking in self.bookings:
                if booking.key == key and booking.at <= self.clock():
                    return PostResult("posted", document_id=booking.document_id)
            return None

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        with self._lock:
            self.reversals += 1
            for booking in self.bookings:
                if booking.document_id == document_id:
                    booking.is_reversed = True
                    return PostResult("posted", document_id=f"R{document_id}")
            raise BusinessRejection("no such document", code="unknown_document")

    def doubles(self) -> list[str]:
        """Return the keys booked more than once."""
        return [
            key for key, count in Counter(row.key for row in self.bookings).items() if count > 1
        ]

    def keys_of(self, order_id: str) -> list[str]:
        """Return the keys booked for an order, in the sequence of booking."""
        rows = sorted(self.bookings, key=lambda row: row.at)
        return [row.key for row in rows if row.order_id == order_id]

    def orders(self, changed_since: datetime | None = None) -> Iterable[ProductionOrder]:
        return ()

    def materials(self) -> Iterable[Material]:
        return ()

    def stock(self, material_ids: Sequence[str]) -> Iterable[StockLevel]:
        return ()

    def periods(self) -> Iterable[Period]:
        return ()

    def booked(self, order_ids: Sequence[str]) -> Iterable[BookedDocument]:
        with self._lock:
            return [
                BookedDocument(
                    row.document_id, row.key, "", row.order_id, (), reversed=row.is_reversed
                )
                for row in self.bookings
                if row.order_id in order_ids
            ]

    def check(self) -> None:
        return


_REFUSALS: dict[str, ErpError] = {
    "busy": Transient("maintenance", code="503"),
    "locked": Transient("order is locked", code="LOCK", entity="order"),
    "lost_before": OutcomeUnknown("no answer", code="no_answer"),
    "rejected": BusinessRejection(
        "Material X is unknown", code="M7021", entity="X", field="material_id"
    ),
    "stopped": ConfigurationError("password expired", code="LOGON"),
}


def shaped(**changes: object) -> Capabilities:
    """Return the capabilities of the fake with some of them changed."""
    return replace(CAPABILITIES, **changes)  # type: ignore[arg-type]
