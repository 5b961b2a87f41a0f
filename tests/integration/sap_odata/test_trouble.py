"""What can go wrong at each step of a posting, and the state it ends in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from integration.erp_documents import KINDS, document_of, new_key
from integration.sap_odata.subject import LATE_MS, SHAFT, SapSubject

from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ErpError,
    OutcomeUnknown,
    Transient,
)

STEPS: list[tuple[str, str, type[ErpError], bool]] = [
    ("csrf", "drop_before", Transient, False),
    ("csrf", "drop_after", Transient, False),
    ("csrf", "html_before", Transient, False),
    ("csrf", "slow", Transient, False),
    ("csrf", "rate_limit", Transient, False),
    ("csrf", "unavailable", Transient, False),
    ("csrf", "server_error", Transient, False),
    ("csrf", "forbidden", ConfigurationError, False),
    ("post", "drop_before", OutcomeUnknown, False),
    ("post", "html_before", OutcomeUnknown, False),
    ("post", "server_error", OutcomeUnknown, False),
    ("post", "drop_after", OutcomeUnknown, True),
    ("post", "drop_mid", OutcomeUnknown, True),
    ("post", "html_after", OutcomeUnknown, True),
    ("post", "gateway_timeout", OutcomeUnknown, True),
    ("post", "server_error_after", OutcomeUnknown, True),
    ("post", "slow", OutcomeUnknown, True),
    ("post", "rate_limit", Transient, False),
    ("post", "unavailable", Transient, False),
    ("post", "lock", Transient, False),
    ("post", "forbidden", ConfigurationError, False),
    ("post", "period_closed", BusinessRejection, False),
    ("post", "stock_deficit", BusinessRejection, False),
    ("post", "material_unknown", BusinessRejection, False),
    ("post", "unit_wrong", BusinessRejection, False),
]


@pytest.fixture(autouse=True)
def _clear(subject: SapSubject) -> Any:
    subject.clear()
    yield
    subject.clear()


@pytest.mark.parametrize(("call", "fault", "verdict", "is_booked"), STEPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_a_step_gets_its_verdict(
    subject: SapSubject,
    kind: str,
    call: str,
    fault: str,
    verdict: type[ErpError],
    is_booked: bool,
) -> None:
    connector = subject.connect()
    key, document = new_key(), document_of(kind, subject.new_order())
    list(subject.connector.booked([document.order_id]))
    subject.sandbox.faults(
        {"fault": fault, "calls": [call], "next": 1, "latency_ms": LATE_MS, "retry_after_s": 1}
    )
    try:
        with pytest.raises(verdict):
            connector.post(document, key)
        subject.clear()
        found = connector.find(key, document)
        assert (found is not None) == is_booked == bool(subject.standing(key))
    finally:
        connector.close()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "html_before", "server_error"])
def test_a_search_that_fails_is_tried_again(subject: SapSubject, fault: str) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.connector.post(document, key)
    subject.sandbox.faults({"fault": fault, "calls": ["find", "read"], "next": 1})
    with pytest.raises(Transient):
        subject.connector.find(key, document)
    assert subject.connector.find(key, document) is not None


def test_a_lock_of_another_user_is_told_with_the_order(subject: SapSubject) -> None:
    document = document_of("production_confirmation", subject.new_order())
    subject.sandbox.lock("order", document.order_id)
    try:
        with pytest.raises(Transient) as caught:
            subject.connector.post(document, new_key())
    finally:
        subject.sandbox.unlock("order", document.order_id)
    assert caught.value.entity == document.order_id
    assert document.order_id in caught.value.text


def test_a_confirmation_whose_goods_hang_in_cogi_is_never_confirmed_again(
    subject: SapSubject,
) -> None:
    facts, key = subject.backflushing_order(), new_key()
    document = document_of("production_confirmation", facts)
    subject.sandbox.faults({"fault": "cogi", "next": 1})
    with pytest.raises(OutcomeUnknown) as pending:
        subject.connector.post(document, key)
    assert pending.value.code == "MOVEMENT_PENDING"
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.find(key, document)
    assert (caught.value.code, caught.value.entity) == ("COGI", SHAFT)
    assert "COGI" in caught.value.text
    assert subject.standing(key) == 1
    subject.clear()
    subject.sandbox.admin("POST", "/cogi/process", {})
    found = subject.connector.find(key, document)
    assert found is not None
    assert subject.standing(key) == 1


def test_a_backflush_that_works_is_posted_at_once(subject: SapSubject) -> None:
    facts, key = subject.backflushing_order(), new_key()
    document = document_of("production_confirmation", facts)
    assert subject.connector.post(document, key).status == "posted"
    (booked,) = subject.connector.booked([facts.order_id])
    assert SHAFT in {line.material_id for line in booked.lines if line.movement == "consumed"}


def test_codes_without_a_slash_and_messages_in_a_list_are_understood(subject: SapSubject) -> None:
    subject.sandbox.settings(code_style="M7021", message_style="array", error_targets=False)
    try:
        document = document_of("goods_issue", subject.new_order())
        line = replace(document.lines[0], material_id="NO-SUCH-MATERIAL")  # type: ignore[union-attr]
        with pytest.raises(BusinessRejection) as caught:
            subject.connector.post(replace(document, lines=(line,)), new_key())  # type: ignore[call-arg]
    finally:
        subject.sandbox.settings(code_style="M7/021", message_style="object", error_targets=True)
    assert (caught.value.entity, caught.value.field) == ("NO-SUCH-MATERIAL", "material_id")


def test_a_remark_of_sap_stands_in_the_result(subject: SapSubject) -> None:
    subject.sandbox.settings(overdelivery="warning")
    try:
        facts = subject.new_order()
        document = document_of("production_confirmation", facts)
        much = replace(document.yield_quantity, value=facts.most + 5)  # type: ignore[union-attr]
        posted = subject.connector.post(replace(document, yield_quantity=much), new_key())  # type: ignore[call-arg]
    finally:
        subject.sandbox.settings(overdelivery="error")
    assert posted.status == "posted"
    assert posted.text


def test_an_order_stays_open_for_goods_after_its_final_confirmation(subject: SapSubject) -> None:
    facts = subject.new_order()
    document = document_of("production_confirmation", facts)
    subject.connector.post(replace(document, final=True), new_key())  # type: ignore[call-arg]
    assert subject.connector.post(document_of("goods_issue", facts), new_key()).status == "posted"
