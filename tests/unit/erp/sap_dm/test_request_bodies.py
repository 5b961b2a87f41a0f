"""Whatever a legal document says: it is refused by us, or its requests fit the tables of fields."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from unit.erp.sap.nasty_documents import DOCUMENTS

import countersign.erp.sandbox.sap
from countersign.contracts.validators import errors as contract_errors
from countersign.erp.documents import FLOOR_KINDS, Document, FloorDocument, floor_document, to_data
from countersign.erp.errors import BusinessRejection
from countersign.erp.port import PreparedRequest
from countersign.erp.sap.http import Call, Reply
from countersign.erp.sap.limits import Limits
from countersign.erp.sap.profile import Profile
from countersign.erp.sap_dm import SapDm
from countersign.erp.sap_dm.activities import Activities
from countersign.nouns.posting import idempotency_key

TABLE = Path(countersign.erp.sandbox.sap.__file__).parent / "tables" / "dm_requests.csv"
KEY = idempotency_key("0" * 32, "anything")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z")
DAY_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ACTIVITIES = Activities({"setup": "SETUP", "machine": "MACH", "labor": "LABR"})


class OneOrder:
    """Digital Manufacturing with the order of one document, as a fresh one is."""

    base_url = "https://dm.example"

    def __init__(self, document: FloorDocument, *, makes_it: bool) -> None:
        material = getattr(document, "material_id", "PRODUCT") if makes_it else "PRODUCT"
        step = {
            "stepId": "010",
            "workCenter": {"workCenter": "ASSY-05"},
            "routingOperation": {
                "operationActivity": {"operationActivity": _operation(document.operation_id)}
            },
        }
        line = {"material": {"material": "RM-100", "version": "A"}, "sequence": 10}
        self._answers: dict[str, Any] = {
            "/order/v1/orders": {
                "releaseStatus": "RELEASED",
                "sfcs": ["SFC-1"],
                "material": {"material": material},
                "bom": {"bom": "B", "version": "A", "type": "SHOP_ORDER"},
                "routing": {"routing": "R", "version": "A", "type": "SHOP_ORDER"},
            },
            "/routing/v1/routings": [{"routingSteps": [step]}],
            "/bom/v1/boms": [{"components": [line]}],
            "/inventory/v1/inventories": {
                "content": [{"inventoryId": "I-1", "storageLocation": "101A"}],
                "last": True,
            },
        }

    def send(self, call: Call) -> Reply:
        body = json.dumps(self._answers[call.path]).encode()
        return Reply(200, {"Content-Type": "application/json"}, body)

    def forget_session(self) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize("kind", sorted(FLOOR_KINDS))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), makes_it=st.booleans())
def test_every_request_fits_the_field_tables(
    kind: str, data: st.DataObject, makes_it: bool
) -> None:
    document = data.draw(DOCUMENTS[kind])
    assume(contract_errors("document", to_data(document)) == [])
    requests, refusal = _prepared(document, makes_it=makes_it)
    assert refusal is None or refusal.text.endswith(".")
    assert [fault for request in requests for fault in _faults_of(request)] == []


def _prepared(
    document: Document, *, makes_it: bool
) -> tuple[list[PreparedRequest], BusinessRejection | None]:
    profile = Profile.of({"sites": "1010", "time_zone": "Pacific/Auckland"})
    try:
        transport = OneOrder(floor_document(document), makes_it=makes_it)
        return SapDm(transport, profile, ACTIVITIES).preview(document, KEY), None
    except BusinessRejection as refusal:
        return [], refusal


def _operation(operation_id: str) -> str:
    try:
        return Limits(Profile().triage).operation(operation_id)
    except BusinessRejection:
        return operation_id


def _faults_of(request: PreparedRequest) -> Iterator[str]:
    path = request.url.removeprefix(OneOrder.base_url)
    yield from _faults(path, json.loads(request.body))


def _faults(path: str, body: Mapping[str, Any]) -> Iterator[str]:
    fields = _table()[path]
    yield from (f"{path}: {name} is unknown" for name in body.keys() - fields.keys())
    for name, row in fields.items():
        value = body.get(name)
        if value is None or value == "":
            if row["required"] == "yes":
                yield f"{path}: {name} is missing"
        elif not _fits(row, value):
            yield f"{path}: {name} is {value!r}"
    for part in body.get("activities", ()):
        yield from _faults(f"{path}/activities", part)


def _fits(row: Mapping[str, str], value: Any) -> bool:
    if row["type"] == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and value >= 0 and len(f"{value:.3f}".partition(".")[0]) <= 10
    if row["type"] in ("moment", "day_time"):
        pattern = MOMENT if row["type"] == "moment" else DAY_TIME
        return isinstance(value, str) and pattern.fullmatch(value) is not None
    kinds: dict[str, type] = {"string": str, "boolean": bool, "object": dict, "activities": list}
    is_short = not row["length"] or len(value) <= int(row["length"])
    return isinstance(value, kinds[row["type"]]) and is_short


@cache
def _table() -> dict[str, dict[str, dict[str, str]]]:
    table: dict[str, dict[str, dict[str, str]]] = {}
    with TABLE.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            table.setdefault(row["path"], {})[row["field"]] = row
    return table
