"""Quality: results and usage decisions of inspection lots, and defects."""

from __future__ import annotations

from typing import Any

from countersign.erp.sandbox.sap import orders
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

LOT = "A_InspectionLot"
RESULT = "A_InspectionResult"
VALUE = "A_InspectionResultValue"
DECISION = "A_InspLotUsageDecision"
DEFECT = "A_Defect"
FIRST_DEFECT = 200_000_001
ACCEPTED, REJECTED = "A", "R"


def create_result(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    """Save the result of a characteristic; it is valuated by the limits planned for it.

    Raises:
        Refusal: lot or characteristic do not exist, or the lot is decided.
    """
    has_value = row["InspectionResultHasMeanValue"]
    _valuate(work, row, row["InspectionResultMeanValue"] if has_value else None)
    row |= {
        "CreatedByUser": work.user,
        "CreationDate": work.today,
        "InspectionResultStatus": row["InspectionResultStatus"] or "3",
        "ChangedDateTime": work.instant,
    }
    work.system.put(RESULT, row)
    return row


def create_value(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    """Save a single measured value of a characteristic.

    Raises:
        Refusal: lot or characteristic do not exist, or the lot is decided.
    """
    has_value = row["InspResultHasMeasuredValue"]
    _valuate(work, row, row["InspectionResultMeasuredValue"] if has_value else None)
    name = f"value {row['InspectionLot']} {row['InspectionCharacteristic']}"
    row["InspResultValueInternalID"] = row[
        "InspResultValueInternalID"
    ] or work.system.store.next_number(name, 1)
    row |= {
        "CreatedByUser": work.user,
        "CreationDate": work.today,
        "CreationTime": work.clock,
        "ChangedDateTime": work.instant,
    }
    work.system.put(VALUE, row)
    return row


def change_result(work: Work, row: Row, changes: Row) -> None:
    """Change a result or a value of a lot that is not decided."""
    _open_lot(work, row["InspectionLot"])
    row |= {**changes, "LastChangeDate": work.today, "ChangedDateTime": work.instant}
    row["LastChangedByUser"] = work.user
    work.system.put(VALUE if "InspResultValueInternalID" in row else RESULT, row)


def create_decision(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    """Decide on the use of a lot.

    Raises:
        Refusal: the lot does not exist or is decided, or the code is not in the catalogue.
    """
    lot = _open_lot(work, row["InspectionLot"])
    key = (row["InspLotUsageDecisionCodeGroup"], row["InspectionLotUsageDecisionCode"])
    code = work.system.store.get("_usage_decision_code", *key)
    if code is None:
        raise refusal("QA/004", *key, target="InspectionLotUsageDecisionCode")
    row |= {
        "InspLotUsageDecisionValuation": row["InspLotUsageDecisionValuation"]
        or code.get("valuation", ACCEPTED),
        "InspectionLotUsageDecidedBy": work.user,
        "InspectionLotUsageDecidedOn": work.today,
        "InspLotUsageDecisionTime": work.clock,
        "ChangedDateTime": work.instant,
    }
    work.system.put(DECISION, row)
    lot |= {"InspectionLotHasUsageDecision": True, "ChangedDateTime": work.instant}
    work.system.put(LOT, lot)
    return row


def change_decision(work: Work, row: Row, changes: Row) -> None:
    """Change a usage decision."""
    row |= {**changes, "ChangedDateTime": work.instant}
    row["InspLotUsageDecisionChangedBy"] = work.user
    row["InspLotUsageDecisionChangedOn"] = work.today
    work.system.put(DECISION, row)


def create_defect(work: Work, row: Row, children: dict[str, list[Row]]) -> Row:
    """Record a defect.

    Raises:
        Refusal: its code, material or order does not exist.
    """
    _require_defect(work, row)
    number = work.system.store.next_number("defect", FIRST_DEFECT)
    row |= {
        "DefectInternalID": number,
        "Defect": row["Defect"] or number,
        "DefectCategory": row["DefectCategory"] or "06",
        "CreatedByUser": work.user,
        "CreationDate": work.today,
        "CreationTime": work.clock,
        "ChangedDateTime": work.instant,
    }
    work.system.put(DEFECT, row)
    return row


def change_defect(work: Work, row: Row, changes: Row) -> None:
    """Change a defect."""
    row |= {**changes, "LastChangeDate": work.today, "ChangedDateTime": work.instant}
    _require_defect(work, row)
    work.system.put(DEFECT, row)


def _require_defect(work: Work, row: Row) -> None:
    key = (row["DefectCodeGroup"], row["DefectCode"])
    if work.system.store.get("_defect_code", *key) is None:
        raise refusal("QM/001", *key, target="DefectCode")
    if row["Material"] and work.system.store.get("A_Product", row["Material"]) is None:
        raise refusal("M3/305", row["Material"], target="Material")
    order = row["ManufacturingOrder"]
    if order and orders.find_order(work, order) is None:
        raise refusal("RU/010", order, target="ManufacturingOrder")
    lot = row["InspectionLot"]
    if lot and work.system.store.get(LOT, lot) is None:
        raise refusal("QA/001", lot, target="InspectionLot")


def _open_lot(work: Work, number: str) -> Row:
    lot = work.system.store.get(LOT, number)
    if lot is None:
        raise refusal("QA/001", number, target="InspectionLot")
    work.lock("inspection lot", number)
    if lot["InspectionLotHasUsageDecision"]:
        raise refusal("QA/002", number, target="InspectionLot")
    return lot


def _characteristic(lot: Row, row: Row) -> dict[str, Any]:
    wanted = (row["InspPlanOperationInternalID"], row["InspectionCharacteristic"])
    for line in lot["_characteristics"]:
        known = (line["operation"].lstrip("0") or "0", line["characteristic"].lstrip("0") or "0")
        if known == wanted:
            found: dict[str, Any] = line
            return found
    raise refusal("QA/003", lot["InspectionLot"], wanted[1], target="InspectionCharacteristic")


def _valuate(work: Work, row: Row, measured: float | None) -> None:
    """Valuate a result or value by the limits planned, unless it says so itself."""
    planned = _characteristic(_open_lot(work, row["InspectionLot"]), row)
    given = row["InspectionValuationResult"]
    row["InspectionValuationResult"] = given or _valuation(planned, measured)


def _valuation(planned: dict[str, Any], measured: float | None) -> str:
    """Return accepted or rejected by the limits; empty without a value."""
    if measured is None:
        return ""
    low, high = planned.get("lower"), planned.get("upper")
    inside = (low is None or measured >= float(low)) and (high is None or measured <= float(high))
    return ACCEPTED if inside else REJECTED
