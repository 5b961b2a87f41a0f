"""ERP-neutral documents: what is to be booked, before any ERP's words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from countersign.nouns.quantity import Quantity


@dataclass(frozen=True, slots=True)
class ProductionConfirmation:
    """What an operation produced: yield, scrap, rework and times; partial or final.

    ``to_stock`` says that the yield leaves the order for stock: true at its last operation only.
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
    text: str = ""


@dataclass(frozen=True, slots=True)
class GoodsIssueLine:
    """One material that leaves stock for the order."""

    material_id: str
    quantity: Quantity
    lot_id: str | None = None
    storage_location: str | None = None


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


Document = ProductionConfirmation | GoodsIssue | ScrapReport

DOCUMENT_KINDS: dict[str, type[ProductionConfirmation | GoodsIssue | ScrapReport]] = {
    "production_confirmation": ProductionConfirmation,
    "goods_issue": GoodsIssue,
    "scrap_report": ScrapReport,
}

_QUANTITIES = frozenset(
    {
        "yield_quantity",
        "scrap_quantity",
        "rework_quantity",
        "setup_time",
        "machine_time",
        "labor_time",
        "quantity",
    }
)
_TIMES = frozenset({"started_at", "finished_at"})


def to_data(document: Document) -> dict[str, Any]:
    """Write a document as plain JSON values; empty fields are left out."""
    data: dict[str, Any] = {"kind": document.kind}
    for name in document.__dataclass_fields__:
        value = getattr(document, name)
        if value is None or value == "":
            continue
        if isinstance(value, Quantity):
            value = value.to_data()
        elif isinstance(value, (date, datetime)):
            value = value.isoformat()
        elif name == "lines":
            value = [_line_to_data(line) for line in value]
        data[name] = value
    return data


def from_data(data: Mapping[str, Any]) -> Document:
    """Read a document that :func:`to_data` wrote."""
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "kind":
            continue
        if name in _QUANTITIES:
            value = Quantity.from_data(value)
        elif name in _TIMES:
            value = datetime.fromisoformat(value)
        elif name == "posting_date":
            value = date.fromisoformat(value)
        elif name == "lines":
            value = tuple(_line_from_data(line) for line in value)
        values[name] = value
    return DOCUMENT_KINDS[data["kind"]](**values)


def _line_to_data(line: GoodsIssueLine) -> dict[str, Any]:
    data: dict[str, Any] = {"material_id": line.material_id, "quantity": line.quantity.to_data()}
    if line.lot_id:
        data["lot_id"] = line.lot_id
    if line.storage_location:
        data["storage_location"] = line.storage_location
    return data


def _line_from_data(data: Mapping[str, Any]) -> GoodsIssueLine:
    return GoodsIssueLine(
        material_id=data["material_id"],
        quantity=Quantity.from_data(data["quantity"]),
        lot_id=data.get("lot_id"),
        storage_location=data.get("storage_location"),
    )
