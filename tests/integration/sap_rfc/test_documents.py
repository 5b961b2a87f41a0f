"""Every kind of document that SAP takes by BAPI: posted, found again, and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from integration.erp_documents import confirmation_of, document_of, new_key
from integration.erp_subject import OrderFacts
from integration.sap_rfc.subject import (
    BEARING,
    BEARING_LOT,
    COST_CENTER,
    PRODUCT,
    SHAFT,
    SITE,
    TODAY,
    RfcSubject,
)

from countersign.erp.documents import (
    DemandLine,
    Document,
    GoodsIssueLine,
    GoodsMovement,
    GoodsMovementLine,
    JournalEntry,
    JournalLine,
    OrderStatusChange,
    PurchaseRequisition,
    QualityNotification,
    Reservation,
    ScrapReport,
)
from countersign.erp.errors import BusinessRejection, ConfigurationError, ContractError
from countersign.erp.sap_rfc.journal import CHECKED
from countersign.erp.sap_rfc.signatures import require_valid
from countersign.nouns.quantity import Quantity

PLACE = "101A"


def pieces(count: int) -> Quantity:
    return Quantity(Decimal(count), "H87")


def moved(movement: str, material: str, count: int, order: str | None, **more: str) -> Document:
    line = GoodsMovementLine(material, pieces(count), **{"storage_location": PLACE, **more})
    return GoodsMovement(SITE, movement, TODAY, (line,), production_order_id=order)  # type: ignore[arg-type]


MOVED: dict[str, Callable[[str], Document]] = {
    "receipt": lambda order: moved("receipt_from_order", PRODUCT, 3, order),
    "issue": lambda order: moved("issue_to_order", SHAFT, 3, order),
    "by-product": lambda order: moved("by_product_receipt", SHAFT, 2, order),
    "scrap": lambda order: moved("scrap_from_stock", SHAFT, 1, order, cost_center=COST_CENTER),
    "transfer": lambda _: moved(
        "transfer_storage_location", SHAFT, 2, None, to_storage_location="101B"
    ),
    "other material": lambda _: moved(
        "transfer_material", SHAFT, 2, None, to_material_id="SEAL-12"
    ),
}


@pytest.mark.parametrize("name", MOVED)
def test_a_movement_is_posted_found_and_cancelled(subject: RfcSubject, name: str) -> None:
    document, key = MOVED[name](subject.new_order().order_id), new_key()
    posted = subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert found is not None
    assert found.document_id == posted.document_id
    reversal = subject.connector.reverse(document, key, posted.document_id)
    assert reversal.document_id != posted.document_id
    assert subject.connector.find(key, document) is None


OTHERS: dict[str, Callable[[OrderFacts], Document]] = {
    "requisition for a cost centre": lambda _: PurchaseRequisition(
        SITE,
        TODAY,
        (DemandLine(SHAFT, pieces(2), text="inserts worn"), DemandLine("SEAL-12", pieces(1))),
        cost_center=COST_CENTER,
        account_id="400000",
        purchasing_group="001",
    ),
    "requisition for an order": lambda facts: PurchaseRequisition(
        SITE,
        TODAY,
        (DemandLine(SHAFT, pieces(2)),),
        production_order_id=facts.order_id,
        account_id="400000",
        purchasing_group="001",
    ),
    "defect": lambda facts: QualityNotification(
        SITE,
        PRODUCT,
        "scratches on the sealing face of the valve",
        TODAY,
        production_order_id=facts.order_id,
        operation_id="0010",
        quantity=pieces(3),
        defect_code_group="QMCOM",
        defect_code="DIM",
    ),
    "completion": lambda facts: OrderStatusChange(SITE, facts.order_id, "technical_completion"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_document_is_posted_and_found(subject: RfcSubject, name: str) -> None:
    facts, key = subject.new_order(), new_key()
    document = OTHERS[name](facts)
    assert subject.connector.find(key, document) is None
    posted = subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert posted.document_id
    assert found is not None
    assert found.document_id == posted.document_id
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.reverse(document, key, posted.document_id)
    assert caught.value.code == "NOT_REVERSIBLE"


def test_an_order_is_released_and_then_found_released(subject: RfcSubject) -> None:
    order, key = subject.new_order(released=False).order_id, new_key()
    document = OrderStatusChange(SITE, order, "release")
    assert subject.connector.find(key, document) is None
    subject.connector.post(document, key)
    assert subject.connector.find(key, document) is not None


def test_what_has_no_bapi_is_refused_before_anything_is_sent(subject: RfcSubject) -> None:
    hold = OrderStatusChange(SITE, "1000023", "hold", text="wait for the tool")
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(hold, new_key())
    assert caught.value.code == "NO_SUCH_BAPI"


def test_a_kind_that_goes_by_odata_only_is_refused(subject: RfcSubject) -> None:
    reservation = Reservation(SITE, TODAY, (DemandLine(SHAFT, pieces(1)),))
    assert reservation.kind not in subject.connector.capabilities().document_kinds
    with pytest.raises(ContractError):
        subject.connector.post(reservation, new_key())


def test_a_confirmation_can_carry_its_consumption(subject: RfcSubject) -> None:
    facts, key = subject.new_order(), new_key()
    lines = (
        GoodsIssueLine(SHAFT, pieces(10)),
        GoodsIssueLine(BEARING, pieces(20), BEARING_LOT),
    )
    document = replace(confirmation_of(facts, Decimal(5)), consumed=lines, storage_location="101B")
    subject.connector.post(document, key)
    (booked,) = subject.connector.booked([facts.order_id])
    consumed = {line.material_id: line.quantity for line in booked.lines[1:]}
    assert consumed == {SHAFT: Decimal(10), BEARING: Decimal(20)}


def test_scrap_is_read_back_with_its_order(subject: RfcSubject) -> None:
    facts, key = subject.new_order(), new_key()
    subject.connector.post(document_of("scrap_report", facts), key)
    (booked,) = subject.connector.booked([facts.order_id])
    assert (booked.key, booked.kind, booked.order_id) == (key, "scrap_report", facts.order_id)
    assert [(line.movement, line.material_id) for line in booked.lines] == [("scrap", SHAFT)]


def test_a_reason_that_is_no_number_is_refused_with_the_way_out(subject: RfcSubject) -> None:
    document = document_of("scrap_report", subject.new_order())
    assert isinstance(document, ScrapReport)
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(replace(document, reason_code="RUST"), new_key())
    assert (caught.value.code, caught.value.field) == ("ONLY_DIGITS", "reason_code")
    assert "RUST" in caught.value.text


def entry(amount: str) -> JournalEntry:
    return JournalEntry(
        company_code="1010",
        posting_date=TODAY,
        document_date=TODAY,
        currency="EUR",
        lines=(
            JournalLine("400000", Decimal(amount), COST_CENTER, "scrap of March"),
            JournalLine("220000", Decimal("-12.50")),
        ),
        text="scrap of March",
    )


def test_a_journal_entry_is_checked_then_posted_once_approved_and_found(
    subject: RfcSubject,
) -> None:
    key, document = new_key(), entry("12.50")
    asked = subject.connector.post(document, key)
    assert (asked.status, asked.warnings) == ("needs_approval", (CHECKED,))
    assert subject.connector.find(key, document) is None
    posted = subject.connector.post(document, key, asked.warnings)
    found = subject.connector.find(key, document)
    assert posted.status == "posted"
    assert found is not None
    assert found.document_id == posted.document_id


def test_an_entry_that_does_not_add_up_is_refused(subject: RfcSubject) -> None:
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(entry("12.49"), new_key())
    assert caught.value.code == "BALANCE"


def test_every_step_of_the_check_passes(subject: RfcSubject) -> None:
    steps = list(subject.connector.check_steps())
    assert steps[0].name == "logon"
    assert all(step.passed for step in steps), [step for step in steps if not step.passed]


def test_the_check_stops_at_a_refused_logon(subject: RfcSubject) -> None:
    connector = subject.connect(password="wrong")
    assert [(step.name, step.passed) for step in connector.check_steps()] == [("logon", False)]


def test_process_orders_are_refused_at_the_address(subject: RfcSubject) -> None:
    with pytest.raises(ConfigurationError, match="process orders"):
        subject.connect(options="&orders=process")


PREVIEWED: dict[str, tuple[Callable[[OrderFacts], Document], str]] = {
    "confirmation": (
        lambda facts: confirmation_of(facts, Decimal(5)),
        "BAPI_PRODORDCONF_CREATE_TT",
    ),
    "scrap": (lambda facts: document_of("scrap_report", facts), "BAPI_GOODSMVT_CREATE"),
    "defect": (OTHERS["defect"], "BAPI_QUALNOT_CREATE"),
    "entry": (lambda _: entry("12.50"), "BAPI_ACC_DOCUMENT_CHECK"),
}


@pytest.mark.parametrize("name", PREVIEWED)
def test_a_preview_is_the_call_that_would_be_made_and_makes_none(
    subject: RfcSubject, name: str
) -> None:
    make, function = PREVIEWED[name]
    document, key = make(subject.new_order()), new_key()
    (prepared,) = subject.connector.preview(document, key)
    assert prepared.url == function
    require_valid(function, json.loads(prepared.body))
    assert subject.connector.find(key, document) is None
