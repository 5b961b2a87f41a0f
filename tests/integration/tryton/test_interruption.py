"""A posting that is cut off after any of its calls is finished by reading back, never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Literal, get_args

import pytest
from integration.erp_conformance import (
    OrderFacts,
    confirmation_of,
    document_of,
    issue_of,
    new_key,
    two_line_issue_of,
)
from integration.tryton.subject import TrytonSubject
from tryton_proxy import READING, Plan

from countersign.erp.documents import Document
from countersign.erp.errors import BusinessRejection, OutcomeUnknown, Transient

pytestmark = pytest.mark.timeout(300, func_only=True)  # the plant may have to be built first

LossAtAnyCall = Literal["answer", "call"]

MOST_CALLS = 12
"""More writing calls than any document takes."""

DOCUMENTS: dict[str, tuple[str, Callable[[OrderFacts], Document]]] = {
    "issue to a running order": ("running", two_line_issue_of),
    "issue to an order not begun": ("assigned", two_line_issue_of),
    "partial confirmation": (
        "running",
        lambda order: confirmation_of(order, Decimal(5), scrap=Decimal(1)),
    ),
    "final confirmation": (
        "running",
        lambda order: replace(confirmation_of(order, Decimal(7)), final=True),
    ),
    "scrap report": ("running", lambda order: document_of("scrap_report", order)),
}

EXPECTED: dict[str, dict[tuple[str, str, str], Decimal]] = {
    "issue to a running order": {
        ("input", "GREASE-01", "production"): Decimal(2),
        ("input", "SHAFT-08", "production"): Decimal(3),
    },
    "issue to an order not begun": {
        ("input", "GREASE-01", "production"): Decimal(2),
        ("input", "SHAFT-08", "production"): Decimal(3),
    },
    "partial confirmation": {
        ("output", "GEAR-12", "storage"): Decimal(5),
        ("output", "GEAR-12", "lost_found"): Decimal(1),
    },
    "final confirmation": {("output", "GEAR-12", "storage"): Decimal(7)},
    "scrap report": {},
}


def writing_calls(subject: TrytonSubject) -> list[str]:
    return [call for call in subject.proxy.calls if call.rpartition(".")[2] not in READING]


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("loss", get_args(LossAtAnyCall))
def test_a_connection_that_dies_at_any_call_books_once(
    subject: TrytonSubject, name: str, loss: LossAtAnyCall
) -> None:
    state, make = DOCUMENTS[name]
    lost_at = []
    for nth in range(1, MOST_CALLS):
        order = subject.facts_of(subject.take_order(state))
        document, key = make(order), new_key()
        subject.clear()
        subject.proxy.plan = plan = Plan(loss, nth)
        try:
            result = subject.connector.post(document, key)
        except OutcomeUnknown:
            lost_at.append(nth)
            found = subject.connector.find(key, document)
            result = found or subject.connector.post(document, key)
        assert result.status == "posted"
        assert subject.standing(key) == 1
        assert subject.movements(order.order_id) == EXPECTED[name]
        assert subject.open_movements(order.order_id) == 0
        assert len(list(subject.connector.booked([order.order_id]))) == 1
        if plan.seen < nth:
            break
    assert lost_at == list(range(1, nth)), "each writing call was lost once"
    assert len(lost_at) >= 2, writing_calls(subject)


def test_a_posting_cut_off_twice_is_still_booked_once(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    document = two_line_issue_of(order)
    for nth in (1, 1, 1, 1):
        subject.proxy.plan = Plan("answer", nth)
        with pytest.raises(OutcomeUnknown):
            subject.connector.post(document, key)
    subject.clear()
    assert subject.connector.find(key, document) is not None
    assert subject.standing(key) == 1
    assert subject.movements(order.order_id) == EXPECTED["issue to a running order"]


def test_an_outage_in_the_middle_leaves_the_posting_half_done_and_not_retried(
    subject: TrytonSubject,
) -> None:
    order, key = subject.new_order(), new_key()
    document = two_line_issue_of(order)
    subject.proxy.plan = Plan("lock", 2)
    with pytest.raises(OutcomeUnknown, match="half done"):
        subject.connector.post(document, key)
    assert subject.standing(key) == 0
    found = subject.connector.find(key, document)
    assert found is not None
    assert subject.standing(key) == 1


def test_a_refusal_whose_undoing_is_cut_off_leaves_nothing(subject: TrytonSubject) -> None:
    order, key = subject.new_order(), new_key()
    document = issue_of(order, quantity=Decimal(900_000_000))
    subject.proxy.plan = Plan("answer", 4)
    with pytest.raises(OutcomeUnknown):
        subject.connector.post(document, key)
    subject.clear()
    assert subject.connector.find(key, document) is None
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(document, key)
    assert caught.value.code == "STOCK_DEFICIT"
    assert subject.standing(key) == 0
    assert subject.open_movements(order.order_id) == 0
    assert subject.order_state(order.order_id) == "running"


def test_two_documents_of_one_order_keep_their_own_keys(subject: TrytonSubject) -> None:
    order = subject.new_order()
    keys = [new_key() for _ in range(4)]
    subject.connector.post(issue_of(order, quantity=Decimal(2)), keys[0])
    subject.connector.post(confirmation_of(order, Decimal(5)), keys[1])
    subject.connector.post(issue_of(order, quantity=Decimal(4)), keys[2])
    subject.connector.post(confirmation_of(order, Decimal(6)), keys[3])
    booked = {
        document.key: [line.quantity for line in document.lines]
        for document in subject.connector.booked([order.order_id])
    }
    assert booked == {
        keys[0]: [Decimal(2)],
        keys[1]: [Decimal(5)],
        keys[2]: [Decimal(4)],
        keys[3]: [Decimal(6)],
    }


def test_a_lock_that_someone_else_holds_leaves_it_half_done_until_it_is_free(
    subject: TrytonSubject,
) -> None:
    order, key = subject.new_order(), new_key()
    document = issue_of(order)
    with subject.connection() as other:
        other.execute("SELECT * FROM ir_sequence_strict FOR UPDATE")
        with pytest.raises(OutcomeUnknown, match="half done"):
            subject.connector.post(document, key)
        with pytest.raises(OutcomeUnknown, match="half done"):
            subject.connector.find(key, document)
    assert subject.standing(key) == 0
    assert subject.connector.find(key, document) is not None
    assert subject.standing(key) == 1


def test_the_erp_being_away_is_transient_before_anything_is_written(
    subject: TrytonSubject,
) -> None:
    order, key = subject.new_order(), new_key()
    subject.connector.check()
    subject.plant.stop_server()
    try:
        with pytest.raises(Transient):
            subject.connector.post(issue_of(order), key)
    finally:
        subject.plant.start_server()
    assert subject.connector.post(issue_of(order), key).status == "posted"
    assert subject.standing(key) == 1
