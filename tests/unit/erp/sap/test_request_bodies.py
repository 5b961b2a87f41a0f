"""Whatever a legal document says: it is refused by us, or its request fits SAP's field tables."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from unit.erp.sap.field_tables import faults_in, faults_in_change, parameters_of
from unit.erp.sap.nasty_documents import DOCUMENTS
from unit.erp.sap.saying_sap import SayingSap, collection, entity

from countersign.contracts.validators import errors as contract_errors
from countersign.erp.documents import (
    DOCUMENT_KINDS,
    FLOOR_KINDS,
    Document,
    GoodsIssue,
    GoodsIssueLine,
    InventoryCount,
    ScrapReport,
    to_data,
)
from countersign.erp.errors import BusinessRejection, Transient
from countersign.erp.port import PreparedRequest
from countersign.erp.sap.http import Reply
from countersign.erp.sap.keys import guid_of, reference_of
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_odata import SapOData
from countersign.erp.sap_odata.services import V2_ROOT
from countersign.nouns.posting import idempotency_key
from countersign.nouns.quantity import Quantity

KEY = idempotency_key("0" * 32, "anything")
COMPONENT = {
    "Material": "RM-100",
    "ManufacturingOrderOperation": "0020",
    "Plant": "1010",
    "StorageLocation": "101A",
    "Batch": "",
    "Reservation": "0000000082",
    "ReservationItem": "0001",
    "MatlCompIsMarkedForBackflush": True,
}
OPTIONS: list[dict[str, str]] = [
    {},
    {"orders": "process", "goods_movements": "none", "time_zone": "Pacific/Auckland"},
    {"scrap_cost_center": "4200", "activities": ",machine,,labor", "purchasing_group": "001"},
]


@pytest.mark.parametrize("kind", sorted(DOCUMENT_KINDS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), options=st.sampled_from(OPTIONS), knows_order=st.booleans())
def test_every_request_fits_the_field_tables(
    kind: str, data: st.DataObject, options: dict[str, str], knows_order: bool
) -> None:
    document = data.draw(DOCUMENTS[kind])
    assume(contract_errors("document", to_data(document)) == [])
    requests, refusal = prepared(document, options, knows_order=knows_order)
    assert refusal is None or (refusal.field and refusal.text.endswith("."))
    for request in requests:
        assert faults_of(request) == []


def test_two_hundred_components_go_in_one_document() -> None:
    lines = tuple(
        GoodsIssueLine(f"RM-{number}", Quantity(Decimal("0.001"), "KGM"), "GRÜN-1", "101A")
        for number in range(200)
    )
    document = GoodsIssue("1010", "1000023", "0020", date(2024, 2, 29), lines)
    (request,), _ = prepared(document, {}, knows_order=True)
    assert faults_of(request) == []
    assert len(json.loads(request.body)["to_MaterialDocumentItem"]["results"]) == 200


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_count_fits_the_field_tables(data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS["inventory_count"])
    assert isinstance(document, InventoryCount)
    assume(contract_errors("document", to_data(document)) == [])
    header = {"FiscalYear": "2026", "PhysicalInventoryDocument": "100000001"}
    items = [
        {
            **header,
            "PhysicalInventoryDocumentItem": str(number),
            "Material": line.material_id,
            "Batch": line.lot_id or "",
        }
        for number, line in enumerate(document.lines, start=1)
    ]
    sap = SayingSap(collection(header), collection(*items), *[entity({}) for _ in items])
    sap.then([Reply(503, {}, b"")])
    with pytest.raises((BusinessRejection, Transient)) as caught:
        SapOData(sap, Profile()).find(KEY, document)
    if isinstance(caught.value, Transient):
        assert sap.calls[-1].path.endswith("/$batch")
        for body in bodies_in(sap.calls[-1].body or b""):
            service, entity_set = "API_PHYSICAL_INVENTORY_DOC_SRV", "A_PhysInventoryDocItem"
            assert faults_in_change(service, entity_set, body) == []


def prepared(
    document: Document, options: dict[str, str], *, knows_order: bool
) -> tuple[list[PreparedRequest], BusinessRejection | None]:
    """Return the requests for a document, or why there are none.

    SAP has its order, or nothing at all.
    """

    def component(_: object) -> Any:
        return collection(COMPONENT) if knows_order else collection()

    sap = SayingSap(*([component] if document.kind in FLOOR_KINDS else []))
    if isinstance(document, ScrapReport) and knows_order:
        sap.then([entity({"Material": document.material_id})])
    if document.kind == "order_status_change":
        sap.then([entity({"ManufacturingOrder": "1", "OrderLongText": ""}) for _ in range(2)])
    try:
        return SapOData(sap, Profile.of(options), sap_client="100").preview(document, KEY), None
    except BusinessRejection as refusal:
        return [], refusal


def faults_of(request: PreparedRequest) -> list[str]:
    """Return what is wrong with a request by the tables of its service."""
    parts = urlsplit(request.url)
    if not parts.path.startswith(V2_ROOT):
        return journal_faults(request.body)
    service, target = parts.path.removeprefix(V2_ROOT).split("/", 1)
    entity_set = unquote(target).partition("(")[0]
    if request.method == "PATCH":
        return faults_in_change(service, entity_set, json.loads(request.body))
    if request.body:
        return faults_in(service, entity_set, json.loads(request.body))
    given_values = dict(parse_qsl(parts.query))
    known = parameters_of(service, entity_set)
    faults = [
        f"{entity_set} has no parameter {name}" for name in given_values.keys() - known - FIXED
    ]
    for name, row in known.items():
        value = given_values.get(name, "").strip("'")
        if row["mandatory"] == "yes" and not value:
            faults.append(f"{entity_set} needs {name}")
        if row["length"] and len(value) > int(row["length"]):
            faults.append(f"{entity_set}: {name} is too long")
    return faults


FIXED = {"sap-client"}
JOURNAL_LENGTHS = {
    "DocumentReferenceID": 16,
    "DocumentHeaderText": 25,
    "CompanyCode": 4,
    "AccountingDocumentType": 2,
    "GLAccount": 10,
    "CostCenter": 10,
    "DocumentItemText": 50,
    "CreatedByUser": 12,
}


def journal_faults(body: str) -> list[str]:
    """Return what in a journal entry is longer than SAP takes."""
    faults = []
    for node in ElementTree.fromstring(body).iter():
        longest = JOURNAL_LENGTHS.get(node.tag, 10_000)
        if len((node.text or "").encode("utf-16-le")) // 2 > longest:
            faults.append(f"{node.tag}: {node.text}")
    return faults


def bodies_in(batch: bytes) -> list[dict[str, Any]]:
    """Return the bodies of the changes in a batch."""
    lines = batch.decode().split("\r\n")
    return [json.loads(line) for line in lines if line.startswith("{")]


@given(key=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=24, max_size=24))
def test_keys_fit_their_fields_and_are_the_same_every_time(key: str) -> None:
    assert len(reference_of(key)) == 16
    assert reference_of(key) == reference_of(key).upper()
    assert guid_of(key) == guid_of(key)
    assert reference_of(key) != reference_of(key + "A")
