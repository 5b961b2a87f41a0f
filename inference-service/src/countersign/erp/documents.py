"""ERP-neutral documents: what is to be booked, before any ERP's words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from countersign.erp.errors import ContractError
from countersign.erp.order_documents import JournalEntry, JournalLine, OrderStatusChange
from countersign.erp.quality_documents import (
    InspectionResult,
    MaintenanceNotification,
    QualityNotification,
    UsageDecision,
)
from countersign.erp.stock_documents import (
    DemandLine,
    GoodsMovement,
    GoodsMovementLine,
    InventoryCount,
    InventoryCountLine,
    PurchaseRequisition,
    Reservation,
)
from countersign.nouns.quantity import Quantity, plain

__all__ = [
    "DOCUMENT_KINDS",
    "FLOOR_KINDS",
    "DemandLine",
    "Document",
    "FloorDocument",
    "GoodsIssue",
    "GoodsIssueLine",
    "GoodsMovement",
    "GoodsMovementLine",
    "InspectionResult",
    "InventoryCount",
    "InventoryCountLine",
    "JournalEntry",
    "JournalLine",
    "MaintenanceNotification",
    "OrderStatusChange",
    "ProductionConfirmation",
    "PurchaseRequisition",
    "QualityNotification",
    "Reservation",
    "ScrapReport",
    "UsageDecision",
    "floor_document",
    "from_data",
    "to_data",
]


@dataclass(frozen=True, slots=True)
class GoodsIssueLine:
    """One material that leaves stock for the order."""

    material_id: str
    quantity: Quantity
    lot_id: str | None = None
    storage_location: str | None = None


@dataclass(frozen=True, slots=True)
class ProductionConfirmation:
    """What an operation produced: yield, scrap, rework and times; partial or final.

    ``to_stock`` says that the yield leaves the order for stock: true at its last operation only.
    ``consumed`` is booked with the confirmation instead of the ERP's own backflush; it is empty
    where issues are documents of their own.
    """

    kind: ClassVar[str] = "production_confirmation"

    site_id: str
    order_id: str
    operation_id: str
    material_id: str
    yield_quantity: Quantity
    posting_date: date
    final: bool
    scrap_quantity: Quantity | None = None
    rework_quantity: Quantity | None = None
    scrap_reason_code: str | None = None
    setup_time: Quantity | None = None
    machine_time: Quantity | None = None
    labor_time: Quantity | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    work_center_id: str | None = None
    person_id: str | None = None
    lot_id: str | None = None
    storage_location: str | None = None
    to_stock: bool = True
    consumed: tuple[GoodsIssueLine, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class GoodsIssue:
    """Materials issued to a production order: the actual consumption."""

    kind: ClassVar[str] = "goods_issue"

    site_id: str
    order_id: str
    operation_id: str
    posting_date: date
    lines: tuple[GoodsIssueLine, ...]
    person_id: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ScrapReport:
    """Material of an order declared unusable, with its reason and cost centre."""

    kind: ClassVar[str] = "scrap_report"

    site_id: str
    order_id: str
    operation_id: str
    material_id: str
    quantity: Quantity
    posting_date: date
    reason_code: str
    cost_center: str | None = None
    lot_id: str | None = None
    storage_location: str | None = None
    person_id: str | None = None
    text: str = ""


FloorDocument = ProductionConfirmation | GoodsIssue | ScrapReport
Document = (
    FloorDocument
    | GoodsMovement
    | InventoryCount
    | PurchaseRequisition
    | Reservation
    | InspectionResult
    | UsageDecision
    | QualityNotification
    | MaintenanceNotification
    | OrderStatusChange
    | JournalEntry
)

DOCUMENT_KINDS: dict[str, type[Document]] = {
    document.kind: document for document in get_args(Document)
}
FLOOR_KINDS = frozenset(document.kind for document in get_args(FloorDocument))
"""What events of the floor become; every ERP takes these."""


def floor_document(document: Document) -> FloorDocument:
    """Return a document of the floor as such, for connectors that take no other.

    Raises:
        ContractError: it is another kind of document.
    """
    if not isinstance(document, FloorDocument):
        raise ContractError(
            f"This ERP does not take documents of kind {document.kind}.", code="kind_unsupported"
        )
    return document


def to_data(document: Document) -> dict[str, Any]:
    """Write a document as plain JSON values; empty fields are left out."""
    return {"kind": document.kind, **_written(document)}


def from_data(data: Mapping[str, Any]) -> Document:
    """Read a document that :func:`to_data` wrote."""
    fields_of = {name: value for name, value in data.items() if name != "kind"}
    document: Document = _read(DOCUMENT_KINDS[data["kind"]], fields_of)
    return document


def _written(record: Any) -> dict[str, Any]:
    data = {}
    kind: Any = type(record)
    for name in _names(kind):
        value = getattr(record, name)
        if value is not None and value != "" and value != ():
            data[name] = _plain(value)
    return data


@cache
def _names(record: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(record))


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Quantity):
        return value.to_data()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [_written(line) for line in value]
    return value.isoformat()


def _read(record: Any, data: Mapping[str, Any]) -> Any:
    readers = _readers(record)
    return record(**{name: readers[name](value) for name, value in data.items()})


@cache
def _readers(record: type) -> dict[str, Callable[[Any], Any]]:
    """Return how each field of a record is read, by the type that it declares."""
    return {name: _reader(hint) for name, hint in get_type_hints(record).items()}


def _reader(hint: Any) -> Callable[[Any], Any]:
    if get_origin(hint) is tuple:
        line = get_args(hint)[0]
        return lambda rows: tuple(_read(line, row) for row in rows)
    if get_origin(hint) is not Literal:
        for kind in (hint, *get_args(hint)):
            if kind in _READERS:
                return _READERS[kind]
    return lambda value: value


_READERS: dict[Any, Callable[[Any], Any]] = {
    Quantity: Quantity.from_data,
    Decimal: Decimal,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
