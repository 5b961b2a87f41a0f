"""Scrap: taken from stock, or confirmed where it is what the order makes and never was in stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from countersign.erp.documents import ProductionConfirmation, ScrapReport
from countersign.erp.sap.values import same_id
from countersign.erp.sap.wording import OrderComponent
from countersign.nouns.quantity import Quantity


class Orders(Protocol):
    """What is asked of an order."""

    def components(self, order_id: str) -> tuple[OrderComponent, ...]:
        """Return the components of an order."""

    def product(self, order_id: str) -> str:
        """Return what an order makes; nothing when SAP has no such order."""


class Scrap:
    """Decides how a scrap report is written; the same report is always written the same way."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders

    def written(self, document: ScrapReport) -> ProductionConfirmation | ScrapReport:
        """Return a confirmation of scrap for what the order makes, else the report itself.

        A report that names a lot or a storage location is about what lies there.
        """
        if document.lot_id or document.storage_location or self._is_component(document):
            return document
        if not same_id(self._orders.product(document.order_id), document.material_id):
            return document
        return confirmed(document)

    def _is_component(self, document: ScrapReport) -> bool:
        components = self._orders.components(document.order_id)
        return any(same_id(row.material_id, document.material_id) for row in components)


def confirmed(document: ScrapReport) -> ProductionConfirmation:
    """Return the confirmation that says the same as a scrap report."""
    return ProductionConfirmation(
        site_id=document.site_id,
        order_id=document.order_id,
        operation_id=document.operation_id,
        material_id=document.material_id,
        yield_quantity=Quantity(Decimal(0), document.quantity.unit),
        posting_date=document.posting_date,
        final=False,
        scrap_quantity=document.quantity,
        scrap_reason_code=document.reason_code,
        person_id=document.person_id,
        to_stock=False,
        text=document.text,
    )
