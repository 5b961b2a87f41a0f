"""Every kind of document that SAP takes by OData: posted, found again, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from integration.erp_documents import confirmation_of, new_key
from integration.erp_subject import OrderFacts
from integration.sap_odata.subject import (
    BEARING,
    BEARING_LOT,
    COST_CENTER,
    GREASE,
    PRODUCT,
    SHAFT,
    SITE,
    TODAY,
    SapSubject,
)

from countersign.erp.documents import (
    DemandLine,
    Document,
    GoodsIssueLine,
    GoodsMovement,
    GoodsMovementLine,
    InspectionResult,
    InventoryCount,
    InventoryCountLine,
    MaintenanceNotification,
    OrderStatusChange,
    PurchaseRequisition,
    QualityNotification,
    Reservation,
    ScrapReport,
    UsageDecision,
)
from countersign.erp.errors import BusinessRejection
from countersign.erp.sap.movements import MOVEMENTS
from countersign.nouns.quantity import Quantity

PLACE = "101A"
BUYERS = "001"


def pieces(count: int) -> Quantity:
    return Quantity(Decimal(count), "H87")


def moved(movement: str, material: str, count: int, order: str | None, **more: str) -> Document:
    line = GoodsMovementLine(material, pieces(count), **{"storage_location": PLACE, **more})
    return GoodsMovement(SITE, movement, TODAY, (line,), production_order_id=order)  # type: ignore[arg-type]


MOVED: dict[str, Callable[[str], Document]] = {
    "receipt_from_order": lambda order: moved("receipt_from_order", PRODUCT, 3, order),
    "receipt_from_order_return": lambda order: moved("receipt_from_order_return", SHAFT, 1, order),
    "issue_to_order": lambda order: moved("issue_to_order", SHAFT, 3, order),
    "return_from_order": lambda order: moved("return_from_order", SHAFT, 1, order),
    "by_product_receipt": lambda order: moved("by_product_receipt", SHAFT, 2, order),
    "by_product_return": lambda order: moved("by_product_return", SHAFT, 2, order),
    "scrap_from_stock": lambda order: moved(
        "scrap_from_stock", SHAFT, 1, order, cost_center=COST_CENTER
    ),
    "scrap_return": lambda order: moved("scrap_return", SHAFT, 1, order, cost_center=COST_CENTER),
    "transfer_storage_location": lambda order: moved(
        "transfer_storage_location", SHAFT, 2, None, to_storage_location="101B"
    ),
    "transfer_material": lambda order: moved(
        "transfer_material", SHAFT, 2, None, to_material_id="SEAL-12"
    ),
    "release_from_quality": lambda order: moved("release_from_quality", SHAFT, 2, None),
    "block_stock": lambda order: moved("block_stock", SHAFT, 2, None),
    "unblock_stock": lambda order: moved("unblock_stock", SHAFT, 2, None),
}


@pytest.fixture(scope="module", autouse=True)
def _stock_of_every_state(subject: SapSubject) -> None:
    rows = [
        {
            "material": SHAFT,
            "plant": SITE,
            "storage_location": PLACE,
            "stock_type": state,
            "quantity": "500",
        }
        for state in ("02", "07")
    ]
    subject.sandbox.seed({"stock": rows})


@pytest.mark.parametrize("movement", sorted(set(MOVED) - {"receipt_from_order_return"}))
def test_a_movement_is_posted_found_and_cancelled(subject: SapSubject, movement: str) -> None:
    document, key = MOVED[movement](subject.new_order().order_id), new_key()
    posted = subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert found is not None
    assert found.document_id == posted.document_id
    reversal = subject.connector.reverse(document, key, posted.document_id)
    assert reversal.document_id != posted.document_id
    assert subject.connector.find(key, document) is None


def test_what_was_received_is_returned_as_a_movement_of_its_own(subject: SapSubject) -> None:
    order = subject.new_order().order_id
    subject.connector.post(moved("receipt_from_order", PRODUCT, 3, order), new_key())
    document, key = moved("receipt_from_order_return", PRODUCT, 1, order), new_key()
    subject.connector.post(document, key)
    assert subject.connector.find(key, document) is not None


def test_every_movement_but_that_of_a_purchase_order_is_tried() -> None:
    assert set(MOVED) == set(MOVEMENTS) - {"receipt_for_purchase_order"}


def release(facts: OrderFacts) -> Document:
    return OrderStatusChange(SITE, facts.order_id, "release")


OTHERS: dict[str, Callable[[OrderFacts], Document]] = {
    "count": lambda facts: InventoryCount(
        SITE,
        PLACE,
        TODAY,
        (
            InventoryCountLine(SHAFT, pieces(100)),
            InventoryCountLine(BEARING, pieces(0), BEARING_LOT),
        ),
    ),
    "requisition for a cost centre": lambda facts: PurchaseRequisition(
        SITE,
        TODAY,
        (DemandLine(SHAFT, pieces(2), text="inserts worn"), DemandLine("SEAL-12", pieces(1))),
        cost_center=COST_CENTER,
        account_id="400000",
        purchasing_group=BUYERS,
    ),
    "requisition for an order": lambda facts: PurchaseRequisition(
        SITE,
        TODAY,
        (DemandLine(SHAFT, pieces(2)),),
        production_order_id=facts.order_id,
        account_id="400000",
        purchasing_group=BUYERS,
    ),
    "reservation for an order": lambda facts: Reservation(
        SITE,
        TODAY,
        (DemandLine(SHAFT, pieces(2), storage_location=PLACE),),
        production_order_id=facts.order_id,
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
    "malfunction": lambda facts: MaintenanceNotification(
        SITE,
        "ASSY-05",
        "spindle runs hot and very loud since the morning",
        is_down=True,
        started_at=datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC),
    ),
    "hold": lambda facts: OrderStatusChange(SITE, facts.order_id, "hold", text="wait for the tool"),
    "completion": lambda facts: OrderStatusChange(SITE, facts.order_id, "technical_completion"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_document_is_posted_and_found(subject: SapSubject, name: str) -> None:
    facts, key = subject.new_order(), new_key()
    document = OTHERS[name](facts)
    assert subject.connector.find(key, document) is None
    posted = subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert posted.document_id
    assert found is not None
    assert found.document_id == posted.document_id


@pytest.mark.parametrize("name", OTHERS)
def test_what_cannot_be_taken_back_is_refused_with_that_reason(
    subject: SapSubject, name: str
) -> None:
    document = OTHERS[name](subject.new_order())
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.reverse(document, new_key(), "1")
    assert caught.value.code == "NOT_REVERSIBLE"


def test_an_order_is_released_and_then_found_released(subject: SapSubject) -> None:
    document, key = release(subject.new_order(released=False)), new_key()
    assert subject.connector.find(key, document) is None
    subject.connector.post(document, key)
    assert subject.connector.find(key, document) is not None


def test_a_confirmation_can_carry_its_consumption(subject: SapSubject) -> None:
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


def test_sap_proposes_what_a_confirmation_should_consume(subject: SapSubject) -> None:
    facts = subject.new_order()
    proposal = subject.connector.expected_consumption(
        facts.order_id, "0010", Decimal(5), Decimal(0)
    )
    assert {line.material_id: line.quantity for line in proposal} == {
        SHAFT: Quantity(Decimal(10), "H87"),
        BEARING: Quantity(Decimal(20), "H87"),
        GREASE: Quantity(Decimal("0.6"), "KGM"),
    }


def test_a_lot_is_inspected_and_decided(subject: SapSubject) -> None:
    lot = "10000000017"
    subject.sandbox.seed(
        {
            "inspection_lots": [
                {
                    "inspection_lot": lot,
                    "material": PRODUCT,
                    "plant": SITE,
                    "quantity": "100",
                    "characteristics": [{"operation": "1", "characteristic": "10"}],
                }
            ]
        }
    )
    result = InspectionResult(SITE, lot, "1", "10", value=Decimal("-0.125"), text="too small")
    decision = UsageDecision(SITE, lot, "UD", "A", quality_score=100)
    for document in (result, decision):
        key = new_key()
        assert subject.connector.find(key, document) is None
        subject.connector.post(document, key)
        assert subject.connector.find(key, document) is not None


def test_scrap_of_what_the_order_makes_is_confirmed_and_not_taken_from_stock(
    subject: SapSubject,
) -> None:
    facts, key = subject.new_order(), new_key()
    document = ScrapReport(SITE, facts.order_id, "0010", PRODUCT, pieces(3), TODAY, "DIM")
    posted = subject.connector.post(document, key)
    found = subject.connector.find(key, document)
    assert found is not None
    assert found.document_id == posted.document_id
    (booked,) = subject.connector.booked([facts.order_id])
    assert booked.kind == "production_confirmation"
    assert [(line.movement, line.quantity) for line in booked.lines] == [("scrap", Decimal(3))]
    subject.connector.reverse(document, key, posted.document_id)
    assert subject.connector.find(key, document) is None
