"""What is booked: confirmations and material documents of orders, for reconciliation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from countersign.erp.port import BookedDocument, BookedLine
from countersign.erp.sap.keys import key_in
from countersign.erp.sap.movements import CONSUMING
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import short_id
from countersign.erp.sap_rfc.confirmations import FIELDS, is_reversal, movements_of
from countersign.erp.sap_rfc.confirmations import id_of as confirmation_id
from countersign.erp.sap_rfc.material_documents import id_of as material_document_id
from countersign.erp.sap_rfc.material_documents import reversal_of
from countersign.erp.sap_rfc.tables import Condition, Record, Tables, order_key, read_number

SCRAPPED = "551"
_ITEMS = "MBLNR MJAHR ZEILE BWART MATNR ERFMG ERFME SMBLN"
_PARTS: tuple[tuple[str, Literal["yield", "scrap", "rework"]], ...] = (
    ("LMNGA", "yield"),
    ("XMNGA", "scrap"),
    ("RMNGA", "rework"),
)


class Booked:
    """Reads back what stands in SAP for some orders, ours or not; reversals are marked."""

    def __init__(self, tables: Tables, profile: Profile) -> None:
        self._tables = tables
        self._profile = profile

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read confirmations first, then the material documents that are not part of them."""
        for order_id in order_ids:
            number, moved = short_id(order_id), set[tuple[str, str]]()
            yield from self._confirmations(number, moved)
            issued = Condition("AUFNR", order_key(number))
            for movement_type in sorted(CONSUMING):
                conditions = issued, Condition("BWART", movement_type)
                yield from self._documents(number, "goods_issue", "consumed", moved, *conditions)
            scrapped = Condition("ABLAD", number), Condition("BWART", SCRAPPED)
            yield from self._documents(number, "scrap_report", "scrap", moved, *scrapped)

    def _confirmations(self, order: str, moved: set[tuple[str, str]]) -> Iterator[BookedDocument]:
        own = Condition("AUFNR", order_key(order))
        plan = self._tables.rows("AFKO", "PLNBEZ", own)
        product = next((short_id(row["PLNBEZ"]) for row in plan), "")
        for row in self._tables.rows("AFRU", FIELDS, own):
            items = movements_of(self._tables, row["RUECK"], row["RMZHL"])
            moved.update((item["MBLNR"], item["MJAHR"]) for item in items)
            if is_reversal(row):
                continue
            consumed = [item for item in items if item["BWART"] in CONSUMING]
            yield BookedDocument(
                document_id=confirmation_id(row["RUECK"], row["RMZHL"]),
                key=key_in(row["LTXA1"]),
                kind="production_confirmation",
                order_id=order,
                lines=(*self._parts(row, product), *self._lines(consumed, "consumed")),
                reversed=bool(row["STOKZ"]),
            )

    def _parts(self, row: Record, product: str) -> Iterator[BookedLine]:
        for field, movement in _PARTS:
            quantity = read_number(row[field])
            if quantity:
                yield BookedLine(movement, product, quantity, self._unit(row["MEINH"]))

    def _documents(
        self,
        order: str,
        kind: str,
        movement: Literal["scrap", "consumed"],
        moved: set[tuple[str, str]],
        *conditions: Condition,
    ) -> Iterator[BookedDocument]:
        documents: dict[tuple[str, str], list[Record]] = {}
        for item in self._tables.rows("MSEG", _ITEMS, *conditions):
            name = (item["MBLNR"], item["MJAHR"])
            if name not in moved and not item["SMBLN"]:
                documents.setdefault(name, []).append(item)
        for name, items in documents.items():
            yield BookedDocument(
                document_id=material_document_id(*name),
                key=self._key(*name),
                kind=kind,
                order_id=order,
                lines=tuple(self._lines(items, movement)),
                reversed=bool(reversal_of(self._tables, *name)),
            )

    def _key(self, number: str, year: str) -> str:
        wanted = Condition("MBLNR", number), Condition("MJAHR", year)
        heads = self._tables.rows("MKPF", "BKTXT", *wanted)
        return next((key_in(head["BKTXT"]) for head in heads), "")

    def _lines(
        self, items: Sequence[Record], movement: Literal["scrap", "consumed"]
    ) -> Iterator[BookedLine]:
        for item in items:
            unit = self._unit(item["ERFME"])
            yield BookedLine(movement, short_id(item["MATNR"]), read_number(item["ERFMG"]), unit)

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)
