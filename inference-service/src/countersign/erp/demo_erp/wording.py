"""The wording: our documents in the sandbox ERP's words, and its rows in ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from countersign.erp.documents import (
    FloorDocument,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.port import BookedDocument, BookedLine, Period, StockLevel
from countersign.nouns.order import Component, Material, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity, plain


@dataclass(frozen=True, slots=True)
class Form:
    """Where a kind of document is posted, and what the ERP calls it."""

    path: str
    type: str


FORMS: dict[str, Form] = {
    ProductionConfirmation.kind: Form("/completions", "COMPLETION"),
    GoodsIssue.kind: Form("/issues", "ISSUE"),
    ScrapReport.kind: Form("/scraps", "SCRAP"),
}

_KINDS = {form.type: kind for kind, form in FORMS.items()}
_STATES: dict[str, OrderState] = {
    "PLANNED": "created",
    "RELEASED": "released",
    "FINISHED": "completed",
    "CLOSED": "closed",
    "CANCELLED": "cancelled",
}
_MOVEMENTS: dict[str, Literal["yield", "scrap", "rework", "consumed"]] = {
    "YIELD": "yield",
    "SCRAP": "scrap",
    "REWORK": "rework",
    "CONSUMED": "consumed",
}


def posting(document: FloorDocument, key: str, accepted: Sequence[str]) -> dict[str, Any]:
    """Write a document as the ERP wants it, with the key as its reference."""
    body: dict[str, Any] = {
        "plant": document.site_id,
        "order": document.order_id,
        "step": document.operation_id,
        "date": document.posting_date.isoformat(),
        "worker": document.person_id,
        "note": document.text,
        "ref": key,
    }
    if accepted:
        body["accept"] = list(accepted)
    if isinstance(document, ProductionConfirmation):
        body |= _completion(document)
    elif isinstance(document, GoodsIssue):
        body["lines"] = [issue_line(number, line) for number, line in numbered(document)]
    else:
        body |= {
            "item": document.material_id,
            **_quantity(document.quantity),
            "reason": document.reason_code,
            "cost_center": document.cost_center,
            "lot": document.lot_id,
            "bin": document.storage_location,
        }
    return {name: value for name, value in body.items() if value not in (None, "")}


def numbered(document: GoodsIssue) -> list[tuple[int, GoodsIssueLine]]:
    """Number the lines of an issue from 1, as the ERP's documents carry them."""
    return list(enumerate(document.lines, start=1))


def issue_line(number: int, line: GoodsIssueLine) -> dict[str, Any]:
    """Write one line of an issue."""
    row: dict[str, Any] = {"pos": number, "item": line.material_id, **_quantity(line.quantity)}
    if line.lot_id:
        row["lot"] = line.lot_id
    if line.storage_location:
        row["bin"] = line.storage_location
    return row


def order(row: dict[str, Any]) -> ProductionOrder:
    """Read a works order."""
    return ProductionOrder(
        order_id=row["no"],
        site_id=row["plant"],
        material_id=row["item"],
        quantity=Quantity(Decimal(row["qty"]), row["uom"]),
        state=_STATES[row["status"]],
        components=tuple(
            Component(
                component["item"],
                Quantity(Decimal(component["qty"]), component["uom"]),
                component.get("step", ""),
            )
            for component in row.get("components", ())
        ),
        operations=tuple(
            Operation(
                operation_id=step["no"],
                work_center_id=step.get("resource", ""),
                setup_minutes=Decimal(step.get("setup_min", "0")),
                machine_minutes_per_piece=Decimal(step.get("run_min", "0")),
                cost_center=step.get("cost_center", ""),
            )
            for step in row["steps"]
        ),
        changed_at=datetime.fromisoformat(row["changed"]),
        planned_end_at=datetime.fromisoformat(row["due"]) if row.get("due") else None,
    )


def material(row: dict[str, Any]) -> Material:
    """Read an item."""
    return Material(
        material_id=row["no"],
        unit=row["uom"],
        description=row.get("text", ""),
        price=Decimal(row["cost"]) if row.get("cost") else None,
        lot_managed=row.get("lots", False),
        conversions=tuple(
            (unit, Decimal(factor)) for unit, factor in row.get("alt_uoms", {}).items()
        ),
        blocked=row.get("blocked", False),
    )


def stock_level(row: dict[str, Any]) -> StockLevel:
    """Read the stock of an item in a bin."""
    return StockLevel(row["item"], row["bin"], Decimal(row["qty"]), row["uom"])


def period(row: dict[str, Any]) -> Period:
    """Read a posting period."""
    return Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), row["open"])


def booked_document(row: dict[str, Any]) -> BookedDocument | None:
    """Read a document; ``None`` for one that only reverses another."""
    kind = _KINDS.get(row["type"])
    if kind is None:
        return None
    return BookedDocument(
        document_id=row["no"],
        key=row["ref"],
        kind=kind,
        order_id=row["order"],
        lines=tuple(
            BookedLine(_MOVEMENTS[line["mv"]], line["item"], Decimal(line["qty"]), line["uom"])
            for line in row["lines"]
        ),
        reversed=row["reversed_by"] is not None,
    )


def _completion(document: ProductionConfirmation) -> dict[str, Any]:
    times = (
        ("setup", document.setup_time),
        ("machine", document.machine_time),
        ("labor", document.labor_time),
    )
    parts = (
        ("good", document.yield_quantity),
        ("scrap", document.scrap_quantity),
        ("rework", document.rework_quantity),
    )
    return {
        "item": document.material_id,
        "final": document.final,
        "reason": document.scrap_reason_code,
        "resource": document.work_center_id,
        "lot": document.lot_id,
        "bin": document.storage_location,
        "started": document.started_at.isoformat() if document.started_at else None,
        "finished": document.finished_at.isoformat() if document.finished_at else None,
        "times": [{"type": name, **_quantity(time)} for name, time in times if time] or None,
        **{name: _quantity(part) for name, part in parts if part},
    }


def _quantity(quantity: Quantity) -> dict[str, str]:
    return {"qty": plain(quantity.value), "uom": quantity.unit}
