"""Scrap posting: stock of an order's material taken out of stock as lost, once.

Tryton has the internal shipment for it, from the storage location to the warehouse's waste
location. The shipment's reference says ``KEY ORDER REASON`` and is created with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from countersign.erp.documents import ScrapReport
from countersign.erp.errors import BusinessRejection, ContractError, Transient
from countersign.erp.port import PostResult
from countersign.erp.tryton import values
from countersign.erp.tryton.catalogue import Catalogue
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.questions import name_of
from countersign.erp.tryton.refusal import Question, Refusals
from countersign.erp.tryton.work_order import WorkOrder, read_work_orders

MODEL = "stock.shipment.internal"
FIELDS = (
    "number",
    "reference",
    "state",
    "moves.product.code",
    "moves.quantity",
    "moves.unit.symbol",
    "moves.state",
)

REVERSED = "/cancelled"
"""Tryton makes no document of a reversal: it marks what it reverses."""

NEXT_STEPS = {"draft": "wait", "waiting": "assign_try", "assigned": "do"}
"""The step that follows from the state of a shipment; others are final."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """An internal shipment that carries one of our keys."""

    shipment_id: int
    number: str
    key: str
    order_id: str
    state: str
    lines: tuple[tuple[str, Decimal, str], ...]


def read_shipments(client: Client, domain: list[Any]) -> list[Shipment]:
    """Read internal shipments; those whose reference is not ours are left out."""
    company = ["company", "=", client.company_id]
    rows = client.read(f"{MODEL}.search_read", [*domain, company], 0, None, [["id", "ASC"]], FIELDS)
    return [_shipment(row) for row in rows if len((row["reference"] or "").split()) > 1]


def _shipment(row: dict[str, Any]) -> Shipment:
    key, order_id, *_ = row["reference"].split()
    return Shipment(
        shipment_id=row["id"],
        number=row["number"] or "",
        key=key,
        order_id=order_id,
        state=row["state"],
        lines=tuple(
            (move["product."]["code"], values.decimal(move["quantity"]), move["unit."]["symbol"])
            for move in row["moves."]
        ),
    )


class ScrapPosting:
    """Books reports of scrapped stock."""

    def __init__(self, client: Client, catalogue: Catalogue, refusals: Refusals) -> None:
        self._client = client
        self._catalogue = catalogue
        self._refusals = refusals

    def post(self, report: ScrapReport, key: str, approved: Collection[str]) -> PostResult:
        """Book the report, or go on where an earlier call was cut off."""
        shipment = self._find(key)
        if shipment is None:
            self._create(report, key)
            shipment = self._reread(key)
        return self._finish(shipment, approved)

    def find(self, key: str) -> PostResult | None:
        """Finish what was begun under the key; ``None`` when nothing is booked under it."""
        shipment = self._find(key)
        if shipment is None or shipment.state == "cancelled":
            return None
        try:
            result = self._finish(shipment, ())
        except (BusinessRejection, ContractError):
            return None
        return result if result.status == "posted" else None

    def reverse(self, key: str, document_id: str) -> PostResult:
        """Cancel the shipment, which books its movement and journal entry back."""
        shipment = self._find(key)
        if shipment is None:
            raise self._refusals.error("DOCUMENT_UNKNOWN", {"document": document_id})
        if shipment.state != "cancelled":
            self._client.call(f"{MODEL}.cancel", [shipment.shipment_id])
        return PostResult("posted", document_id=f"{shipment.number}{REVERSED}")

    def _create(self, report: ScrapReport, key: str) -> None:
        order = self._order(report.order_id)
        product = self._catalogue.products([report.material_id])[report.material_id]
        source = order.picking_location_id
        if report.storage_location:
            source = self._catalogue.location(report.storage_location).location_id
        if order.waste_location_id is None:
            raise self._refusals.error("WASTE_LOCATION_MISSING", {"warehouse": order.warehouse})
        way = {"from_location": source, "to_location": order.waste_location_id}
        move = {
            **way,
            "product": product.product_id,
            "quantity": values.quantity(report.quantity.value),
            "unit": self._catalogue.unit_id(report.quantity.unit, product),
            "effective_date": report.posting_date,
        }
        if report.lot_id:
            move["lot"] = self._catalogue.lot_id(product, report.lot_id)
        days = ("planned_date", "planned_start_date", "effective_date", "effective_start_date")
        shipment = {
            **way,
            **dict.fromkeys(days, report.posting_date),
            "reference": " ".join((key, report.order_id, report.reason_code)),
            "moves": [["create", [move]]],
        }
        self._client.call(f"{MODEL}.create", [shipment])

    def _finish(self, shipment: Shipment, approved: Collection[str]) -> PostResult:
        try:
            while (step := NEXT_STEPS.get(shipment.state)) is not None:
                before = shipment.state
                self._take(step, shipment, approved)
                shipment = self._reread(shipment.key)
                if shipment.state == before:
                    item = shipment.lines[0][0]
                    raise self._refusals.error("STOCK_DEFICIT", {"item": item})
        except Question as question:
            self._undo(shipment)
            return PostResult(
                "needs_approval",
                code=question.kind,
                text=question.text,
                entity=shipment.order_id,
                warnings=(*approved, name_of(question)),
            )
        except (BusinessRejection, ContractError):
            self._undo(shipment)
            raise
        except Transient as error:
            raise self._half_done(shipment.order_id, error) from error
        return PostResult("posted", document_id=shipment.number)

    def _take(self, step: str, shipment: Shipment, approved: Collection[str]) -> None:
        skipped: set[str] = set()
        while True:
            try:
                self._client.call(f"{MODEL}.{step}", [shipment.shipment_id])
                return
            except Question as question:
                if question.name in skipped or name_of(question) not in approved:
                    raise
                self._client.call("res.user.warning.skip", question.name, False)
                skipped.add(question.name)

    def _undo(self, shipment: Shipment) -> None:
        """Take the key off the shipment of a refused report, then cancel it.

        Deleting would need stock administration. The key goes first: a cancelled shipment that
        still carried it would read as a booked and reversed one.
        """
        withdrawn = "/".join((shipment.key, shipment.order_id))
        try:
            self._client.call(f"{MODEL}.write", [shipment.shipment_id], {"reference": withdrawn})
            self._client.call(f"{MODEL}.cancel", [shipment.shipment_id])
        except (Question, BusinessRejection, ContractError, Transient) as error:
            raise self._half_done(shipment.order_id, error) from error

    def _find(self, key: str) -> Shipment | None:
        found = read_shipments(self._client, [["reference", "like", f"{key} %"]])
        return found[0] if found else None

    def _reread(self, key: str) -> Shipment:
        try:
            shipment = self._find(key)
        except Transient as error:
            raise self._half_done("", error) from error
        if shipment is None:
            raise self._half_done("", LookupError("The shipment is not there any more."))
        return shipment

    def _order(self, order_id: str) -> WorkOrder:
        found = read_work_orders(self._client, [["number", "=", order_id]])
        if not found:
            raise self._refusals.error("ORDER_UNKNOWN", {"order": order_id})
        return found[0]

    def _half_done(self, order_id: str, error: Exception) -> Exception:
        return self._refusals.error("HALF_DONE", {"order": order_id, "text": str(error)})
