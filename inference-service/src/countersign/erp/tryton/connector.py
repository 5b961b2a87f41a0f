"""The connector: Tryton as an :class:`~countersign.erp.port.ErpPort`."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import datetime

from countersign.erp.documents import FLOOR_KINDS, Document, ScrapReport, floor_document
from countersign.erp.port import BookedDocument, Capabilities, Period, PostResult, StockLevel
from countersign.erp.tryton.booking import Booking
from countersign.erp.tryton.catalogue import Catalogue
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.movements import Movements
from countersign.erp.tryton.order_posting import OrderPosting
from countersign.erp.tryton.reading import Reading
from countersign.erp.tryton.refusal import Refusals
from countersign.erp.tryton.scrap_posting import ScrapPosting
from countersign.nouns.order import Material, ProductionOrder


class Tryton:
    """Posts to Tryton, one document at a time, and reads from it at any time.

    Tryton numbers journal entries under a lock, so parallel postings only wait for one another and
    fail (60 orders by 4 clients: 73 to 117 refused calls): one writer per company.
    """

    def __init__(
        self,
        client: Client,
        *,
        call_timeout_s: float,
        settle_s: float,
        closes_orders: bool = False,
    ) -> None:
        refusals = Refusals.load()
        catalogue = Catalogue(client, refusals)
        self._client = client
        self._orders = OrderPosting(
            client, Movements(catalogue, refusals), refusals, closes_orders=closes_orders
        )
        self._scrap = ScrapPosting(client, catalogue, refusals)
        self._reading = Reading(client, catalogue)
        self._booking = Booking(client, catalogue)
        self._one_writer = threading.Lock()
        self._capabilities = Capabilities(
            name="tryton",
            document_kinds=FLOOR_KINDS,
            max_in_flight=1,
            call_timeout_s=call_timeout_s,
            settle_s=settle_s,
        )

    def capabilities(self) -> Capabilities:
        """Tell what Tryton can do."""
        return self._capabilities

    def check(self) -> None:
        """Log in and read something."""
        self._client.read("production.search", [], 0, 1, None)

    def close(self) -> None:
        """Close the connection of this thread."""
        self._client.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Book the document once under the key, or finish what was begun under it.

        ``approved_warnings`` are those of all earlier answers: each names the ones before it too.
        """
        document = floor_document(document)
        with self._one_writer:
            if isinstance(document, ScrapReport):
                return self._scrap.post(document, key, approved_warnings)
            return self._orders.post(document, key, approved_warnings)

    def find(self, key: str, document: Document) -> PostResult | None:
        """Look the key up on the order or among the shipments; finish a half-done posting."""
        document = floor_document(document)
        with self._one_writer:
            if isinstance(document, ScrapReport):
                return self._scrap.find(key)
            return self._orders.find(document, key)

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Cancel the movements of a document; an order that is done stays done."""
        document = floor_document(document)
        with self._one_writer:
            if isinstance(document, ScrapReport):
                return self._scrap.reverse(key, document_id)
            return self._orders.reverse(document, key, document_id)

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read production orders with components and operations."""
        return self._reading.orders(changed_since)

    def materials(self) -> Iterator[Material]:
        """Read materials with base units, prices and conversions."""
        return self._reading.materials()

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read stock of some materials by storage location."""
        return self._reading.stock(material_ids)

    def periods(self) -> Iterator[Period]:
        """Read posting periods."""
        return self._reading.periods()

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read what is booked for some orders; reversed documents are marked."""
        return self._booking.booked(order_ids)
