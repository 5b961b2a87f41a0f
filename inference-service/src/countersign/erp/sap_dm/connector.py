"""The connector: SAP Digital Manufacturing as an :class:`~countersign.erp.port.ErpPort`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from countersign.erp.documents import FLOOR_KINDS, Document, floor_document
from countersign.erp.port import (
    BookedDocument,
    Capabilities,
    CheckStep,
    ErpPort,
    Period,
    PostResult,
    PreparedRequest,
    StockLevel,
)
from countersign.erp.sap.http import Transport
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import short_id
from countersign.erp.sap_dm.activities import Activities
from countersign.erp.sap_dm.checking import check_steps
from countersign.erp.sap_dm.client import Client
from countersign.erp.sap_dm.desk import Desk
from countersign.erp.sap_dm.preview import Recorder
from countersign.erp.sap_dm.shop_orders import ShopOrders
from countersign.nouns.order import Material, ProductionOrder


class SapDm:
    """Confirms to Digital Manufacturing, which confirms to S/4HANA; ``s4`` is only read."""

    def __init__(
        self,
        http: Transport,
        profile: Profile,
        activities: Activities,
        *,
        s4: ErpPort | None = None,
        ca: str = "",
    ) -> None:
        self._http, self._profile, self._s4, self._ca = http, profile, s4, ca
        self._activities = activities
        self._triage = profile.triage
        self._client = Client(http, profile.triage)
        self._orders = ShopOrders(self._client, profile, profile.triage)
        self._desk = Desk(self._client, self._orders, profile, activities)
        self._capabilities = Capabilities(
            name="sap-dm",
            document_kinds=FLOOR_KINDS,
            max_in_flight=profile.max_in_flight,
            searchable_key=False,
            reversible=False,
            call_timeout_s=profile.call_timeout_s,
            settle_s=profile.settle_s,
        )

    def capabilities(self) -> Capabilities:
        """Tell what Digital Manufacturing can do."""
        return self._capabilities

    def check(self) -> None:
        """Fetch a token and read an order of the first plant."""
        plant = self._profile.codes.to_sap("plant", self._profile.sites[0])
        self._client.read("/order/v1/orders/list", {"plant": plant, "size": "1"})

    def check_steps(self) -> Iterator[CheckStep]:
        """Try name, TLS, login and each interface, one after the other."""
        return check_steps(self._http.base_url, self._ca, self._client, self._profile)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._http.close()

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        """Carry the document out once."""
        return self._desk.post(floor_document(document), key)

    def find(self, key: str, document: Document) -> PostResult | None:
        """Refuse: nothing that was confirmed can be searched by its key."""
        raise self._triage.refusal("DM_NOT_SEARCHABLE", document)

    def reverse(self, document: Document, key: str, document_id: str) -> PostResult:
        """Refuse: it is taken back in Digital Manufacturing."""
        raise self._triage.refusal("DM_NOT_REVERSIBLE", document, document=document_id)

    def preview(self, document: Document, key: str) -> list[PreparedRequest]:
        """Return all requests that posting would send; nothing is posted, orders are read."""
        recorder = Recorder(self._http)
        rehearsal = SapDm(recorder, self._profile, self._activities)
        note = rehearsal.post(document, key).text
        return [replace(request, note=note) for request in recorder.requests]

    def orders(self, changed_since: datetime | None = None) -> Iterator[ProductionOrder]:
        """Read all orders; the list cannot be narrowed by the time of a change."""
        return self._orders.orders()

    def materials(self) -> Iterator[Material]:
        """Read materials; Digital Manufacturing has no prices, S/4HANA has."""
        if self._s4 is not None:
            yield from self._s4.materials()
            return
        for site in self._profile.sites:
            plant = self._profile.codes.to_sap("plant", site)
            for row in self._client.rows("/material/v1/materials", {"plant": plant}):
                yield Material(
                    material_id=short_id(row["material"]),
                    unit=self._unit(row["unitOfMeasure"]),
                    description=str(row.get("description") or ""),
                    lot_managed=bool(row.get("isBatchManaged")),
                )

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read inventory by storage location, S/4HANA's where it is known; lots one by one."""
        if self._s4 is not None:
            yield from self._s4.stock(material_ids)
            return
        for site in self._profile.sites:
            plant = self._profile.codes.to_sap("plant", site)
            for material in material_ids:
                query = {"plant": plant, "material": short_id(material)}
                for row in self._client.rows("/inventory/v1/inventories", query):
                    on_hand = row["quantityOnHand"]
                    yield StockLevel(
                        material_id=short_id(row["material"]["material"]),
                        storage_location=row.get("storageLocation") or "",
                        quantity=Decimal(str(on_hand["value"])),
                        unit=self._unit(on_hand["unitOfMeasure"]["uom"]),
                    )

    def periods(self) -> Iterator[Period]:
        """Read nothing: posting periods are S/4HANA's."""
        return iter(())

    def booked(self, order_ids: Sequence[str]) -> Iterator[BookedDocument]:
        """Read nothing: postings are not shown under a key; S/4HANA shows what arrived."""
        return iter(())

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)
