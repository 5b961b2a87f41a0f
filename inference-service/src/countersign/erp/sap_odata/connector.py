"""The connector: SAP by OData as an :class:`~countersign.erp.port.ErpPort`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from countersign.erp.documents import (
    DOCUMENT_KINDS,
    Document,
    GoodsIssue,
    GoodsIssueLine,
    GoodsMovement,
    InspectionResult,
    InventoryCount,
    JournalEntry,
    MaintenanceNotification,
    OrderStatusChange,
    ProductionConfirmation,
    PurchaseRequisition,
    QualityNotification,
    Reservation,
    ScrapReport,
    UsageDecision,
)
from countersign.erp.port import (
    BookedDocument,
    Capabilities,
    CheckStep,
    Period,
    PostResult,
    PreparedRequest,
    StockLevel,
)
from countersign.erp.sap.http import Transport
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.scrap import Scrap
from countersign.erp.sap.wording import Wording
from countersign.erp.sap_odata.booked import Booked
from countersign.erp.sap_odata.checking import check_steps
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.confirmations import Confirmations
from countersign.erp.sap_odata.counting import Counts
from countersign.erp.sap_odata.demands import Requisitions, Reservations
from countersign.erp.sap_odata.journal import CLOUD_PATH, Journal
from countersign.erp.sap_odata.master_data import MasterData
from countersign.erp.sap_odata.material_documents import MaterialDocuments
from countersign.erp.sap_odata.order_status import OrderStatuses
from countersign.erp.sap_odata.orders import OrderBook, OrderReading
from countersign.erp.sap_odata.preview import Recorder
from countersign.erp.sap_odata.quality import Inspections, Notifications
from countersign.erp.sap_odata.services import CONFIRMATION, PROCESS_CONFIRMATION
from countersign.nouns.order import Material, ProductionOrder

Post = Callable[[Any, str], PostResult]
Find = Callable[[Any, str], PostResult | None]


class SapOData:
    """Posts to S/4HANA by its released OData services; journal entries go by SOAP.

    ``client`` and ``http`` reach the same system; ``journal_path`` is where its SOAP service is.
    """

    def __init__(
        self,
        http: Transport,
        profile: Profile,
        *,
        sap_client: str = "",
        language: str = "",
        journal_path: str = CLOUD_PATH,
        ca: str = "",
    ) -> None:
        triage = profile.triage
        client = Client(http, triage, sap_client=sap_client, language=language)
        wording = Wording(profile)
        order_book = OrderBook(client, profile, triage)
        self._http, self._client, self._profile = http, client, profile
        self._address = {
            "sap_client": sap_client,
            "language": language,
            "journal_path": journal_path,
            "ca": ca,
        }
        self._journal = Journal(http, profile, triage, journal_path)
        self._reading = OrderReading(client, profile, order_book)
        self._booked = Booked(client, profile, order_book)
        self._triage = triage
        self.master_data = MasterData(client, profile)
        self._confirmations = Confirmations(client, wording, triage, order_book)
        self._stock = MaterialDocuments(client, wording, triage, order_book)
        self._scrap = Scrap(order_book)
        self._desks: dict[type[Document], tuple[Post, Find]] = {
            **self._floor_desks(),
            **_other_desks(client, wording, profile, order_book),
        }
        self._capabilities = Capabilities(
            name="sap-odata",
            document_kinds=frozenset(DOCUMENT_KINDS),
            max_in_flight=profile.max_in_flight,
            call_timeout_s=profile.call_timeout_s,
            settle_s=profile.settle_s,
            consumes_with_confirmation=True,
        )

    def capabilities(self) -> Capabilities:
        """Tell what SAP can do."""
        return self._capabilities

    def check(self) -> None:
        """Fetch a token of the first service that postings need."""
        is_process = self._profile.orders == "process"
        self._client.fetch_token(PROCESS_CONFIRMATION if is_process else CONFIRMATION)

    def check_steps(self) -> Iterator[CheckStep]:
        """Try name, TLS, login, token and each service, one after the other."""
        return check_steps(self._http.base_url, self._address["ca"], self._client, self._profile)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._client.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Book the document once under the key."""
        if isinstance(document, JournalEntry):
            return self._journal.post(document, key, approved_warnings)
        self._triage.require_ours(document, confirms_floor=self._profile.confirms_floor)
        document = self._written(document)
        return self._desks[type(document)][0](document, key)

    def find(self, key: str, document: Document) -> PostResult | None:
        """Look the key up where documents of this kind carry it."""
        if isinstance(document, JournalEntry):
            return self._journal.find(document, key)
        document = self._written(document)
        return self._desks[type(document)][1](document, key)

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Cancel a confirmation or a material document; nothing else can be taken back."""
        document = self._written(document)
        if isinstance(document, ProductionConfirmation):
            return self._confirmations.reverse(document, key, document_id)
        if isinstance(document, GoodsIssue | ScrapReport | GoodsMovement):
            return self._stock.reverse(document, key, document_id)
        raise self._triage.refusal("NOT_REVERSIBLE", document, document=document_id)

    def preview(self, document: Document, key: str) -> list[PreparedRequest]:
        """Return the request that posting would begin with; a journal entry's check and posting.

        Nothing is posted. What the request depends on, such as the components of the order, is
        read from SAP.
        """
        recorder = Recorder(self._http)
        rehearsal = SapOData(recorder, self._profile, **self._address)
        return recorder.recorded(rehearsal.post, document, key)

    def expected_consumption(
        self, order_id: str, operation_id: str, good: Decimal, scrap: Decimal
    ) -> Iterator[GoodsIssueLine]:
        """Return what SAP expects a confirmation of so much to consume."""
        return self._confirmations.expected_consumption(order_id, operation_id, good, scrap)

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read orders with components and operations."""
        return self._reading.orders(changed_since)

    def materials(self) -> Iterator[Material]:
        """Read materials."""
        return self.master_data.materials()

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read unrestricted stock."""
        return self.master_data.stock(material_ids)

    def periods(self) -> Iterator[Period]:
        """Read nothing: no released service shows the posting periods."""
        return iter(())

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read back what is booked for these orders."""
        return self._booked.booked(order_ids)

    def _floor_desks(self) -> dict[type[Document], tuple[Post, Find]]:
        stock = (self._stock.post, self._find_stock)
        return {
            ProductionConfirmation: (self._confirmations.post, self._confirmations.find),
            GoodsIssue: stock,
            ScrapReport: stock,
            GoodsMovement: stock,
        }

    def _written(self, document: Document) -> Document:
        return self._scrap.written(document) if isinstance(document, ScrapReport) else document

    def _find_stock(self, document: Document, key: str) -> PostResult | None:
        return self._stock.find(key)


def _other_desks(
    client: Client, wording: Wording, profile: Profile, order_book: OrderBook
) -> dict[type[Document], tuple[Post, Find]]:
    """Return who posts and finds what is neither confirmed nor moved."""
    requisitions = Requisitions(client, wording, profile)
    reservations = Reservations(client, wording)
    counts = Counts(client, wording, profile.triage)
    inspections = Inspections(client, wording)
    notes = Notifications(client, wording, profile)
    statuses = OrderStatuses(client, wording, profile.triage, order_book)
    return {
        InventoryCount: (counts.post, counts.find),
        PurchaseRequisition: (requisitions.post, requisitions.find),
        Reservation: (reservations.post, reservations.find),
        InspectionResult: (inspections.post_result, inspections.find_result),
        UsageDecision: (inspections.post_decision, inspections.find_decision),
        QualityNotification: (notes.post_defect, notes.find_defect),
        MaintenanceNotification: (notes.post_malfunction, notes.find_malfunction),
        OrderStatusChange: (statuses.post, statuses.find),
    }
