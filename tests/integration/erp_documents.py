"""Documents for a fresh order, as any ERP should take them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

from integration.erp_subject import OrderFacts

from countersign.erp.documents import (
    Document,
    GoodsIssue,
    GoodsIssueLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.nouns.quantity import Quantity

KINDS = ("production_confirmation", "goods_issue", "scrap_report")


def new_key() -> str:
    """Return a key of the service's form that was never used."""
    return "CS" + uuid.uuid4().hex[:22].upper()


def document_of(kind: str, order: OrderFacts) -> Document:
    """Return a document of a kind that the ERP takes as it is."""
    if kind == "production_confirmation":
        return confirmation_of(order, Decimal(5))
    if kind == "goods_issue":
        return issue_of(order)
    return ScrapReport(
        site_id=order.site_id,
        order_id=order.order_id,
        operation_id=order.operation_id,
        material_id=order.component_id,
        quantity=Quantity(Decimal(1), order.component_unit),
        posting_date=order.open_date,
        reason_code="DIM",
    )


def confirmation_of(
    order: OrderFacts, good: Decimal, *, scrap: Decimal | None = None
) -> ProductionConfirmation:
    """Return a partial confirmation."""
    return ProductionConfirmation(
        site_id=order.site_id,
        order_id=order.order_id,
        operation_id=order.operation_id,
        material_id=order.material_id,
        yield_quantity=Quantity(good, order.unit),
        scrap_quantity=Quantity(scrap, order.unit) if scrap is not None else None,
        posting_date=order.open_date,
        final=False,
    )


def issue_of(
    order: OrderFacts,
    *,
    component_id: str | None = None,
    component_unit: str | None = None,
    quantity: Decimal = Decimal(2),
    posting_date: date | None = None,
) -> GoodsIssue:
    """Return an issue of one component."""
    line = GoodsIssueLine(
        component_id or order.component_id,
        Quantity(quantity, component_unit or order.component_unit),
    )
    return GoodsIssue(
        site_id=order.site_id,
        order_id=order.order_id,
        operation_id=order.operation_id,
        posting_date=posting_date or order.open_date,
        lines=(line,),
    )


def two_line_issue_of(order: OrderFacts) -> GoodsIssue:
    """Return an issue of 2 of the first component and 3 of the second."""
    second = GoodsIssueLine(
        order.second_component_id, Quantity(Decimal(3), order.second_component_unit)
    )
    first = issue_of(order)
    return replace(first, lines=(*first.lines, second))
