"""The OData connector with the SAP sandbox, and the means to trouble it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from integration.erp_subject import Fault, OrderFacts, exemptions
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.erp.sap_odata import SapOData

CALL_TIMEOUT_S = 1.0
LATE_MS = 1400
COST_CENTER = "10101301"
SITE = "1010"
PRODUCT, SHAFT, GREASE, BEARING, BEARING_LOT = (
    "GEAR-12",
    "SHAFT-08",
    "GREASE-01",
    "BEARING-6201",
    "B-2026-11",
)
TODAY = datetime.now(UTC).date()

RULES: dict[str, list[dict[str, Any]]] = {
    "lock": [{"fault": "lock", "next": 1}],
    "rate_limit": [{"fault": "rate_limit", "next": 1, "retry_after_s": 7}],
    "unavailable": [{"fault": "unavailable", "next": 1}],
    "lost_before_booking": [{"fault": "drop_before", "calls": ["post"], "next": 1}],
    "lost_after_booking": [{"fault": "drop_after", "calls": ["post"], "next": 1}],
    "lost_in_answer": [{"fault": "drop_mid", "calls": ["post"], "next": 1}],
    "late_booking": [{"fault": "late", "calls": ["post"], "next": 1, "latency_ms": LATE_MS}],
    "html_answer": [{"fault": "html_after", "calls": ["post"], "next": 1}],
    "expired_session": [{"fault": "csrf_expired", "calls": ["post"], "next": 1}],
    "lost_after_reversal": [{"fault": "drop_after", "next": 1, "calls": ["reverse"]}],
}


class SapSubject:
    """The connector under test; each order is fresh."""

    exempt = exemptions("countersign.erp.sap_odata")

    def __init__(self, sandbox: SapSandboxProcess) -> None:
        self.sandbox = sandbox
        sandbox.seed({"movement_reasons": [{"movement_type": "552", "reason": "DIM"}]})
        self.connector = self.connect()

    def connect(self, *, password: str = PASSWORD, options: str = "") -> SapOData:
        address = self.sandbox.url.replace("http://", f"sap-odata+http://{USER}:{password}@")
        connector = connect(
            f"{address}?client=100&call_timeout_s={CALL_TIMEOUT_S}&settle_s=4"
            f"&scrap_cost_center={COST_CENTER}{options}"
        )
        assert isinstance(connector, SapOData)
        return connector

    def new_order(self, *, released: bool = True) -> OrderFacts:
        more = {} if released else {"status": "CRTD"}
        return self._facts(self.sandbox.new_order(PRODUCT, "100", **more))

    def backflushing_order(self) -> OrderFacts:
        """Make an order whose one component SAP takes from stock by itself."""
        component = {
            "material": SHAFT,
            "quantity": "200",
            "unit": "PC",
            "storage_location": "101A",
            "backflush": True,
        }
        return self._facts(self.sandbox.new_order(PRODUCT, "100", components=[component]))

    def process_order(self) -> OrderFacts:
        return self._facts(self.sandbox.new_order(PRODUCT, "100", category="process"))

    def _facts(self, number: str) -> OrderFacts:
        return OrderFacts(
            site_id=SITE,
            order_id=number,
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
        references = (str(guid_of(key)), reference_of(key))
        rows = [row for name in references for row in self.sandbox.documents(reference=name)]
        return sum(not (row["is_reversal"] or row["reversed"]) for row in rows)

    def with_wrong_password(self) -> ErpPort:
        return self.connect(password="wrong")
