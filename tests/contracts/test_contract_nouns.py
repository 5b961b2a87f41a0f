"""The nouns of the service write what the contracts say."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from contract_messages import files

from countersign.contracts.validators import errors
from countersign.decide.approvals import ApprovalState
from countersign.decide.policy import DEFAULT_POLICY, USE_CASES
from countersign.erp import documents
from countersign.nouns import assessment, decision, event, posting, receipt
from countersign.nouns.quantity import Quantity
from countersign.store.outcomes import Outcome

EVENT_ID = event.event_id_of("/sites/1000/gateways/gw1", "9f2b7c41d05e4a8c9b1d")
DIGEST = "0" * 64
KEY = posting.idempotency_key(EVENT_ID, "goods_issue")
PIECES = Quantity(Decimal("1E+2"), "C62")
RANKED = assessment.Ranked("recording_error", 2 / 3, "one place off")


def judged(**changes: Any) -> assessment.Assessment:
    values: dict[str, Any] = {
        "event_id": EVENT_ID,
        "use_case": "material_consumption",
        "segment": "1000",
        "findings": (assessment.Finding("above_expected", "review", "too much", "/data"),),
        "expectations": (
            assessment.Expectation(
                "/data/material_actual/0/quantity", Decimal("4.5E+2"), Decimal("468.5"), "KGM", "-"
            ),
        ),
        "confidence": 1 / 3,
        "causes": (RANKED,),
        "suggestions": {"scrap_reason_code": (RANKED,)},
        "reasons": ("expected 450–468.5 KGM",),
        "proposed_correction": {"note": "x"},
        "amount": Decimal("1250.00"),
        "model_name": "material_consumption",
        "model_version": "1",
        "rules_version": "1",
        "context_digest": DIGEST,
        "facts": {"past_orders": "37"},
    }
    return assessment.Assessment(**{**values, **changes})


@pytest.mark.parametrize(
    "changes", [{}, {"confidence": None, "amount": None, "proposed_correction": None}]
)
def test_an_assessment_fits_its_contract(changes: dict[str, Any]) -> None:
    assert errors("assessment", judged(**changes).to_data()) == []


def test_a_decision_fits_its_contract() -> None:
    made = decision.Decision(
        event_id=EVENT_ID,
        outcome="review",
        shadow_outcome="post",
        phase="supervise",
        policy_version=1,
        segment="1000",
        threshold=0.93,
        eligible=True,
        four_eyes=False,
        reasons=("the policy has a person decide",),
        cause="supervised",
    )
    assert errors("decision", made.to_data()) == []


@pytest.mark.parametrize("status", ["accepted", "duplicate"])
def test_a_receipt_of_a_stored_event_fits_its_contract(status: receipt.ReceiptStatus) -> None:
    made = receipt.Receipt(
        source="/sites/1000/gateways/gw1",
        key="9f2b7c41d05e4a8c9b1d",
        status=status,
        event_id=EVENT_ID,
        outcome="post",
        reasons=("confidence 0.99",),
        approval_id=EVENT_ID,
        posting_ids=(KEY,),
    )
    assert errors("receipt", made.to_data()) == []


def test_every_status_of_a_receipt_is_in_its_contract() -> None:
    statuses = files.documents()["receipt"]["properties"]["status"]["enum"]
    assert set(get_args(receipt.ReceiptStatus)) == set(statuses)


MOMENT = datetime(2026, 3, 2, 13, 5, 9, 250000, UTC)
HEAD: dict[str, Any] = {
    "site_id": "1000",
    "order_id": "100234",
    "operation_id": "0020",
    "posting_date": date(2026, 3, 2),
    "person_id": "anna",
    "text": "second shift",
}
LOT: dict[str, Any] = {"lot_id": "L1", "storage_location": "FG01"}
STOCK: dict[str, Any] = {
    "site_id": "1000",
    "posting_date": date(2026, 3, 2),
    "production_order_id": "100234",
    "person_id": "anna",
    "text": "second shift",
}
DEMAND: dict[str, Any] = {
    "site_id": "1000",
    "required_on": date(2026, 3, 9),
    "lines": (documents.DemandLine("RM", PIECES, "L1", "WIP", "urgent"),),
    "production_order_id": "100234",
    "cost_center": "4200",
    "person_id": "anna",
}
DOCUMENTS = [
    documents.ProductionConfirmation(
        **HEAD,
        **LOT,
        material_id="FG",
        yield_quantity=PIECES,
        final=True,
        scrap_quantity=PIECES,
        rework_quantity=PIECES,
        scrap_reason_code="SURFACE",
        setup_time=PIECES,
        machine_time=PIECES,
        labor_time=PIECES,
        started_at=MOMENT,
        finished_at=MOMENT,
        work_center_id="PRESS-01",
        consumed=(documents.GoodsIssueLine("RM", PIECES, "L1", "WIP"),),
    ),
    documents.GoodsIssue(**HEAD, lines=(documents.GoodsIssueLine("RM", PIECES, "L1", "WIP"),)),
    documents.ScrapReport(
        **HEAD, **LOT, material_id="FG", quantity=PIECES, reason_code="R", cost_center="4200"
    ),
    documents.GoodsMovement(
        **STOCK,
        movement="transfer_material",
        operation_id="0020",
        lines=(
            documents.GoodsMovementLine(
                "FG", PIECES, "L1", "WIP", "2000", "WIP2", "FG2", "L2", "45", "10", "4200", "R"
            ),
        ),
    ),
    documents.InventoryCount(
        site_id="1000",
        storage_location="WIP",
        posting_date=date(2026, 3, 2),
        lines=(documents.InventoryCountLine("RM", Quantity(Decimal(0), "KGM"), "L1"),),
        person_id="anna",
        text="counted twice",
    ),
    documents.PurchaseRequisition(
        **DEMAND, account_id="400000", purchasing_group="001", text="inserts worn"
    ),
    documents.Reservation(**DEMAND),
    documents.InspectionResult(
        site_id="1000",
        inspection_lot_id="17",
        inspection_operation_id="1",
        characteristic_id="10",
        value=Decimal("-0.125"),
        accepted=False,
        inspected_at=MOMENT,
        person_id="anna",
        text="too small",
    ),
    documents.UsageDecision("1000", "17", "UD01", "A", "SET", 100, "anna"),
    documents.QualityNotification(
        site_id="1000",
        material_id="FG",
        text="scratches",
        posting_date=date(2026, 3, 2),
        production_order_id="100234",
        operation_id="0020",
        quantity=PIECES,
        lot_id="L1",
        inspection_lot_id="17",
        defect_code_group="SURF",
        defect_code="01",
        work_center_id="PRESS-01",
        person_id="anna",
    ),
    documents.MaintenanceNotification(
        "1000", "10000123", "hot", True, MOMENT, MOMENT, "1", "M2", "anna"
    ),
    documents.OrderStatusChange("1000", "100234", "hold", "0020", "anna", "wait for the tool"),
    documents.JournalEntry(
        company_code="1010",
        posting_date=date(2026, 3, 31),
        document_date=date(2026, 3, 31),
        currency="EUR",
        lines=(
            documents.JournalLine("400000", Decimal("120.50"), "4200", "scrap"),
            documents.JournalLine("893010", Decimal("-120.50"), "4200", "scrap"),
        ),
        document_type="SA",
        person_id="anna",
        text="scrap of March",
    ),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.kind))
def test_a_document_with_every_field_fits_its_contract(document: documents.Document) -> None:
    data = documents.to_data(document)
    assert errors("document", data) == []
    assert documents.from_data(data) == document
    described = files.documents()["document"]["$defs"][document.kind]["properties"]
    assert set(described) == set(data)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.kind))
def test_every_document_belongs_to_a_sequence_of_postings(document: documents.Document) -> None:
    assert 0 < len(document.order_id) <= 40


def test_every_kind_of_document_is_held_against_its_contract() -> None:
    assert {document.kind for document in DOCUMENTS} == set(documents.DOCUMENT_KINDS)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        pytest.param(schema, message, id=name)
        for schema, name, message in files.examples("valid")
        if schema == "document"
    ],
)
def test_what_the_contract_accepts_can_be_read(schema: str, message: Any) -> None:
    assert documents.to_data(documents.from_data(message))["kind"] == message["kind"]


def test_an_outcome_fits_its_contract() -> None:
    made = Outcome(
        1, EVENT_ID, "/sites/1000", "9f2b7c41", "100234", "posted", "booked", "49", MOMENT
    )
    assert errors("outcome", made.to_data()) == []


def test_the_first_policy_fits_its_contract() -> None:
    assert errors("policy", DEFAULT_POLICY) == []


def test_the_words_of_the_contract_are_those_of_the_service() -> None:
    common = files.documents()["common"]["$defs"]
    types = files.documents()["event"]["properties"]["type"]["enum"]
    assert set(common["posting_state"]["enum"]) == set(get_args(posting.PostingState))
    assert set(common["approval_state"]["enum"]) == set(get_args(ApprovalState))
    assert set(common["decision_outcome"]["enum"]) == set(get_args(decision.Outcome))
    assert set(common["phase"]["enum"]) == set(get_args(decision.Phase))
    assert set(common["document_kind"]["enum"]) == set(documents.DOCUMENT_KINDS)
    assert set(common["use_case"]["enum"]) == set(USE_CASES)
    assert set(types) == set(event.USE_CASE_OF_TYPE) == set(event.SCHEMA_OF_TYPE)
