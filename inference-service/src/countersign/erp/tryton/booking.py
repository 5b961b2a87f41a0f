"""Booking: what stands in Tryton for some orders, as documents with their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from countersign.erp.documents import GoodsIssue, ProductionConfirmation, ScrapReport
from countersign.erp.port import BookedDocument, BookedLine
from countersign.erp.tryton.catalogue import Catalogue
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.ledger import REVERSED_MARK
from countersign.erp.tryton.movements import REWORK_LOCATION
from countersign.erp.tryton.scrap_posting import Shipment, read_shipments
from countersign.erp.tryton.work_order import Move, WorkOrder, read_work_orders

ORDERS_PER_CALL = 50

Movement = Literal["yield", "scrap", "rework", "consumed"]


class Booking:
    """Reads back what is booked."""

    def __init__(self, client: Client, catalogue: Catalogue) -> None:
        self._client = client
        self._catalogue = catalogue

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read the documents of some orders; movements that others booked come without a key."""
        for start in range(0, len(order_ids), ORDERS_PER_CALL):
            some = list(order_ids[start : start + ORDERS_PER_CALL])
            for order in read_work_orders(self._client, [["number", "in", some]]):
                yield from self._documents(order)
            yield from self._scrap_reports(some)

    def _documents(self, order: WorkOrder) -> Iterator[BookedDocument]:
        documents: dict[tuple[str, str], list[Move]] = defaultdict(list)
        for move in sorted(order.moves, key=lambda move: move.move_id):
            if move.is_open:
                continue
            entry = order.ledger.owner(move.move_id) if move.is_ours else None
            kind = GoodsIssue.kind if move.side == "inputs" else ProductionConfirmation.kind
            documents[kind, entry.key if entry else ""].append(move)
        yield from _unmoved(order, {key for _, key in documents})
        for (kind, key), moves in documents.items():
            standing = [move for move in moves if move.state == "done"]
            yield BookedDocument(
                document_id=f"{order.number}/{moves[0].move_id}",
                key=key,
                kind=kind,
                order_id=order.number,
                lines=tuple(self._line(move) for move in standing or moves if move.quantity),
                reversed=not standing,
            )

    def _scrap_reports(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        anyone = ["OR", *(["reference", "like", f"% {order_id}%"] for order_id in order_ids)]
        wanted = set(order_ids)
        for shipment in read_shipments(self._client, [anyone]):
            if shipment.order_id in wanted and shipment.state in ("done", "cancelled"):
                yield self._scrap_report(shipment)

    def _scrap_report(self, shipment: Shipment) -> BookedDocument:
        return BookedDocument(
            document_id=shipment.number,
            key=shipment.key,
            kind=ScrapReport.kind,
            order_id=shipment.order_id,
            lines=tuple(
                BookedLine("scrap", material, quantity, self._catalogue.unit_code(unit))
                for material, quantity, unit in shipment.lines
            ),
            reversed=shipment.state == "cancelled",
        )

    def _line(self, move: Move) -> BookedLine:
        unit = self._catalogue.unit_code(move.unit)
        return BookedLine(self._movement(move), move.product, move.quantity, unit)

    def _movement(self, move: Move) -> Movement:
        if move.side == "inputs":
            return "consumed"
        target = self._catalogue.location_by_id(move.to_location_id)
        if target.type == "lost_found":
            return "scrap"
        return "rework" if target.code == REWORK_LOCATION else "yield"


def _unmoved(order: WorkOrder, moved: set[str]) -> Iterator[BookedDocument]:
    """Read the documents that moved nothing: reports of an operation whose pieces go on."""
    for entry in order.ledger.entries():
        key = entry.key.removeprefix(REVERSED_MARK)
        if key in moved:
            continue
        yield BookedDocument(
            document_id=f"{order.number}/{key}",
            key=key,
            kind=ProductionConfirmation.kind,
            order_id=order.number,
            lines=(),
            reversed=entry.key != key,
        )
