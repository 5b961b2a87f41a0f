"""Movements: a document written as the movements of stock that Tryton is to create."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from countersign.erp.documents import GoodsIssue, ProductionConfirmation
from countersign.erp.tryton import values
from countersign.erp.tryton.catalogue import Catalogue, Product
from countersign.erp.tryton.refusal import Refusals
from countersign.erp.tryton.work_order import Side, WorkOrder
from countersign.nouns.quantity import Quantity, plain

REWORK_LOCATION = "REWORK"
"""The code of the storage location for pieces that are made again."""

NOTHING = Decimal(0)

OrderDocument = GoodsIssue | ProductionConfirmation


class Movements:
    """Composes movements; every name is looked up before anything is written."""

    def __init__(self, catalogue: Catalogue, refusals: Refusals) -> None:
        self._catalogue = catalogue
        self._refusals = refusals

    def side(self, document: OrderDocument) -> Side:
        """Return the side of the order that the document's movements stand on."""
        return "inputs" if isinstance(document, GoodsIssue) else "outputs"

    def compose(self, document: OrderDocument, order: WorkOrder) -> list[dict[str, Any]]:
        """Write the movements of a document; none where nothing leaves or enters stock.

        Raises:
            ErpError: a material, unit, lot or location is unknown, or a quantity is negative.
        """
        if isinstance(document, GoodsIssue):
            return self._consumed(document, order)
        return self._produced(document, order)

    def _consumed(self, issue: GoodsIssue, order: WorkOrder) -> list[dict[str, Any]]:
        products = self._catalogue.products(line.material_id for line in issue.lines)
        moves = []
        for line in issue.lines:
            product = products[line.material_id]
            source = order.picking_location_id
            if line.storage_location:
                source = self._catalogue.location(line.storage_location).location_id
            move = self._move(product, line.quantity, issue.posting_date)
            move |= {"from_location": source, "to_location": order.location_id}
            if line.lot_id:
                move["lot"] = self._catalogue.lot_id(product, line.lot_id)
            moves.append(move)
        return moves

    def _produced(
        self, confirmation: ProductionConfirmation, order: WorkOrder
    ) -> list[dict[str, Any]]:
        if confirmation.material_id != order.product:
            raise self._refusals.error(
                "ITEM_NOT_PRODUCT",
                {
                    "order": order.number,
                    "expected": order.product,
                    "item": confirmation.material_id,
                },
            )
        product = self._catalogue.products([order.product])[order.product]
        target = order.output_location_id
        if confirmation.storage_location:
            target = self._catalogue.location(confirmation.storage_location).location_id
        finished = confirmation.yield_quantity if confirmation.to_stock else None
        moves = [self._made(product, finished, confirmation, order, target)]
        if _some(confirmation.rework_quantity):
            rework = self._catalogue.location(REWORK_LOCATION).location_id
            quantity = confirmation.rework_quantity
            moves.append(self._made(product, quantity, confirmation, order, rework))
        if _some(confirmation.scrap_quantity):
            waste = self._waste_location_id(order)
            quantity = confirmation.scrap_quantity
            moves.append(self._made(product, quantity, confirmation, order, waste))
        return [move for move in moves if move["quantity"]]

    def _made(
        self,
        product: Product,
        quantity: Quantity | None,
        confirmation: ProductionConfirmation,
        order: WorkOrder,
        target: int,
    ) -> dict[str, Any]:
        move = self._move(product, quantity, confirmation.posting_date)
        move |= {"from_location": order.location_id, "to_location": target}
        if self._catalogue.location_by_id(target).type == "storage":
            move["unit_price"] = product.cost_price
            move["currency"] = self._catalogue.currency_id()
        if confirmation.lot_id:
            move["lot"] = self._catalogue.made_lot_id(product, confirmation.lot_id)
        return move

    def _move(self, product: Product, quantity: Quantity | None, day: date) -> dict[str, Any]:
        amount = quantity or Quantity(NOTHING, product.unit)
        if amount.value < 0:
            raise self._refusals.error(
                "QTY_NEGATIVE", {"item": product.code, "qty": plain(amount.value)}
            )
        return {
            "product": product.product_id,
            "quantity": values.quantity(amount.value),
            "unit": self._catalogue.unit_id(amount.unit, product),
            "effective_date": day,
        }

    def _waste_location_id(self, order: WorkOrder) -> int:
        if order.waste_location_id is None:
            raise self._refusals.error("WASTE_LOCATION_MISSING", {"warehouse": order.warehouse})
        return order.waste_location_id


def _some(quantity: Quantity | None) -> bool:
    return quantity is not None and quantity.value != 0
