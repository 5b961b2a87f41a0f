"""Facts of a narrative: what an event or a posting says of itself, typed for each language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from countersign.erp.documents import JournalEntry, from_data
from countersign.language.facts import (
    Amount,
    Code,
    Fact,
    Facts,
    Identity,
    Moment,
    Number,
    Share,
    Words,
)
from countersign.store.postings import PostingRecord

VERDICT_OF_STATE = {
    "rejected": "rejected",
    "awaiting_approval": "asks",
    "outcome_unknown": "unknown",
    "queued": "transient",
    "sending": "transient",
}
SECRET_OF_FIELD = {"cost_center": "cost_center", "supplier_id": "supplier", "person_id": "person"}
"""What a document may name and a language model must not read, should the ERP repeat it."""
QUANTITY_FIELDS = ("quantity", "yield_quantity", "scrap_quantity", "rework_quantity")


def variance_facts(
    event: Mapping[str, Any], assessment: Mapping[str, Any], currency: str
) -> Facts | None:
    """Return what is unusual about an event's quantities; ``None`` where it reports none.

    The line told of is the one farthest outside of what was expected, else the first.
    """
    lines = _lines(event["data"])
    if not lines:
        return None
    expectations = {row["pointer"]: row for row in assessment["expectations"]}
    pointer = max(lines, key=lambda key: _distance(lines[key][1], expectations.get(key)))
    material, counted = lines[pointer]
    data = event["data"]
    facts: dict[str, Fact] = {
        "counted": _number(counted),
        "material": Identity(material),
        "order": Identity(data["order_id"]),
        "operation": Identity(data["operation_id"]),
    }
    if "produced_quantity" in data:
        facts["produced"] = _number(data["produced_quantity"])
    facts |= _against(counted, expectations.get(pointer))
    causes = [cause for cause in assessment["causes"] if cause["label"] != "normal"]
    if causes and assessment["causes"][0]["label"] != "normal":
        facts["cause"] = Code(causes[0]["label"])
        facts["probability"] = Share(Decimal(str(causes[0]["probability"])))
    if assessment["amount"] is not None:
        facts["amount"] = Amount(Decimal(assessment["amount"]), currency)
    return facts


def exception_facts(record: PostingRecord, waiting: int, time_zone: ZoneInfo) -> Facts | None:
    """Return why a posting is not booked; ``None`` when nothing stands in its way."""
    verdict = VERDICT_OF_STATE.get(record.state)
    if verdict is None or not record.error_text:
        return None
    if record.error_verdict == "configuration":
        verdict = "configuration"
    facts: dict[str, Fact] = {
        "document": Code(record.kind),
        "order": Identity(record.order_id),
        "erp": Words(record.erp),
        "verdict": Code(verdict),
        "key": Identity(record.posting_id),
        "said": Words(record.error_text.rstrip(".")),
    }
    if record.error_code:
        facts["code"] = Words(record.error_code)
    if verdict == "transient":
        facts["next_at"] = Moment(record.not_before.astimezone(time_zone))
    if waiting:
        facts["waiting"] = Number(Decimal(waiting))
    return facts | _secrets(json.loads(record.document))


def journal_facts(record: PostingRecord) -> Facts | None:
    """Return what a journal entry books; ``None`` for other documents."""
    document = from_data(json.loads(record.document))
    if not isinstance(document, JournalEntry):
        return None
    debit = [line for line in document.lines if line.amount > 0]
    credit = [line for line in document.lines if line.amount < 0]
    total = sum((line.amount for line in debit), Decimal(0))
    facts: dict[str, Fact] = {
        "total": Amount(total, document.currency),
        "company": Identity(document.company_code),
        "posting_date": Moment(document.posting_date),
        "debit": Identity(", ".join(line.account_id for line in debit)),
        "credit": Identity(", ".join(line.account_id for line in credit)),
    }
    if document.text:
        facts["purpose"] = Words(document.text)
    cost_centers = sorted({line.cost_center for line in document.lines if line.cost_center})
    if cost_centers:
        facts["cost_center"] = Identity(", ".join(cost_centers), "cost_center")
    return facts


def _secrets(value: Any) -> dict[str, Fact]:
    """Return what must be masked anywhere in a document, each under a name of its own."""
    found: dict[str, Fact] = {}
    if isinstance(value, list):
        for part in value:
            found |= _secrets(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name in SECRET_OF_FIELD and isinstance(part, str) and part:
                found[f"{name}_{part}"] = Identity(part, SECRET_OF_FIELD[name])
            found |= _secrets(part)
    return found


def _lines(data: Mapping[str, Any]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Return material and quantity by the pointer that an expectation would have."""
    found = {
        f"/data/material_actual/{place}/quantity": (line["material_id"], line["quantity"])
        for place, line in enumerate(data.get("material_actual", []))
    }
    for name in QUANTITY_FIELDS:
        if name in data and Decimal(data[name]["quantity_string"]):
            found[f"/data/{name}"] = (data.get("material_id", ""), data[name])
    return found


def _distance(counted: Mapping[str, str], expected: Mapping[str, str] | None) -> float:
    """Return how far outside of what was expected a quantity is, as a share of the interval."""
    if expected is None or expected["unit_of_measure"] != counted["unit_of_measure"]:
        return -1.0
    value, low, high = (
        Decimal(counted["quantity_string"]),
        Decimal(expected["low"]),
        Decimal(expected["high"]),
    )
    outside = max(low - value, value - high, Decimal(0))
    return float(outside / (abs(high) or Decimal(1)))


def _against(counted: Mapping[str, str], expected: Mapping[str, str] | None) -> dict[str, Fact]:
    if expected is None:
        return {}
    unit = expected["unit_of_measure"]
    low, high = Decimal(expected["low"]), Decimal(expected["high"])
    facts: dict[str, Fact] = {"low": Number(low, unit), "high": Number(high, unit)}
    if unit != counted["unit_of_measure"]:
        return facts
    value = Decimal(counted["quantity_string"])
    if high and value > high:
        facts |= {"deviation": Share((value - high) / high), "is_over": Code("yes")}
    elif low and value < low:
        facts["deviation"] = Share((low - value) / low)
    return facts


def _number(quantity: Mapping[str, str]) -> Number:
    return Number(Decimal(quantity["quantity_string"]), quantity["unit_of_measure"])
