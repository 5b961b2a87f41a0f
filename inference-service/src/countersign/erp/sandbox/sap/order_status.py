"""The status of an order: released, technically completed, closed, and changes by hand."""

from __future__ import annotations

from collections.abc import Callable

from countersign.erp.sandbox.sap import orders
from countersign.erp.sandbox.sap.messages import Message, Refusal, refusal
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

Change = Callable[[Work, Family, str], Message]

CHANGEABLE = frozenset(
    {
        "OrderLongText",
        "MfgOrderPlannedStartDate",
        "MfgOrderPlannedStartTime",
        "MfgOrderPlannedEndDate",
        "MfgOrderPlannedEndTime",
        "StorageLocation",
        "GoodsRecipientName",
        "UnloadingPointName",
    }
)
"""What of an order can be changed by PATCH here."""


def release(work: Work, family: Family, number: str) -> Message:
    """Release an order with all its operations."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD", "TECO", "DLFL", "REL")
    orders.set_status(work, family, order, on="REL", off="CRTD")
    order["MfgOrderActualReleaseDate"] = work.today
    for row in orders.operations_of(work, family, number):
        row |= {"OperationIsCreated": "", "OperationIsReleased": "X"}
        work.system.put(family.operations, row)
    orders.save_order(work, family, order)
    return _done(f"Order {number} released")


def release_operation(work: Work, family: Family, number: str, step: str) -> Message:
    """Release one operation; the order is then released in part."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD", "TECO", "DLFL")
    rows = orders.operations_of(work, family, number)
    found = [row for row in rows if row["ManufacturingOrderOperation"] == step]
    if not found:
        raise refusal("RU/011", number, step, target="ManufacturingOrderOperation")
    found[0] |= {"OperationIsCreated": "", "OperationIsReleased": "X"}
    work.system.put(family.operations, found[0])
    if all(row["OperationIsReleased"] for row in [*rows, found[0]]):
        orders.set_status(work, family, order, on="REL", off="CRTD")
    else:
        order["OrderIsPartiallyReleased"] = "X"
    orders.save_order(work, family, order)
    return _done(f"Operation {step} of order {number} released")


def complete_technically(work: Work, family: Family, number: str) -> Message:
    """Complete an order: nothing more is posted to it."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD", "TECO")
    if not order["OrderIsReleased"]:
        raise refusal("BS/007", "CRTD", f"ORD {number}", target="ManufacturingOrder")
    orders.set_status(work, family, order, on="TECO")
    orders.save_order(work, family, order)
    return _done(f"Order {number} technically completed")


def close(work: Work, family: Family, number: str) -> Message:
    """Close an order that is technically completed."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD")
    if not order["OrderIsTechnicallyCompleted"]:
        raise refusal("BS/007", "REL", f"ORD {number}", target="ManufacturingOrder")
    orders.set_status(work, family, order, on="CLSD")
    orders.save_order(work, family, order)
    return _done(f"Order {number} closed")


def flag_for_deletion(work: Work, family: Family, number: str) -> Message:
    """Flag an order for deletion."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD", "DLFL")
    orders.set_status(work, family, order, on="DLFL")
    orders.save_order(work, family, order)
    return _done(f"Order {number} flagged for deletion")


def complete_delivery(work: Work, family: Family, number: str) -> Message:
    """Say that no more of an order will be delivered."""
    order = _locked(work, family, number)
    _forbid(order, "CLSD", "TECO")
    line = orders.item_of(work, family, number)
    line["IsCompletelyDelivered"] = True
    work.system.put(family.items, line)
    orders.set_status(work, family, order, on="DLV")
    orders.save_order(work, family, order)
    return _done(f"Delivery of order {number} completed")


def change_order(work: Work, family: Family, order: Row, changes: Row) -> None:
    """Change fields of an order by hand.

    Raises:
        Refusal: a field cannot be changed, or the order's status forbids changes.
    """
    work.lock("order", order["ManufacturingOrder"])
    _forbid(order, "CLSD", "TECO")
    for name, value in changes.items():
        if name not in CHANGEABLE and value != order[name]:
            text = f"Property '{name}' cannot be changed"
            raise Refusal([Message("/IWBEP/CM_MGW_RT/021", text, target=name)])
        order[name] = value
    if order["LastChangeDateTime"] >= work.stamp:
        order["LastChangeDateTime"] = str(int(order["LastChangeDateTime"]) + 1)
    orders.save_order(work, family, order)


def function_message(done: Message) -> dict[str, str]:
    """Write a message as the complex type that the functions of an order return."""
    variables = {
        f"SystemMessageVariable{n}": value
        for n, value in enumerate((*done.variables, "", "", "", "")[:4], start=1)
    }
    return {
        "SystemMessageType": "S",
        "SystemMessageIdentification": done.message_class,
        "SystemMessageNumber": done.number,
        "SystemMessageLongText": done.text,
        **variables,
    }


CHANGES: dict[str, Change] = {
    "ReleaseOrder": release,
    "TechlyCmpltOrder": complete_technically,
    "CloseOrder": close,
    "DeletionFlagOrder": flag_for_deletion,
    "DeliveryCompletedOrder": complete_delivery,
}
"""The function imports that change an order's status."""


def _locked(work: Work, family: Family, number: str) -> Row:
    order = orders.order_of(work, family, number)
    work.lock("order", number)
    return order


def _forbid(order: Row, *statuses: str) -> None:
    for status in statuses:
        if order[orders.STATUS_CODES[status][2]]:
            name = f"ORD {order['ManufacturingOrder']}"
            raise refusal("BS/013", status, name, target="ManufacturingOrder")


def _done(text: str) -> Message:
    return Message("CO/001", text, severity="success")
