"""The RFC connector with the SAP sandbox, and the means to trouble it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from integration.erp_subject import Fault, OrderFacts, exemptions
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

from countersign.erp.port import ErpPort
from countersign.erp.registry import connect
from countersign.erp.sap_rfc import SapRfc

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

RULES: dict[str, dict[str, Any]] = {
    "unavailable": {"fault": "unavailable", "calls": ["rfc"]},
    "lost_before_booking": {"fault": "drop_before", "calls": ["commit"]},
    "lost_after_booking": {"fault": "drop_after", "calls": ["commit"]},
    "lost_in_answer": {"fault": "drop_mid", "calls": ["commit"]},
    "late_booking": {"fault": "late", "calls": ["commit"], "latency_ms": LATE_MS},
    "html_answer": {"fault": "html_after", "calls": ["commit"]},
    "lost_after_reversal": {"fault": "drop_after", "calls": ["commit"]},
}


class RfcSubject:
    """The connector under test; each order is fresh."""

    exempt = exemptions("countersign.erp.sap_rfc")

    def __init__(self, sandbox: SapSandboxProcess, codes: Path) -> None:
        codes.write_text("kind,ours,sap,verified\nmovement_reason,DIM,0021,no\n", encoding="utf-8")
        self._codes = codes
        self.sandbox = sandbox
        reasons = [{"movement_type": name, "reason": "21"} for name in ("551", "552")]
        sandbox.seed({"movement_reasons": reasons})
        self._last_order = ""
        self._locked = ""
        self.connector = self.connect()

    def connect(self, *, password: str = PASSWORD, options: str = "") -> SapRfc:
        address = self.sandbox.url.replace("http://", f"sap-rfc+http://{USER}:{password}@")
        connector = connect(
            f"{address}?client=100&call_timeout_s={CALL_TIMEOUT_S}&settle_s=4"
            f"&scrap_cost_center={COST_CENTER}&codes={self._codes}{options}"
        )
        assert isinstance(connector, SapRfc)
        return connector

    def new_order(self, *, released: bool = True) -> OrderFacts:
        more = {} if released else {"status": "CRTD"}
        return self._facts(self.sandbox.new_order(PRODUCT, "100", **more))

    def backflushing_order(self, storage_location: str) -> OrderFacts:
        """Make an order whose one component SAP takes from a storage location by itself."""
        component = {
            "material": SHAFT,
            "quantity": "200",
            "unit": "PC",
            "storage_location": storage_location,
            "backflush": True,
        }
        return self._facts(self.sandbox.new_order(PRODUCT, "100", components=[component]))

    def _facts(self, number: str) -> OrderFacts:
        self._last_order = number
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
        """Trouble SAP; a session ends for SAP when it is started anew."""
        if fault == "connection_refused":
            self.sandbox.admin("POST", "/down", {})
        elif fault == "lock":
            self._locked = self._last_order
            self.sandbox.lock("order", self._locked)
        elif fault == "expired_session":
            self.sandbox.stop()
            self.sandbox.start()
        else:
            self.sandbox.faults({**RULES[fault], "next": 1})

    def clear(self) -> None:
        self.sandbox.clear_faults()
        if self._locked:
            self.sandbox.unlock("order", self._locked)
            self._locked = ""

    def standing(self, key: str) -> int:
        """Count what stands under a key, which begins the text of every document."""
        rows = [row for row in self.sandbox.documents() if row["text"].startswith(key)]
        return sum(not (row["is_reversal"] or row["reversed"]) for row in rows)

    def with_wrong_password(self) -> ErpPort:
        return self.connect(password="wrong")
