"""Process orders: told from production orders by looking, confirmed by their own service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from integration.erp_documents import confirmation_of, document_of, new_key
from integration.sap_odata.subject import SapSubject

from countersign.erp.errors import BusinessRejection
from countersign.erp.sap_odata import SapOData
from countersign.nouns.quantity import Quantity


@pytest.fixture(scope="module")
def connector(subject: SapSubject) -> Iterator[SapOData]:
    connector = subject.connect(options="&orders=both")
    yield connector
    connector.close()


def test_both_kinds_of_orders_are_confirmed_and_reversed(
    subject: SapSubject, connector: SapOData
) -> None:
    for facts in (subject.new_order(), subject.process_order()):
        document, key = confirmation_of(facts, Decimal(5), scrap=Decimal(1)), new_key()
        posted = connector.post(document, key)
        found = connector.find(key, document)
        assert found is not None
        assert found.document_id == posted.document_id
        (booked,) = connector.booked([facts.order_id])
        assert (booked.key, booked.order_id) == (key, facts.order_id)
        connector.reverse(document, key, posted.document_id)
        assert connector.find(key, document) is None


def test_a_process_order_consumes(subject: SapSubject, connector: SapOData) -> None:
    facts, key = subject.process_order(), new_key()
    assert connector.post(document_of("goods_issue", facts), key).status == "posted"


def test_both_kinds_of_orders_are_read(subject: SapSubject, connector: SapOData) -> None:
    wanted = {subject.new_order().order_id, subject.process_order().order_id}
    assert wanted <= {order.order_id for order in connector.orders()}


def test_rework_of_a_process_order_is_refused_before_it_is_sent(
    subject: SapSubject, connector: SapOData
) -> None:
    document = confirmation_of(subject.process_order(), Decimal(5))
    with pytest.raises(BusinessRejection) as caught:
        connector.post(replace(document, rework_quantity=Quantity(Decimal(1), "H87")), new_key())
    assert caught.value.code == "NO_REWORK"


def test_an_order_of_neither_kind_is_named(connector: SapOData, subject: SapSubject) -> None:
    document = replace(confirmation_of(subject.new_order(), Decimal(5)), order_id="99999999")
    with pytest.raises(BusinessRejection) as caught:
        connector.post(document, new_key())
    assert (caught.value.code, caught.value.entity) == ("ORDER_MISSING", "99999999")
