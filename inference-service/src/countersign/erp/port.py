"""The port: what the service asks of any ERP, and what an ERP answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol, runtime_checkable

from countersign.erp.documents import Document
from countersign.nouns.order import Material, ProductionOrder

PostStatus = Literal["posted", "accepted", "rejected", "needs_approval", "retry", "unknown"]


@dataclass(frozen=True, slots=True)
class PostResult:
    """The ERP's answer to one document.

    ``posted``: booked under ``document_id``. ``accepted``: taken over, confirmed later.
    ``rejected``: a person has to correct. ``needs_approval``: the ERP asks back; ``warnings``
    names the questions, a person answers and :meth:`ErpPort.post` is called again with them.
    ``retry``: nothing was booked, not before ``retry_after_s``. ``unknown``: read back first.
    """

    status: PostStatus
    document_id: str = ""
    code: str = ""
    text: str = ""
    entity: str = ""
    field: str = ""
    warnings: tuple[str, ...] = ()
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an ERP can do, and how it wants to be treated.

    ``max_in_flight``: calls at the same time. ``rate_per_s``: calls per second, 0 for no limit.
    ``searchable_key``: ``find`` works, so a lost answer can be read back.
    ``settle_s``: how long after a time-out a late booking can still appear.
    ``consumes_with_confirmation``: a confirmation may carry what was consumed.
    """

    name: str
    document_kinds: frozenset[str]
    max_in_flight: int = 8
    rate_per_s: float = 0.0
    searchable_key: bool = True
    reversible: bool = True
    asynchronous: bool = False
    call_timeout_s: float = 30.0
    settle_s: float = 2.0
    consumes_with_confirmation: bool = False


@dataclass(frozen=True, slots=True)
class BookedDocument:
    """A document as the ERP holds it, for reconciliation; quantities in the unit booked."""

    document_id: str
    key: str
    kind: str
    order_id: str
    lines: tuple[BookedLine, ...]
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One movement of a booked document: yield, scrap or consumed."""

    movement: Literal["yield", "scrap", "rework", "consumed"]
    material_id: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How much of a material lies at a storage location."""

    material_id: str
    storage_location: str
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """A posting period and whether it is open."""

    starts_on: date
    ends_on: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One thing that was tried on the way to an ERP; what is not ``needed`` may be missing."""

    name: str
    passed: bool
    text: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A request as it would be sent, without the login; ``note`` says what else happens."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    note: str = ""


class ErpPort(Protocol):
    """One ERP. Failures are raised as :mod:`countersign.erp.errors`, never returned as text.

    Implementations are safe to call from several threads.
    """

    def capabilities(self) -> Capabilities:
        """Tell what the ERP can do; constant for the life of the connector."""

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Book the document once under the key.

        Returns posted, accepted or needs_approval; raises an ``ErpError`` otherwise.
        """

    def find(self, key: str, document: Document) -> PostResult | None:
        """Look the key up; ``None`` when the ERP surely has no such document.

        Where a document takes several calls, a half-done one is finished, not begun again.
        """

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Undo a posted document; the same call twice reverses once."""

    def orders(self, changed_since: datetime | None = None) -> Iterable[ProductionOrder]:
        """Read production orders with components and operations."""

    def materials(self) -> Iterable[Material]:
        """Read materials with base units, prices and conversions."""

    def stock(self, material_ids: Sequence[str]) -> Iterable[StockLevel]:
        """Read stock of some materials by storage location."""

    def periods(self) -> Iterable[Period]:
        """Read posting periods; empty where the ERP does not show them."""

    def booked(self, order_ids: Sequence[str]) -> Iterable[BookedDocument]:
        """Read back what is booked for these orders, reversals included."""

    def check(self) -> None:
        """Reach and log in to the ERP; raises an ``ErpError`` that says what fails."""


@runtime_checkable
class ChecksInSteps(Protocol):
    """A connector that can say step by step what of its connection works."""

    def check_steps(self) -> Iterable[CheckStep]:
        """Try one thing after the other, and go on where the next can still work."""


@runtime_checkable
class Previews(Protocol):
    """A connector that can show what it would send."""

    def preview(self, document: Document, key: str) -> Sequence[PreparedRequest]:
        """Return the requests that posting the document would begin with; nothing is posted."""
