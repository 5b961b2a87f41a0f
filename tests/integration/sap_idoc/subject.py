"""The IDoc connector with the SAP sandbox, and the means to trouble it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from integration.erp_subject import Fault, exemptions
from integration.sap_rfc.subject import CALL_TIMEOUT_S, COST_CENTER, LATE_MS, RfcSubject
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

from countersign.erp.documents import Document
from countersign.erp.errors import BusinessRejection
from countersign.erp.port import ErpPort, PostResult
from countersign.erp.registry import connect
from countersign.erp.sap_idoc import SapIdoc

PROCESSED_WITHIN_S = 5

RULES: dict[str, dict[str, Any]] = {
    "rate_limit": {"fault": "rate_limit", "calls": ["idoc"], "retry_after_s": 7},
    "unavailable": {"fault": "unavailable", "calls": ["idoc"]},
    "lost_before_booking": {"fault": "drop_before", "calls": ["idoc"]},
    "lost_after_booking": {"fault": "drop_after", "calls": ["idoc"]},
    "lost_in_answer": {"fault": "drop_mid", "calls": ["idoc"]},
    "late_booking": {"fault": "late", "calls": ["idoc"], "latency_ms": LATE_MS},
    "html_answer": {"fault": "html_after", "calls": ["idoc"]},
    "lost_after_reversal": {"fault": "drop_after", "calls": ["commit"]},
}


class Patient:
    """The connector as the worker uses it: what is accepted is looked up until it is known."""

    def __init__(self, connector: SapIdoc) -> None:
        self.connector = connector

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connector, name)

    def post(
        self, document: Document, key: str, approved_warnings: Sequence[str] = ()
    ) -> PostResult:
        result = self.connector.post(document, key, approved_warnings)
        return self.known(key, document) if result.status == "accepted" else result

    def find(self, key: str, document: Document) -> PostResult | None:
        """Return nothing for what SAP has refused, as the worker keeps it after a rejection."""
        try:
            if self.connector.find(key, document) is None:
                return None
            return self.known(key, document)
        except BusinessRejection:
            return None

    def known(self, key: str, document: Document) -> PostResult:
        """Wait for the outcome of an IDoc."""
        deadline = time.monotonic() + PROCESSED_WITHIN_S
        while True:
            found = self.connector.find(key, document)
            if found is not None and found.status != "accepted":
                return found
            assert time.monotonic() < deadline, "SAP has not processed the IDoc"


class IdocSubject(RfcSubject):
    """The connector under test; each order is fresh."""

    exempt = exemptions("countersign.erp.sap_idoc")

    def __init__(self, sandbox: SapSandboxProcess, codes: Path) -> None:
        super().__init__(sandbox, codes)
        self.reader = self.connector
        self.plain = self.connect_idoc()
        self.connector = Patient(self.plain)  # type: ignore[assignment]

    def connect_idoc(self, *, password: str = PASSWORD, options: str = "") -> SapIdoc:
        login = f"{USER}:{password}@"
        reader = self.sandbox.url.replace("http://", f"sap-rfc+http://{login}") + "?client=100"
        address = self.sandbox.url.replace("http://", f"sap-idoc+http://{login}")
        connector = connect(
            f"{address}?client=100&call_timeout_s={CALL_TIMEOUT_S}&settle_s=4"
            f"&scrap_cost_center={COST_CENTER}&codes={self._codes}"
            f"&reader={quote(reader, safe='')}{options}"
        )
        assert isinstance(connector, SapIdoc)
        return connector

    def inject(self, fault: Fault) -> None:
        if fault in RULES:
            self.sandbox.faults({**RULES[fault], "next": 1})
        else:
            super().inject(fault)

    def with_wrong_password(self) -> ErpPort:
        return self.connect_idoc(password="wrong")
