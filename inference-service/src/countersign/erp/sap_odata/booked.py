"""What is booked: confirmations and material documents of orders, for reconciliation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from countersign.erp.port import BookedDocument, BookedLine
from countersign.erp.sap.keys import key_in
from countersign.erp.sap.movements import CONSUMING
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import read_decimal, short_id, width
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row, nested
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.confirmations import FORMS, Form
from countersign.erp.sap_odata.confirmations import id_of as confirmation_id
from countersign.erp.sap_odata.master_data import IDS_PER_CALL
from countersign.erp.sap_odata.material_documents import ITEMS
from countersign.erp.sap_odata.material_documents import id_of as material_document_id
from countersign.erp.sap_odata.orders import ORDER_LENGTH, OrderBook
from countersign.erp.sap_odata.query import any_of, equal

SCRAPPED = "551"
_HEADER = "to_MaterialDocumentHeader"
_PARTS: tuple[tuple[str, Literal["yield", "scrap", "rework"]], ...] = (
    ("ConfirmationYieldQuantity", "yield"),
    ("ConfirmationScrapQuantity", "scrap"),
    ("ConfirmationReworkQuantity", "rework"),
)


class Booked:
    """Reads back what stands in SAP for some orders, ours or not; reversals are marked."""

    def __init__(self, client: Client, profile: Profile, order_book: OrderBook) -> None:
        self._client = client
        self._profile = profile
        self._order_book = order_book

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read confirmations first, then the material documents that are not part of them.

        A number that is too long for SAP is no order of it, so nothing is booked for it.
        """
        numbers = [short_id(order) for order in order_ids]
        numbers = [number for number in numbers if width(number) <= ORDER_LENGTH]
        for start in range(0, len(numbers), IDS_PER_CALL):
            some = numbers[start : start + IDS_PER_CALL]
            moved: set[str] = set()
            for category in self._order_book.categories:
                yield from self._confirmations(FORMS[category], some, moved)
            yield from self._issues(some, moved)
            yield from self._scrap(some)

    def _confirmations(
        self, form: Form, order_ids: Sequence[str], moved: set[str]
    ) -> Iterator[BookedDocument]:
        query = {
            "$filter": any_of("OrderID", order_ids),
            "$expand": form.movements,
            "$orderby": "ConfirmationGroup,ConfirmationCount",
        }
        for row in self._client.rows(form.service, form.entity_set, query):
            items = nested(row, form.movements)
            moved.update(_id(item) for item in items)
            if row["IsReversal"]:
                continue
            yield BookedDocument(
                document_id=confirmation_id(row),
                key=key_in(row["ConfirmationText"]),
                kind="production_confirmation",
                order_id=short_id(row["OrderID"]),
                lines=(*self._parts(row), *self._lines(items, "261", "consumed")),
                reversed=bool(row["IsReversed"]),
            )

    def _parts(self, row: Row) -> Iterator[BookedLine]:
        unit = self._unit(row["ConfirmationUnit"])
        for name, movement in _PARTS:
            quantity = read_decimal(row.get(name))
            if quantity:
                yield BookedLine(movement, short_id(row.get("Material") or ""), quantity, unit)

    def _issues(self, order_ids: Sequence[str], moved: set[str]) -> Iterator[BookedDocument]:
        wanted = any_of("ManufacturingOrder", order_ids)
        types = any_of("GoodsMovementType", sorted(CONSUMING))
        items = self._items(f"{wanted} and {types}")
        for rows in items.values():
            if _id(rows[0]) in moved:
                continue
            order = short_id(rows[0]["ManufacturingOrder"])
            lines = tuple(self._lines(rows, "261", "consumed"))
            yield self._document(rows, "goods_issue", order, lines)

    def _scrap(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        wanted = any_of("UnloadingPointName", order_ids)
        for rows in self._items(f"{wanted} and {equal('GoodsMovementType', SCRAPPED)}").values():
            lines = tuple(self._lines(rows, SCRAPPED, "scrap"))
            yield self._document(rows, "scrap_report", rows[0]["UnloadingPointName"], lines)

    def _items(self, wanted: str) -> dict[str, list[Row]]:
        query = {
            "$filter": wanted,
            "$expand": _HEADER,
            "$orderby": "MaterialDocumentYear,MaterialDocument,MaterialDocumentItem",
        }
        documents: dict[str, list[Row]] = {}
        for item in self._client.rows(services.MATERIAL_DOCUMENT, ITEMS, query):
            if not item.get("ReversedMaterialDocument"):
                documents.setdefault(_id(item), []).append(item)
        return documents

    def _document(
        self, rows: Sequence[Row], kind: str, order_id: str, lines: tuple[BookedLine, ...]
    ) -> BookedDocument:
        header = next(iter(nested(rows[0], _HEADER)), {})
        return BookedDocument(
            document_id=material_document_id(rows[0]),
            key=key_in(header.get("MaterialDocumentHeaderText") or ""),
            kind=kind,
            order_id=order_id,
            lines=lines,
            reversed=any(row.get("GoodsMovementIsCancelled") for row in rows),
        )

    def _lines(
        self, rows: Sequence[Row], movement_type: str, movement: Literal["scrap", "consumed"]
    ) -> Iterator[BookedLine]:
        for row in rows:
            if row["GoodsMovementType"] == movement_type and row["MaterialDocument"]:
                yield BookedLine(
                    movement,
                    short_id(row["Material"]),
                    read_decimal(row["QuantityInEntryUnit"]),
                    self._unit(row["EntryUnit"]),
                )

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def _id(item: Row) -> str:
    return f"{item['MaterialDocument']}/{item['MaterialDocumentYear']}"
