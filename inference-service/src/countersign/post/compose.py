"""Compose: the ERP documents that a decided event asks for, each with its searchable key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from countersign.audit.trail import Trail
from countersign.erp.documents import (
    Document,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
    to_data,
)
from countersign.language.sayings import say
from countersign.nouns.event import Event
from countersign.nouns.order import ProductionOrder
from countersign.nouns.posting import PostingState, idempotency_key
from countersign.nouns.quantity import Quantity
from countersign.store.database import canonical_json, digest_of
from countersign.store.postings import NewPosting


class CannotCompose(ValueError):
    """A field that the ERP document needs is missing; ``pointer`` says where it belongs."""

    def __init__(self, pointer: str, text: str) -> None:
        super().__init__(text)
        self.pointer = pointer
        self.text = text


@dataclass(frozen=True, slots=True)
class ComposedDocument:
    """A document, the key under which it is booked once, and its canonical JSON."""

    key: str
    document: Document
    text: str

    @classmethod
    def of(cls, key: str, document: Document) -> ComposedDocument:
        """Write a document out; done before any lock is held."""
        return cls(key, document, canonical_json(to_data(document)))


def compose(
    event: Event,
    data: Mapping[str, Any],
    *,
    order: ProductionOrder | None,
    time_zone: tzinfo,
    revision: int = 0,
) -> tuple[ComposedDocument, ...]:
    """Return the documents to book for an event; none where its quantities are all zero.

    ``data`` is the effective data: what was captured, or what a person made of it. ``time_zone``
    is the site's: it decides which day the event belongs to. ``revision`` is 0 for the first
    document and raised for a new one after a reversal. Raises :class:`CannotCompose`.
    """
    documents = _COMPOSERS[event.use_case](data, _posting_date(event, data, time_zone), order)
    return tuple(
        ComposedDocument.of(idempotency_key(event.event_id, document.kind, revision), document)
        for document in documents
    )


def new_postings(
    trail: Trail,
    event: Event,
    composed: Sequence[ComposedDocument],
    *,
    erp: str,
    actor: str,
    state: PostingState = "queued",
    undo_s: int = 0,
) -> list[NewPosting]:
    """Return the postings of an event for ``store.postings.enqueue``, recorded in the trail.

    For ``undo_s`` seconds they stay unsent, so that the decision can be taken back.
    """
    rows = []
    for item in composed:
        document = item.text
        seq = trail.add(
            f"posting_{state}",
            actor,
            {"erp": erp, "kind": item.document.kind, "document_digest": digest_of(document)},
            event_id=event.event_id,
            order_id=item.document.order_id,
            posting_id=item.key,
        )
        rows.append(
            NewPosting(
                posting_id=item.key,
                event_id=event.event_id,
                erp=erp,
                order_id=item.document.order_id,
                kind=item.document.kind,
                document=document,
                not_before=trail.now + timedelta(seconds=undo_s),
                created_at=trail.now,
                created_by=actor,
                seq=seq,
                state=state,
            )
        )
    return rows


def _production_confirmation(
    data: Mapping[str, Any], posting_date: date, order: ProductionOrder | None
) -> tuple[Document, ...]:
    material_id = data.get("material_id") or (order.material_id if order else None)
    if material_id is None:
        raise CannotCompose(
            "/data/material_id",
            say("incomplete.product", order=data["order_id"]),
        )
    return (
        ProductionConfirmation(
            site_id=data["site_id"],
            order_id=data["order_id"],
            operation_id=data["operation_id"],
            material_id=material_id,
            yield_quantity=Quantity.from_data(data["yield_quantity"]),
            posting_date=posting_date,
            final=data["confirmation"] == "final",
            scrap_quantity=_quantity(data, "scrap_quantity"),
            rework_quantity=_quantity(data, "rework_quantity"),
            scrap_reason_code=data.get("scrap_reason_code"),
            setup_time=_quantity(data, "setup_time"),
            machine_time=_quantity(data, "machine_time"),
            labor_time=_quantity(data, "labor_time"),
            started_at=_time(data, "actual_start_time"),
            finished_at=_time(data, "actual_end_time"),
            work_center_id=data.get("equipment_id"),
            person_id=data.get("person_id"),
            lot_id=data.get("material_lot_id"),
            storage_location=data.get("storage_location"),
            to_stock=_is_last_operation(order, data["operation_id"]),
            text=data.get("note", ""),
        ),
    )


def _is_last_operation(order: ProductionOrder | None, operation_id: str) -> bool:
    """Tell whether what an operation yields is finished; an order without operations has one."""
    if order is None or not order.operations:
        return True
    return order.operations[-1].operation_id == operation_id


def _goods_issue(
    data: Mapping[str, Any], posting_date: date, order: ProductionOrder | None
) -> tuple[Document, ...]:
    lines = tuple(
        GoodsIssueLine(
            material_id=line["material_id"],
            quantity=Quantity.from_data(line["quantity"]),
            lot_id=line.get("material_lot_id"),
            storage_location=line.get("storage_location"),
        )
        for line in data["material_actual"]
    )
    lines = tuple(line for line in lines if line.quantity.value)
    if not lines:
        return ()
    return (
        GoodsIssue(
            site_id=data["site_id"],
            order_id=data["order_id"],
            operation_id=data["operation_id"],
            posting_date=posting_date,
            lines=lines,
            person_id=data.get("person_id"),
            text=data.get("note", ""),
        ),
    )


def _scrap_report(
    data: Mapping[str, Any], posting_date: date, order: ProductionOrder | None
) -> tuple[Document, ...]:
    quantity = Quantity.from_data(data["quantity"])
    if not quantity.value:
        return ()
    if not data.get("scrap_reason_code"):
        raise CannotCompose("/data/scrap_reason_code", say("incomplete.reason"))
    return (
        ScrapReport(
            site_id=data["site_id"],
            order_id=data["order_id"],
            operation_id=data["operation_id"],
            material_id=data["material_id"],
            quantity=quantity,
            posting_date=posting_date,
            reason_code=data["scrap_reason_code"],
            cost_center=data.get("cost_center"),
            lot_id=data.get("material_lot_id"),
            storage_location=data.get("storage_location"),
            person_id=data.get("person_id"),
            text=data.get("note", ""),
        ),
    )


_Composer = Callable[[Mapping[str, Any], date, ProductionOrder | None], tuple[Document, ...]]
_COMPOSERS: Mapping[str, _Composer] = {
    "production_confirmation": _production_confirmation,
    "material_consumption": _goods_issue,
    "scrap_report": _scrap_report,
}


def _posting_date(event: Event, data: Mapping[str, Any], time_zone: tzinfo) -> date:
    if "posting_date" in data:
        return date.fromisoformat(data["posting_date"])
    return event.occurred_at.astimezone(time_zone).date()


def _quantity(data: Mapping[str, Any], name: str) -> Quantity | None:
    return Quantity.from_data(data[name]) if name in data else None


def _time(data: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(data[name]) if name in data else None
