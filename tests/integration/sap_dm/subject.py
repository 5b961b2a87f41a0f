"""The connector of Digital Manufacturing with the SAP sandbox, and the means to trouble it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from integration.erp_subject import Fault, OrderFacts, exemptions
from sap_sandbox_process import CLIENT_ID, CLIENT_SECRET, SapSandboxProcess

from countersign.erp.documents import Document, floor_document
from countersign.erp.port import ErpPort, PostResult
from countersign.erp.registry import connect
from countersign.erp.sap_dm import SapDm

SITE = "1010"
PRODUCT, SHAFT, GREASE, BEARING = "GEAR-12", "SHAFT-08", "GREASE-01", "BEARING-6201"
BEARING_LOT = "B-2026-11"
TODAY = datetime.now(UTC).date()

Booked = tuple[str, str, str]

RULES: dict[str, list[dict[str, Any]]] = {
    "lock": [{"fault": "lock", "next": 1}],
    "rate_limit": [{"fault": "rate_limit", "next": 1, "retry_after_s": 7}],
    "unavailable": [{"fault": "unavailable", "next": 1}],
    "lost_before_booking": [{"fault": "drop_before", "next": 1}],
    "lost_after_booking": [{"fault": "drop_after", "next": 1}],
    "lost_in_answer": [{"fault": "drop_mid", "next": 1}],
    "html_answer": [{"fault": "html_after", "next": 1}],
    "expired_session": [{"fault": "login_expired", "next": 1}],
}


class CountedDm:
    """The connector, with a note of what each order had before a document was posted to it.

    The key of a posting stands nowhere in Digital Manufacturing; what came of it is what is more.
    """

    def __init__(self, connector: SapDm, booked: Callable[[str], list[Booked]]) -> None:
        self._connector = connector
        self._booked = booked
        self._before: dict[str, tuple[str, int]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connector, name)

    def post(self, document: Document, key: str) -> PostResult:
        order = floor_document(document).order_id
        self._before.setdefault(key, (order, len(self._booked(order))))
        return self._connector.post(document, key)

    def more(self, key: str) -> int:
        order, before = self._before[key]
        return len(self._booked(order)) - before


class DmSubject:
    """The connector under test; each order is fresh."""

    exempt = exemptions("countersign.erp.sap_dm")

    def __init__(self, sandbox: SapSandboxProcess) -> None:
        self.sandbox = sandbox
        self.connector = CountedDm(self.connect(), self.booked)

    def connect(self, *, secret: str = CLIENT_SECRET, options: str = "") -> SapDm:
        address = self.sandbox.url.replace("http://", f"sap-dm+http://{CLIENT_ID}:{secret}@")
        token_url = quote(f"{self.sandbox.url}/oauth/token")
        connector = connect(
            f"{address}?token_url={token_url}&sites={SITE}&call_timeout_s=1&settle_s=2{options}"
        )
        assert isinstance(connector, SapDm)
        return connector

    def new_order(self, *, released: bool = True) -> OrderFacts:
        more = {} if released else {"status": "CRTD"}
        return OrderFacts(
            site_id=SITE,
            order_id=self.sandbox.new_order(PRODUCT, "100", **more),
            operation_id="0010",
            material_id=PRODUCT,
            unit="H87",
            quantity=Decimal(100),
            most=Decimal(110),
            component_id=SHAFT,
            component_unit="H87",
            second_component_id=GREASE,
            second_component_unit="KGM",
            lot_component_id=BEARING,
            lot_id=BEARING_LOT,
            wrong_unit="LTR",
            open_date=TODAY,
            closed_date=date(TODAY.year - 1, 6, 15),
        )

    def inject(self, fault: Fault) -> None:
        if fault == "connection_refused":
            self.sandbox.admin("POST", "/down", {})
        else:
            self.sandbox.faults(*RULES[fault])

    def clear(self) -> None:
        self.sandbox.clear_faults()

    def standing(self, key: str) -> int:
        return self.connector.more(key)

    def booked(self, order: str) -> list[Booked]:
        """Return type, movement and quantity of what is booked for an order, without receipts."""
        return [
            (row["type"], line["movement"], line["quantity"])
            for row in self.sandbox.documents(order=order)
            for line in row["lines"] or [{"movement": "", "quantity": "0"}]
            if line["movement"] != "101"
        ]

    def with_wrong_password(self) -> ErpPort:
        return self.connect(secret="wrong")
