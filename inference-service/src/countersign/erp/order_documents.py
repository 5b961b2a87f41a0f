"""Documents that change an order's state or its money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

OrderAction = Literal["release", "technical_completion", "hold"]
"""release: may be worked on; technical_completion: no more work; hold: a note says to stop."""


@dataclass(frozen=True, slots=True)
class OrderStatusChange:
    """What shall become of a production order, or of one operation of it."""

    kind: ClassVar[str] = "order_status_change"

    site_id: str
    order_id: str
    action: OrderAction
    operation_id: str | None = None
    person_id: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a journal entry; the amount is positive for debit, negative for credit."""

    account_id: str
    amount: Decimal
    cost_center: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A posting in the general ledger whose lines add up to zero."""

    kind: ClassVar[str] = "journal_entry"

    company_code: str
    posting_date: date
    document_date: date
    currency: str
    lines: tuple[JournalLine, ...]
    document_type: str | None = None
    person_id: str | None = None
    text: str = ""

    @property
    def order_id(self) -> str:
        """Return what it is booked in sequence with: the day's entries of the company."""
        return f"journal/{self.company_code}/{self.posting_date.isoformat()}"[:40]
