"""What Digital Manufacturing gets of each document, and who decides what is unsure."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import quote

import pytest
from integration.erp_documents import confirmation_of, issue_of, new_key, two_line_issue_of
from integration.erp_subject import Fault
from integration.sap_dm.subject import BEARING, BEARING_LOT, PRODUCT, SITE, TODAY, DmSubject
from sap_sandbox_process import PASSWORD, USER

from countersign.erp.documents import GoodsIssue, GoodsIssueLine, ScrapReport
from countersign.erp.errors import BusinessRejection, ConfigurationError, OutcomeUnknown, Transient
from countersign.erp.registry import connect
from countersign.nouns.quantity import Quantity


def pieces(count: str) -> Quantity:
    return Quantity(Decimal(count), "H87")


@pytest.mark.parametrize(
    "fault", ["lost_before_booking", "lost_after_booking", "lost_in_answer", "html_answer"]
)
def test_a_lost_answer_is_for_a_person_and_never_sent_again(
    subject: DmSubject, fault: Fault
) -> None:
    facts, key = subject.new_order(), new_key()
    document = confirmation_of(facts, Decimal(5))
    subject.connector.orders()
    subject.inject(fault)
    with pytest.raises(OutcomeUnknown):
        subject.connector.post(document, key)
    subject.clear()
    assert not subject.connector.capabilities().searchable_key
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.find(key, document)
    assert facts.order_id in caught.value.text


def test_a_confirmation_brings_quantities_reason_and_times(subject: DmSubject) -> None:
    facts, key = subject.new_order(), new_key()
    connector = subject.connect(options="&activity_ids=machine:MACH,labor:LABR")
    document = replace(
        confirmation_of(facts, Decimal("12.5"), scrap=Decimal(2)),
        scrap_reason_code="DIM",
        machine_time=Quantity(Decimal("30.25"), "MIN"),
        labor_time=Quantity(Decimal(1), "HUR"),
    )
    connector.post(document, key)
    connector.close()
    assert subject.booked(facts.order_id) == [
        ("production confirmation", "", "0"),
        ("production confirmation", "yield", "12.5"),
        ("production confirmation", "scrap", "2"),
    ]


def test_a_time_without_an_activity_is_told_and_not_sent(subject: DmSubject) -> None:
    facts = subject.new_order()
    document = replace(confirmation_of(facts, Decimal(5)), machine_time=Quantity(Decimal(3), "MIN"))
    (request,) = subject.connector.preview(document, new_key())
    assert "machine" in request.note
    assert "machine" in subject.connector.post(document, new_key()).text


def test_a_final_report_without_quantities_ends_the_operation(subject: DmSubject) -> None:
    facts = subject.new_order()
    subject.connector.post(replace(confirmation_of(facts, Decimal(0)), final=True), new_key())
    with pytest.raises(BusinessRejection):
        subject.connector.post(confirmation_of(facts, Decimal(1)), new_key())


def test_scrap_of_the_product_is_confirmed_and_of_a_component_issued(subject: DmSubject) -> None:
    facts = subject.new_order()
    for material in (PRODUCT, facts.component_id):
        scrap = ScrapReport(SITE, facts.order_id, "0010", material, pieces("3"), TODAY, "DIM")
        subject.connector.post(scrap, new_key())
    assert subject.booked(facts.order_id) == [
        ("production confirmation", "scrap", "3"),
        ("material document", "261", "3"),
    ]


def test_a_lot_is_taken_from_its_inventory(subject: DmSubject) -> None:
    facts = subject.new_order()
    line = GoodsIssueLine(BEARING, pieces("4"), BEARING_LOT)
    subject.connector.post(GoodsIssue(SITE, facts.order_id, "0010", TODAY, (line,)), new_key())
    assert subject.booked(facts.order_id) == [("material document", "261", "4")]


def test_a_lot_that_lies_nowhere_is_named(subject: DmSubject) -> None:
    facts = subject.new_order()
    line = GoodsIssueLine(BEARING, pieces("4"), "NO-SUCH")
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(GoodsIssue(SITE, facts.order_id, "0010", TODAY, (line,)), new_key())
    assert caught.value.field == "lot_id"
    assert "NO-SUCH" in caught.value.text


def test_a_half_booked_issue_tells_a_person_what_is_booked_and_what_is_not(
    subject: DmSubject,
) -> None:
    facts = subject.new_order()
    first, second = two_line_issue_of(facts).lines
    lines = (first, replace(second, material_id="NO-SUCH-MATERIAL"))
    document = GoodsIssue(SITE, facts.order_id, "0010", TODAY, lines)
    with pytest.raises(OutcomeUnknown) as caught:
        subject.connector.post(document, new_key())
    assert f"Booked: material {facts.component_id}." in caught.value.text
    assert "Not booked: material NO-SUCH-MATERIAL" in caught.value.text
    assert len(subject.booked(facts.order_id)) == 1


def test_a_read_that_fails_before_anything_is_sent_is_tried_again(subject: DmSubject) -> None:
    facts = subject.new_order()
    subject.sandbox.faults({"fault": "drop_before", "calls": ["read"], "next": 1})
    with pytest.raises(Transient):
        subject.connector.post(issue_of(facts), new_key())
    subject.clear()
    assert subject.booked(facts.order_id) == []


def test_a_preview_shows_every_request_and_books_nothing(subject: DmSubject) -> None:
    facts = subject.new_order()
    first, second = subject.connector.preview(two_line_issue_of(facts), new_key())
    assert first.url.endswith("/processorder/v1/goodsissue")
    assert json.loads(second.body)["quantity"] == 3
    assert subject.booked(facts.order_id) == []


def test_the_check_tells_each_step(subject: DmSubject) -> None:
    steps = list(subject.connector.check_steps())
    assert [step.name for step in steps if not step.passed] == []
    assert len(steps) == 5


def test_where_digital_manufacturing_confirms_nobody_else_does(subject: DmSubject) -> None:
    facts = subject.new_order()
    address = subject.sandbox.url.replace("http://", f"sap-odata+http://{USER}:{PASSWORD}@")
    s4 = connect(f"{address}?client=100&confirmed_by=dm")
    with pytest.raises(BusinessRejection) as caught:
        s4.post(confirmation_of(facts, Decimal(5)), new_key())
    assert caught.value.code == "DM_CONFIRMS"
    assert subject.booked(facts.order_id) == []


def test_prices_come_from_an_s4_that_is_only_read(subject: DmSubject) -> None:
    address = subject.sandbox.url.replace("http://", f"sap-odata+http://{USER}:{PASSWORD}@")
    s4 = quote(f"{address}?client=100&confirmed_by=dm")
    connector = subject.connect(options=f"&s4={s4}")
    prices = {material.material_id: material.price for material in connector.materials()}
    connector.close()
    assert prices[PRODUCT] == Decimal("61.00")


@pytest.mark.parametrize(
    "address",
    [
        "sap-dm+https://c:s@api.example?token_url=https://t.example&sites=1"
        "&s4=sap-odata%2Bhttps%3A%2F%2Fu%3Ap%40s4.example",
        "sap-dm+https://client:secret@api.example?sites=1010",
        "sap-dm+https://client:secret@api.example?token_url=https://token.example",
        "sap-dm+https://api.example?token_url=https://token.example&sites=1010",
        "sap-dm+https://c:s@api.example?token_url=https://t.example&sites=1&activity_ids=idle:X",
    ],
)
def test_an_address_that_lacks_something_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(address)
    assert caught.value.code == "ERP_ADDRESS"
