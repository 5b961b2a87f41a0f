"""A confirmation: what an operation produced, and the goods movements that go with it."""

from __future__ import annotations

from decimal import Decimal

from countersign.erp.sandbox.sap import confirmed_movements, orders
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import as_warning, message, refusal
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work, require_open_period
from countersign.erp.sandbox.sap.units import factor, names, require_time, unit_of

QUANTITIES = (
    "ConfirmationYieldQuantity",
    "ConfirmationScrapQuantity",
    "ConfirmationReworkQuantity",
)
ACTIVITIES = range(1, 7)
FINAL_TYPES = ("1", "X")
"""Final: '1' when SAP decides so by quantity, 'X' always."""


def confirm(work: Work, family: Family, given: Row, movements: list[Row] | None) -> Row:
    """Save a confirmation; ``movements`` replace the standard ones unless None.

    A goods movement that fails does not fail the confirmation: it waits in the error pool (COGI).

    Raises:
        Refusal: a rule forbids the confirmation; nothing is saved then.
    """
    order = orders.order_of(work, family, given["OrderID"])
    work.lock("order", given["OrderID"])
    orders.require_processable(order)
    operation = _operation(work, family, given)
    _require_sense(work, order, operation, given)
    require_open_period(work, given["PostingDate"] or work.today)
    row = _completed(work, family, order, operation, given)
    _require_tolerance(work, order, operation, row)
    _save(work, family, row, operation)
    _carry(work, family, order, operation, row, 1)
    confirmed_movements.post(work, family, order, operation, row, movements)
    work.changed_orders.append(order["ManufacturingOrder"])
    return row


def cancel(
    work: Work, family: Family, group: str, count: str, posting_date: str | None, **texts: str
) -> Row:
    """Undo a confirmation with its goods movements by a confirmation of its own.

    Raises:
        Refusal: it does not exist, is undone already, or its order's status forbids it.
    """
    row = work.system.store.get(family.confirmations, group, count)
    if row is None:
        raise refusal("RU/014", group, count, target="ConfirmationGroup")
    order = orders.order_of(work, family, row["OrderID"])
    work.lock("order", row["OrderID"])
    orders.require_processable(order)
    if row["IsReversed"] or row["IsReversal"]:
        raise refusal("RU/015", group, count, target="ConfirmationCount")
    day = posting_date or work.today
    require_open_period(work, day)
    operation = _operation_of_group(work, family, row)
    row["IsReversed"] = True
    work.system.put(family.confirmations, row)
    undone = {"IsReversed": False, "IsReversal": True, "_cancelled_count": row["ConfirmationCount"]}
    reversal = {**row, **undone, "PostingDate": day, **texts}
    _save(work, family, reversal, operation)
    _carry(work, family, order, operation, row, -1)
    confirmed_movements.undo(work, family, row, reversal)
    work.changed_orders.append(order["ManufacturingOrder"])
    return reversal


def is_final(row: Row) -> bool:
    """Tell whether a confirmation is a final one."""
    return bool(row["IsFinalConfirmation"]) or row["FinalConfirmationType"] in FINAL_TYPES


def _operation(work: Work, family: Family, given: Row) -> Row:
    """Return the operation confirmed; without one the order as a whole, which is its last."""
    found = orders.operations_of(work, family, given["OrderID"])
    if not given["OrderOperation"]:
        return found[-1]
    for row in found:
        if row["ManufacturingOrderOperation"] == given["OrderOperation"]:
            return row
    raise refusal("RU/011", given["OrderID"], given["OrderOperation"], target="OrderOperation")


def _operation_of_group(work: Work, family: Family, row: Row) -> Row:
    for operation in orders.operations_of(work, family, row["OrderID"]):
        if operation["_group"] == row["ConfirmationGroup"]:
            return operation
    raise refusal("RU/014", row["ConfirmationGroup"], row["ConfirmationCount"])


def _require_sense(work: Work, order: Row, operation: Row, given: Row) -> None:
    number, step = given["OrderID"], operation["ManufacturingOrderOperation"]
    if operation["OperationIsConfirmed"]:
        raise refusal("RU/012", number, step, target="OrderOperation")
    for name in QUANTITIES:
        if Decimal(given.get(name, "0")) < 0:
            raise refusal("ET/100", target=name)
    activities = [f"OpConfirmedWorkQuantity{n}" for n in ACTIVITIES]
    amounts = [Decimal(given.get(name, "0")) for name in (*QUANTITIES, *activities)]
    if not any(amounts) and not is_final(given):
        raise refusal("RU/016")
    for n in ACTIVITIES:
        unit = f"OpWorkQuantityUnit{n}"
        if Decimal(given[f"OpConfirmedWorkQuantity{n}"]) < 0:
            raise refusal("ET/100", target=f"OpConfirmedWorkQuantity{n}")
        iso, sap = f"WorkQuantityUnit{n}ISOCode", f"WorkQuantityUnit{n}SAPCode"
        given[unit] = unit_of(given, unit, iso, sap)
        if given[unit]:
            require_time(given[unit], unit)
        elif Decimal(given[f"OpConfirmedWorkQuantity{n}"]):
            raise refusal("M7/018", f"Unit of activity {n}", target=unit)
    _require_master_data(work, order, given)


