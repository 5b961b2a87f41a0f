"""An order: production or process, its status, operations and components."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

CREATED, RELEASED, TECHNICALLY_COMPLETED, CLOSED = "CRTD", "REL", "TECO", "CLSD"

STATUS_CODES = {
    "CRTD": ("I0001", "Created", "OrderIsCreated"),
    "REL": ("I0002", "Released", "OrderIsReleased"),
    "CNF": ("I0009", "Confirmed", "OrderIsConfirmed"),
    "PCNF": ("I0010", "Partially confirmed", "OrderIsPartiallyConfirmed"),
    "DLV": ("I0012", "Delivered", "OrderIsDelivered"),
    "DLFL": ("I0076", "Deletion flag", "OrderIsMarkedForDeletion"),
    "LKD": ("I0043", "Locked", "OrderIsLocked"),
    "TECO": ("I0045", "Technically completed", "OrderIsTechnicallyCompleted"),
    "CLSD": ("I0046", "Closed", "OrderIsClosed"),
}
"""Status by its short name: SAP's code, name and the order's flag."""


@dataclass(frozen=True, slots=True)
class Family:
    """Production or process orders: the entity sets in which SAP shows them."""

    name: str
    category: str
    orders: str
    items: str
    operations: str
    components: str
    statuses: str
    confirmations: str
    movements: str
    to_movements: str


PRODUCTION = Family(
    name="production",
    category="10",
    orders="A_ProductionOrder_2",
    items="A_ProductionOrderItem_2",
    operations="A_ProductionOrderOperation_2",
    components="A_ProductionOrderComponent_2",
    statuses="A_ProductionOrderStatus_2",
    confirmations="ProdnOrdConf2",
    movements="ProdnOrdConfMatlDocItm",
    to_movements="to_ProdnOrdConfMatlDocItm",
)
PROCESS = Family(
    name="process",
    category="40",
    orders="A_ProcessOrder_2",
    items="A_ProcessOrderItem_2",
    operations="A_ProcessOrderOperation_2",
    components="A_ProcessOrderComponent_2",
    statuses="A_ProcessOrderStatus_2",
    confirmations="ProcOrdConf2",
    movements="ProcOrdConfMatlDocItm",
    to_movements="to_ProcOrdConfMatlDocItm",
)
FAMILIES = (PRODUCTION, PROCESS)


def find_order(work: Work, number: str) -> tuple[Family, Row] | None:
    """Return an order of either family."""
    for family in FAMILIES:
        row = work.system.store.get(family.orders, number)
        if row is not None:
            return family, row
    return None


def order_of(work: Work, family: Family, number: str) -> Row:
    """Return an order of one family.

    Raises:
        Refusal: there is none.
    """
    row = work.system.store.get(family.orders, number)
    if row is None:
        raise refusal("RU/010", number, target="OrderID")
    return row


def require_processable(order: Row) -> None:
    """Refuse postings to an order that is not released, or already completed.

    Raises:
        Refusal: its status forbids them.
    """
    name = f"ORD {order['ManufacturingOrder']}"
    for status in ("CLSD", "TECO", "DLFL", "LKD"):
        if order[STATUS_CODES[status][2]]:
            raise refusal("BS/013", status, name, target="OrderID")
    if not order["OrderIsReleased"]:
        raise refusal("BS/007", "CRTD", name, target="OrderID")


def operations_of(work: Work, family: Family, number: str) -> list[Row]:
    """List the operations of an order by number."""
    rows = work.system.store.find(family.operations, ManufacturingOrder=number)
    return sorted(rows, key=lambda row: str(row["ManufacturingOrderOperation"]))


def components_of(work: Work, family: Family, number: str) -> list[Row]:
    """List the components of an order."""
    return work.system.store.find(family.components, ManufacturingOrder=number)


def set_status(work: Work, family: Family, order: Row, *, on: str = "", off: str = "") -> None:
    """Set one status of an order and take another back."""
    number = order["ManufacturingOrder"]
    if off:
        code, _, flag = STATUS_CODES[off]
        order[flag] = ""
        work.system.store.delete(family.statuses, number, code)
    if on:
        code, name, flag = STATUS_CODES[on]
        order[flag] = "X"
        row = work.system.new_row(
            family.statuses,
            ManufacturingOrder=number,
            StatusCode=code,
            StatusShortName=on,
            StatusName=name,
        )
        work.system.put(family.statuses, row)


def save_order(work: Work, family: Family, order: Row) -> None:
    """Write an order with the time of its change, which is also its ETag."""
    order["LastChangeDateTime"] = max(work.stamp, order["LastChangeDateTime"])
    work.system.put(family.orders, order)


def item_of(work: Work, family: Family, number: str) -> Row:
    """Return the item of an order."""
    row = work.system.store.get(family.items, number, "1")
    assert row is not None
    return row


def most_of(order: Row, planned: Decimal) -> Decimal | None:
    """Return the most that may be delivered for a planned quantity; None without a limit."""
    if order["_unlimited"]:
        return None
    return planned * (1 + Decimal(order["_over_pct"]) / 100)


def add(row: Row, name: str, quantity: Decimal) -> Decimal:
    """Add to a quantity of a row and return the sum."""
    total = Decimal(row[name]) + quantity
    row[name] = plain(total)
    return total
