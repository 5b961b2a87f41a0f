"""What is special about IDocs: accepted first, known later; orders that SAP sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from integration.erp_conformance import wait_until
from integration.erp_documents import KINDS, confirmation_of, document_of, issue_of, new_key
from integration.sap_idoc.subject import IdocSubject
from integration.sap_rfc.subject import PRODUCT, SHAFT, SITE

from countersign.erp.documents import GoodsIssueLine, OrderStatusChange
from countersign.erp.errors import (
    BusinessRejection,
    ConfigurationError,
    ContractError,
    OutcomeUnknown,
)
from countersign.erp.registry import connect
from countersign.nouns.quantity import Quantity

DELAY_MS = 300


@pytest.fixture(autouse=True)
def _clear(subject: IdocSubject) -> Iterator[None]:
    subject.clear()
    yield
    subject.clear()
    subject.sandbox.settings(idoc_delay_ms=0)


@pytest.mark.parametrize("kind", KINDS)
def test_an_idoc_is_accepted_until_sap_has_booked_it(subject: IdocSubject, kind: str) -> None:
    subject.sandbox.settings(idoc_delay_ms=DELAY_MS)
    key, document = new_key(), document_of(kind, subject.new_order())
    posted = subject.plain.post(document, key)
    assert (posted.status, subject.standing(key)) == ("accepted", 0)
    waiting = subject.plain.find(key, document)
    assert waiting is not None
    assert (waiting.status, waiting.document_id) == ("accepted", posted.document_id)
    wait_until(lambda: is_posted(subject, key, kind, document), within_s=5)
    assert subject.standing(key) == 1


def is_posted(subject: IdocSubject, key: str, kind: str, document: object) -> bool:
    found = subject.plain.find(key, document)  # type: ignore[arg-type]
    return found is not None and found.status == "posted"


def test_what_sap_could_not_book_is_told_with_its_cause(subject: IdocSubject) -> None:
    key, document = new_key(), issue_of(subject.new_order(), quantity=Decimal(900_000_000))
    subject.plain.post(document, key)
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.known(key, document)
    assert (caught.value.code, caught.value.entity) == ("M7/021", SHAFT)


def test_a_lock_that_sap_meets_later_is_given_to_a_person_and_not_sent_again(
    subject: IdocSubject,
) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    subject.inject("lock")
    subject.plain.post(document, key)
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.known(key, document)
    assert caught.value.code == "CO/469"


def test_an_idoc_that_never_arrived_is_absent_and_one_that_did_is_not(
    subject: IdocSubject,
) -> None:
    subject.sandbox.settings(idoc_delay_ms=DELAY_MS)
    document = document_of("goods_issue", subject.new_order())
    for fault, arrived in (("lost_before_booking", False), ("lost_after_booking", True)):
        key = new_key()
        subject.inject(fault)  # type: ignore[arg-type]
        with pytest.raises(OutcomeUnknown):
            subject.plain.post(document, key)
        assert (subject.plain.find(key, document) is not None) is arrived


def test_the_last_idoc_of_a_key_counts(subject: IdocSubject) -> None:
    facts, key = subject.new_order(), new_key()
    wrong = issue_of(facts, quantity=Decimal(900_000_000))
    subject.plain.post(wrong, key)
    with pytest.raises(BusinessRejection):
        subject.connector.known(key, wrong)
    corrected = issue_of(facts)
    assert subject.connector.post(corrected, key).status == "posted"
    assert subject.standing(key) == 1


def test_what_an_idoc_cannot_carry_is_refused_before_it_is_sent(subject: IdocSubject) -> None:
    facts = subject.new_order()
    line = GoodsIssueLine(SHAFT, Quantity(Decimal(1), "H87"))
    carrying = replace(confirmation_of(facts, Decimal(5)), consumed=(line,))
    for document in (carrying, OrderStatusChange(SITE, facts.order_id, "release")):
        with pytest.raises(ContractError):
            subject.plain.post(document, new_key())


def test_a_preview_is_what_would_be_sent_and_sends_nothing(subject: IdocSubject) -> None:
    key, document = new_key(), document_of("goods_issue", subject.new_order())
    (request,) = subject.plain.preview(document, key)
    assert request.url.endswith("/sap/bc/idoc_xml?sap-client=100")
    assert f"<ARCKEY>{key}</ARCKEY>" in request.body
    assert subject.plain.find(key, document) is None


def test_every_step_of_the_check_passes(subject: IdocSubject) -> None:
    steps = list(subject.plain.check_steps())
    assert steps[-1].name.startswith("EDIDC")
    assert all(step.passed for step in steps)


def test_orders_come_from_what_sap_has_sent(subject: IdocSubject, tmp_path: Path) -> None:
    first, second = subject.new_order().order_id, subject.new_order(released=False).order_id
    connector = subject.connect_idoc(options=f"&inbox={tmp_path}")
    assert list(connector.orders()) == []
    with Receiver(tmp_path) as receiver:
        for orders in ([first, second], [first]):
            subject.sandbox.admin("POST", "/orders/send", {"orders": orders, "url": receiver.url})
        wait_until(lambda: len(list(tmp_path.glob("*.xml"))) == 2, within_s=5)
    (tmp_path / "half.xml").write_text("<LOIPRO01><IDOC", encoding="utf-8")
    (tmp_path / "evil.xml").write_text("<!DOCTYPE x><LOIPRO01/>", encoding="utf-8")
    found = {order.order_id: order for order in connector.orders()}
    by_rfc = {order.order_id: order for order in subject.reader.orders()}
    assert found.keys() == {first, second}
    for number, order in found.items():
        other = by_rfc[number]
        assert (order.material_id, order.quantity) == (PRODUCT, other.quantity)
        assert order.state == other.state
        assert set(order.components) == set(other.components)
        assert order.operations == other.operations
        assert order.planned_end_at == other.planned_end_at
    connector.close()


class Receiver:
    """Takes what SAP sends and puts each body into the folder, as a web server before it would."""

    def __init__(self, folder: Path) -> None:
        taken = iter(range(1000))

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                name = folder / f"{next(taken):04d}"
                name.write_bytes(body)
                name.rename(name.with_suffix(".xml"))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever)
        self.url = f"http://127.0.0.1:{self._server.server_port}/idocs"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "sap-idoc+http://user:secret@127.0.0.1",
        "sap-idoc+http://127.0.0.1?reader=sap-rfc%2Bhttp%3A%2F%2Fu%3Ap%40127.0.0.1",
        "sap-idoc+http://user:secret@127.0.0.1?reader=sap-odata%2Bhttp%3A%2F%2Fu%3Ap%40127.0.0.1",
        "sap-idoc+http://user:secret@127.0.0.1?goods_movements=none"
        "&reader=sap-rfc%2Bhttp%3A%2F%2Fu%3Ap%40127.0.0.1",
    ],
)
def test_an_address_that_cannot_work_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        connect(address)