def _require_master_data(work: Work, order: Row, given: Row) -> None:
    plant = order["ProductionPlant"]
    if given["Plant"] and given["Plant"] != plant:
        raise refusal("RU/019", given["WorkCenter"] or "-", given["Plant"], target="Plant")
    center = given["WorkCenter"]
    if center and work.system.store.get("_work_center", plant, center) is None:
        raise refusal("RU/019", center, plant, target="WorkCenter")
    reason = given["VarianceReasonCode"]
    if reason and work.system.store.get("_variance_reason", plant, reason) is None:
        raise refusal("RU/018", reason, plant, target="VarianceReasonCode")


def _completed(work: Work, family: Family, order: Row, operation: Row, given: Row) -> Row:
    """Fill what SAP fills: keys of the order, units, times of entry."""
    unit = unit_of(given, "ConfirmationUnit", "ConfirmationUnitISOCode", "ConfirmationUnitSAPCode")
    unit = unit or operation["OperationUnit"]
    iso, sap = names(unit)
    final = is_final(given)
    return {
        **given,
        "ConfirmationGroup": operation["_group"],
        "OrderOperation": operation["ManufacturingOrderOperation"],
        "OrderType": order["ManufacturingOrderType"],
        "OrderOperationInternalID": operation["OrderIntBillOfOperationsItem"],
        "Material": order["Material"],
        "OrderPlannedTotalQty": order["TotalQuantity"],
        "ProductionUnit": order["ProductionUnit"],
        "IsFinalConfirmation": final,
        "FinalConfirmationType": given["FinalConfirmationType"] or ("X" if final else ""),
        "OrderConfirmationRecordType": given["OrderConfirmationRecordType"]
        or ("L40" if final else "L20"),
        "Plant": order["ProductionPlant"],
        "WorkCenter": given["WorkCenter"] or operation["WorkCenter"],
        "PostingDate": given["PostingDate"] or work.today,
        "ConfirmationUnit": unit,
        "ConfirmationUnitISOCode": iso,
        "ConfirmationUnitSAPCode": sap,
    }


def _save(work: Work, family: Family, row: Row, operation: Row) -> None:
    row["ConfirmationCount"] = work.system.store.next_number(
        f"confirmation {operation['_group']}", 1
    )
    row["ConfirmationEntryDate"] = work.today
    row["ConfirmationEntryTime"] = work.clock
    row["EnteredByUser"] = work.user
    work.system.put(family.confirmations, row)


def _require_tolerance(work: Work, order: Row, operation: Row, row: Row) -> None:
    """Refuse a yield above the tolerance, or warn about it, as the settings say."""
    planned = Decimal(operation["OpPlannedTotalQuantity"])
    done = Decimal(operation["OpTotalConfirmedYieldQty"])
    total = done + _in_operation_unit(order, operation, row, "ConfirmationYieldQuantity")
    most = orders.most_of(order, planned)
    if most is None or total <= most:
        return
    variables = (
        order["ManufacturingOrder"],
        operation["ManufacturingOrderOperation"],
        plain(total),
        operation["OperationUnit"],
    )
    if work.system.settings.overdelivery == "error":
        raise refusal("RU/013", *variables, target="ConfirmationYieldQuantity")
    work.warnings.append(as_warning(message("RU/013", *variables)))


def _carry(work: Work, family: Family, order: Row, operation: Row, row: Row, sign: int) -> None:
    """Carry a confirmation into its operation and order, or take it back (``sign`` -1)."""
    good = sign * _in_operation_unit(order, operation, row, "ConfirmationYieldQuantity")
    total = orders.add(operation, "OpTotalConfirmedYieldQty", good)
    final = is_final(row) if sign > 0 else False
    operation["OperationIsConfirmed"] = "X" if final else ""
    operation["OperationIsPartiallyConfirmed"] = "X" if not final and total else ""
    operation["OpActualExecutionStartDate"] = (
        operation["OpActualExecutionStartDate"] or row["ConfirmedExecutionStartDate"]
    )
    operation["LastChangeDateTime"] = work.stamp
    work.system.put(family.operations, operation)
    steps = orders.operations_of(work, family, order["ManufacturingOrder"])
    order["MfgOrderConfirmedYieldQty"] = steps[-1]["OpTotalConfirmedYieldQty"]
    if all(step["OperationIsConfirmed"] for step in steps):
        orders.set_status(work, family, order, on="CNF", off="PCNF")
    elif any(
        step["OperationIsConfirmed"] or step["OperationIsPartiallyConfirmed"] for step in steps
    ):
        orders.set_status(work, family, order, on="PCNF", off="CNF")
    else:
        orders.set_status(work, family, order, off="PCNF")
        orders.set_status(work, family, order, off="CNF")
    orders.save_order(work, family, order)


def _in_operation_unit(order: Row, operation: Row, row: Row, name: str) -> Decimal:
    rate = factor(row["ConfirmationUnit"], operation["OperationUnit"], order["_units"])
    if rate is None:
        unit, base = row["ConfirmationUnit"], operation["OperationUnit"]
        step = operation["ManufacturingOrderOperation"]
        raise refusal("RU/017", unit, base, step, target="ConfirmationUnit")
    return (Decimal(row[name]) * rate).quantize(Decimal("0.001"))
