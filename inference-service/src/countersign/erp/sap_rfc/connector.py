"""The connector: SAP by RFC as an :class:`~countersign.erp.port.ErpPort`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from countersign.erp.documents import (
    Document,
    GoodsIssue,
    GoodsMovement,
    JournalEntry,
    OrderStatusChange,
    ProductionConfirmation,
    PurchaseRequisition,
    QualityNotification,
    ScrapReport,
)
from countersign.erp.errors import ContractError
from countersign.erp.port import (
    BookedDocument,
    Capabilities,
    CheckStep,
    Period,
    PostResult,
    PreparedRequest,
    StockLevel,
)
from countersign.erp.sap.keys import guid_of
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.scrap import Scrap
from countersign.erp.sap.wording import MaterialDocument, Wording
from countersign.erp.sap_rfc.booked import Booked
from countersign.erp.sap_rfc.checking import check_steps
from countersign.erp.sap_rfc.confirmations import Confirmations
from countersign.erp.sap_rfc.demands import Requisitions
from countersign.erp.sap_rfc.journal import Journal
from countersign.erp.sap_rfc.master_data import MasterData
from countersign.erp.sap_rfc.material_documents import MaterialDocuments
from countersign.erp.sap_rfc.order_status import OrderStatuses
from countersign.erp.sap_rfc.orders import OrderBook, OrderReading
from countersign.erp.sap_rfc.preview import Recorder
from countersign.erp.sap_rfc.quality import Notifications
from countersign.erp.sap_rfc.sessions import Sessions
from countersign.erp.sap_rfc.tables import Tables
from countersign.erp.sap_rfc.transport import Parameters, RfcTransport
from countersign.nouns.order import Material, ProductionOrder

Post = Callable[[Any, str], PostResult]
Find = Callable[[Any, str], PostResult | None]
TID_LENGTH = 24


class SapRfc:
    """Posts to S/4HANA on premises or ECC by BAPIs, and reads SAP's tables."""

    def __init__(self, transport: RfcTransport, profile: Profile) -> None:
        triage = profile.triage
        self._profile = profile
        self._triage = triage
        self._transport = transport
        self._sessions = Sessions(transport, triage)
        self.tables = tables = Tables(self._sessions)
        wording = Wording(profile)
        book = OrderBook(tables, profile)
        common = (self._sessions, tables, wording, triage)
        self._journal = Journal(self._sessions, tables, profile, triage)
        self._reading = OrderReading(tables, profile)
        self._booked = Booked(tables, profile)
        self._master_data = MasterData(tables, profile)
        self._confirmations = Confirmations(*common, book)
        self._stock = MaterialDocuments(*common, book)
        self._scrap = Scrap(book)
        requisitions = Requisitions(*common, profile)
        notifications = Notifications(*common)
        statuses = OrderStatuses(*common, book)
        self._desks: dict[type[Document], tuple[Post, Find]] = {
            ProductionConfirmation: (self._confirmations.post, self._confirmations.find),
            GoodsIssue: (self._stock.post, self._stock.find),
            ScrapReport: (self._stock.post, self._stock.find),
            GoodsMovement: (self._stock.post, self._stock.find),
            PurchaseRequisition: (requisitions.post, requisitions.find),
            QualityNotification: (notifications.post, notifications.find),
            OrderStatusChange: (statuses.post, statuses.find),
        }
        kinds = frozenset(document.kind for document in self._desks)
        self._capabilities = Capabilities(
            name="sap-rfc",
            document_kinds=kinds | {JournalEntry.kind},
            max_in_flight=profile.max_in_flight,
            call_timeout_s=profile.call_timeout_s,
            settle_s=profile.settle_s,
            consumes_with_confirmation=True,
        )

    def capabilities(self) -> Capabilities:
        """Tell what SAP can do by BAPIs."""
        return self._capabilities

    def check(self) -> None:
        """Log on anew and ping."""
        self._sessions.check()

    def check_steps(self) -> Iterator[CheckStep]:
        """Try the library, the logon and each table, one after the other."""
        return check_steps(self._transport.address, self._sessions)

    def close(self) -> None:
        """End all sessions."""
        self._sessions.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Book the document once under the key."""
        if isinstance(document, JournalEntry):
            return self._journal.post(document, key, approved_warnings)
        self._triage.require_ours(document, confirms_floor=self._profile.confirms_floor)
        document = self.written(document)
        return self._desk(document)[0](document, key)

    def find(self, key: str, document: Document) -> PostResult | None:
        """Look the key up where documents of this kind carry it."""
        if isinstance(document, JournalEntry):
            return self._journal.find(document, key)
        document = self.written(document)
        return self._desk(document)[1](document, key)

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Cancel a confirmation or a material document; nothing else can be taken back."""
        document = self.written(document)
        if isinstance(document, ProductionConfirmation):
            return self._confirmations.reverse(document, key, document_id)
        if isinstance(document, GoodsIssue | ScrapReport | GoodsMovement):
            return self._stock.reverse(document, key, document_id)
        raise self._triage.refusal("NOT_REVERSIBLE", document, document=document_id)

    def preview(self, document: Document, key: str) -> list[PreparedRequest]:
        """Return the call that posting would begin with; a journal entry's check.

        Nothing is posted. What the call depends on, such as the components of the order, is read.
        """
        recorder = Recorder(self._transport)
        rehearsal = SapRfc(recorder, self._profile)
        return recorder.recorded(lambda: rehearsal.post(document, key))

    def submit(self, function: str, parameters: Parameters, key: str) -> PostResult:
        """Have a function without an answer executed once (tRFC), such as one of the customer.

        The transaction id is made of the key, so the same call again is the same transaction.
        SAP tells nothing of what came of it: ``accepted``, never ``posted``.
        """
        self._sessions.submit(transaction_id(key), function, parameters)
        return PostResult("accepted", document_id=transaction_id(key))

    def written(self, document: Document) -> Document:
        """Return the document that is booked for this one: scrap may be confirmed."""
        return self._scrap.written(document) if isinstance(document, ScrapReport) else document

    def material_document(
        self, document: GoodsIssue | ScrapReport | GoodsMovement, key: str
    ) -> MaterialDocument:
        """Write a document of goods in SAP's terms, with what its order says about them."""
        return self._stock.worded(document, key)

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read orders with components and operations."""
        return self._reading.orders(changed_since)

    def materials(self) -> Iterator[Material]:
        """Read materials."""
        return self._master_data.materials()

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read unrestricted stock."""
        return self._master_data.stock(material_ids)

    def periods(self) -> Iterator[Period]:
        """Read nothing: a closed period is found when posting."""
        return iter(())

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read back what is booked for these orders."""
        return self._booked.booked(order_ids)

    def _desk(self, document: Document) -> tuple[Post, Find]:
        desk = self._desks.get(type(document))
        if desk is None:
            raise ContractError(
                f"SAP by RFC does not take documents of kind {document.kind}; OData does.",
                code="kind_unsupported",
            )
        return desk


def transaction_id(key: str) -> str:
    """Return the tRFC transaction id of a key: 24 hexadecimal digits."""
    return guid_of(key).hex[:TID_LENGTH].upper()
