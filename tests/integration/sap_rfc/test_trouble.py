"""What can go wrong at each step of a posting, and the state it ends in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.erp_documents import KINDS, document_of, issue_of, new_key
from integration.sap_rfc.subject import LATE_MS, SHAFT, SITE, RfcSubject

from countersign.erp.errors import (
    BusinessRejection,
    ErpError,
    OutcomeUnknown,
    Transient,
)

EMPTY = "101B"
"""A storage location without the component."""

STEPS: list[tuple[str, str, type[ErpError], bool]] = [
    ("rfc", "drop_before", OutcomeUnknown, False),
    ("rfc", "drop_after", OutcomeUnknown, False),
    ("rfc", "drop_mid", OutcomeUnknown, False),
    ("rfc", "slow", OutcomeUnknown, False),
    ("rfc", "unavailable", Transient, False),
    ("commit", "drop_before", OutcomeUnknown, False),
    ("commit", "drop_after", OutcomeUnknown, True),
    ("commit", "drop_mid", OutcomeUnknown, True),
    ("commit", "html_after", OutcomeUnknown, True),
    ("commit", "slow", OutcomeUnknown, True),
    ("commit", "unavailable", Transient, False),
]


@pytest.fixture(autouse=True)
def _clear(subject: RfcSubject) -> Iterator[None]:
    subject.clear()
    yield
    subject.clear()


@pytest.mark.parametrize(("call", "fault", "verdict", "is_booked"), STEPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_a_step_gets_its_verdict(
    subject: RfcSubject,
    kind: str,
    call: str,
    fault: str,
    verdict: type[ErpError],
    is_booked: bool,
) -> None:
    key, facts = new_key(), subject.new_order()
    document = document_of(kind, facts)
    subject.connector.post(document, new_key())
    subject.sandbox.faults({"fault": fault, "calls": [call], "next": 1, "latency_ms": LATE_MS})
    with pytest.raises(verdict):
        subject.connector.post(document, key)
    subject.clear()
    found = subject.connector.find(key, document)
    assert (found is not None) == is_booked == bool(subject.standing(key))
    if not is_booked:
        assert subject.connector.post(document, key).status == "posted"
    assert subject.standing(key) == 1


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "html_after"])
def test_a_search_survives_a_session_that_ended_and_fails_when_sap_does(
    subject: RfcSubject, fault: str
) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.connector.post(document, key)
    subject.sandbox.faults({"fault": fault, "calls": ["rfc"], "next": 1})
    assert subject.connector.find(key, document) is not None
    subject.sandbox.faults({"fault": fault, "calls": ["rfc"], "next": 5})
    with pytest.raises(Transient):
        subject.connector.find(key, document)


def test_a_lock_of_another_user_is_told_with_the_order(subject: RfcSubject) -> None:
    document = document_of("production_confirmation", subject.new_order())
    subject.inject("lock")
    with pytest.raises(Transient) as caught:
        subject.connector.post(document, new_key())
    assert caught.value.entity == document.order_id


def test_a_refused_document_leaves_no_lock_and_nothing_to_commit(subject: RfcSubject) -> None:
    facts, key = subject.new_order(), new_key()
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(issue_of(facts, posting_date=facts.closed_date), new_key())
    assert caught.value.field == "posting_date"
    subject.connector.post(document_of("production_confirmation", facts), key)
    (booked,) = subject.connector.booked([facts.order_id])
    assert booked.key == key


def test_a_confirmation_whose_goods_hang_in_cogi_is_never_confirmed_again(
    subject: RfcSubject,
) -> None:
    facts, key = subject.backflushing_order(EMPTY), new_key()
    document = document_of("production_confirmation", facts)
    with pytest.raises(OutcomeUnknown) as pending:
        subject.connector.post(document, key)
    assert pending.value.code == "MOVEMENT_PENDING"
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.find(key, document)
    assert (caught.value.code, caught.value.entity) == ("COGI", SHAFT)
    assert subject.standing(key) == 1
    place = {"material": SHAFT, "plant": SITE, "storage_location": EMPTY}
    subject.sandbox.seed({"stock": [{**place, "stock_type": "01", "quantity": "500"}]})
    subject.sandbox.admin("POST", "/cogi/process", {})
    found = subject.connector.find(key, document)
    assert found is not None
    assert subject.standing(key) == 1


def test_a_backflush_that_works_is_posted_at_once(subject: RfcSubject) -> None:
    facts, key = subject.backflushing_order("101A"), new_key()
    document = document_of("production_confirmation", facts)
    assert subject.connector.post(document, key).status == "posted"
    (booked,) = subject.connector.booked([facts.order_id])
    assert SHAFT in {line.material_id for line in booked.lines if line.movement == "consumed"}


def test_a_function_without_an_answer_is_executed_once(subject: RfcSubject) -> None:
    order, key = subject.new_order(released=False).order_id, new_key()
    row = {"ORDER_NUMBER": order.zfill(12)}
    for _ in range(2):
        sent = subject.connector.submit("BAPI_PRODORD_RELEASE", {"ORDERS": [row]}, key)
        assert sent.status == "accepted"
    (found,) = [one for one in subject.connector.orders() if one.order_id == order]
    assert found.state == "released"
