"""The connector of the sandbox ERP keeps every rule, and reads its own failures right."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from integration.erp_conformance import ErpConformance
from integration.erp_documents import document_of, new_key, two_line_issue_of
from integration.erp_subject import Fault, OrderFacts, exemptions
from sandbox_plant import (
    CLOSED_DATE,
    OPEN_DATE,
    POWDER,
    PRODUCT,
    RESIN,
    RESIN_LOT,
    SCREW,
    SITE,
    order_row,
)
from sandbox_process import PASSWORD, SandboxProcess

from countersign.erp import registry
from countersign.erp.demo_erp import DemoErp
from countersign.erp.errors import ConfigurationError, ErpError, OutcomeUnknown, Transient
from countersign.erp.port import ErpPort

CALL_TIMEOUT_S = 0.5
LATE_MS = 700
OPTIONS = f"?call_timeout_s={CALL_TIMEOUT_S}&settle_s=3"

RULES: dict[str, list[dict[str, object]]] = {
    "lock": [{"fault": "lock", "next": 1}],
    "rate_limit": [{"fault": "rate_limit", "next": 1, "retry_after_s": 7}],
    "unavailable": [{"fault": "unavailable", "next": 1}],
    "lost_before_booking": [{"fault": "drop_before", "next": 1}],
    "lost_after_booking": [{"fault": "drop_after", "next": 1}],
    "lost_in_answer": [{"fault": "drop_mid", "next": 1}],
    "late_booking": [{"fault": "late", "next": 1, "latency_ms": LATE_MS}],
    "html_answer": [{"fault": "html_after", "next": 1}],
    "expired_session": [{"fault": "token_expired", "next": 1}],
    "partial_success": [{"fault": "partial", "next": 1}],
    "refused_after_partial_success": [
        {"fault": "partial", "next": 1},
        {"fault": "item_unknown", "next": 1},
    ],
    "lost_after_reversal": [{"fault": "drop_after", "next": 1, "calls": ["storno"]}],
}


class SandboxSubject:
    """The sandbox connector with its ERP."""

    exempt = exemptions("countersign.erp.demo_erp")

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.connector = _connect(sandbox.url + OPTIONS)
        self._numbers = itertools.count(1000001)
        self._opened = [self.connector]

    def new_order(self, *, released: bool = True) -> OrderFacts:
        number = str(next(self._numbers))
        status = "RELEASED" if released else "PLANNED"
        self.sandbox.seed({"orders": [order_row(number, status=status)]})
        return OrderFacts(
            site_id=SITE,
            order_id=number,
            operation_id="0020",
            material_id=PRODUCT,
            unit="H87",
            quantity=Decimal(100),
            most=Decimal(105),
            component_id=POWDER,
            component_unit="KGM",
            second_component_id=SCREW,
            second_component_unit="H87",
            lot_component_id=RESIN,
            lot_id=RESIN_LOT,
            wrong_unit="LTR",
            open_date=date.fromisoformat(OPEN_DATE),
            closed_date=date.fromisoformat(CLOSED_DATE),
        )

    def inject(self, fault: Fault) -> None:
        if fault == "connection_refused":
            self.sandbox.go_down()
        else:
            self.sandbox.faults(*RULES[fault])

    def clear(self) -> None:
        self.sandbox.clear_faults()

    def standing(self, key: str) -> int:
        rows = self.sandbox.documents(ref=key)
        return sum(row["type"] != "STORNO" and row["reversed_by"] is None for row in rows)

    def with_wrong_password(self) -> ErpPort:
        connector = _connect(self.sandbox.url.replace(PASSWORD, "wrong"))
        self._opened.append(connector)
        return connector

    def close(self) -> None:
        for connector in self._opened:
            connector.close()


@pytest.fixture(scope="module")
def subject(sandbox: SandboxProcess) -> Iterator[SandboxSubject]:
    subject = SandboxSubject(sandbox)
    yield subject
    subject.close()


class TestDemoErp(ErpConformance):
    """Every rule of the suite."""


@pytest.mark.parametrize(
    ("fault", "verdict", "is_booked"),
    [
        ("html_before", OutcomeUnknown, False),
        ("gateway_timeout", OutcomeUnknown, True),
        ("forbidden", ConfigurationError, False),
        ("period_closed", ErpError, False),
        ("uom_mismatch", ErpError, False),
    ],
)
def test_an_injected_fault_gets_its_verdict(
    subject: SandboxSubject, fault: str, verdict: type[ErpError], is_booked: bool
) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.sandbox.faults({"fault": fault, "next": 1})
    with pytest.raises(verdict):
        subject.connector.post(document, key)
    subject.clear()
    assert subject.standing(key) == int(is_booked)


def test_a_slow_answer_beyond_the_time_out_is_unknown_though_booked(
    subject: SandboxSubject,
) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.sandbox.faults({"fault": "slow", "next": 1, "latency_ms": LATE_MS})
    with pytest.raises(OutcomeUnknown):
        subject.connector.post(document, key)
    assert subject.connector.find(key, document) is not None


def test_a_rest_that_cannot_be_posted_now_is_finished_by_reading_back(
    subject: SandboxSubject,
) -> None:
    key, document = new_key(), two_line_issue_of(subject.new_order())
    subject.sandbox.faults({"fault": "partial", "next": 1}, {"fault": "lock", "next": 1})
    with pytest.raises(OutcomeUnknown, match="1 of 2 lines"):
        subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert found is not None
    assert subject.standing(key) == 2
    assert subject.sandbox.doubles() == []


def test_threads_share_one_login(sandbox: SandboxProcess, subject: SandboxSubject) -> None:
    logins = sandbox.statistics().get("login done", 0)
    connector = _connect(sandbox.url)
    try:
        for _ in range(3):
            connector.check()
    finally:
        connector.close()
    assert sandbox.statistics()["login done"] == logins + 1


def test_a_login_that_gets_no_answer_is_transient(sandbox: SandboxProcess) -> None:
    connector = _connect(sandbox.url)
    sandbox.faults({"fault": "drop_before", "calls": ["login"], "next": 1})
    try:
        with pytest.raises(Transient):
            connector.check()
    finally:
        connector.close()
        sandbox.clear_faults()


def test_many_orders_come_page_by_page(subject: SandboxSubject) -> None:
    numbers = [str(number) for number in range(2_000_000, 2_001_201)]
    subject.sandbox.seed({"orders": [order_row(number) for number in numbers]})
    read = [order.order_id for order in subject.connector.orders()]
    assert len(read) == len(set(read))
    assert set(numbers) <= set(read)


def _connect(url: str) -> DemoErp:
    connector = registry.connect(url)
    assert isinstance(connector, DemoErp)
    return connector
