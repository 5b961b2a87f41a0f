"""Purchase requisitions and reservations: what is asked for, without any stock moving."""

from __future__ import annotations

from decimal import Decimal

from countersign.erp.sandbox.sap import movement, orders, stock
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.units import known

REQUISITION = "A_PurchaseRequisitionHeader"
REQUISITION_ITEM = "A_PurchaseRequisitionItem"
ASSIGNMENT = "A_PurReqnAcctAssgmt"
RESERVATION = "A_ReservationDocumentHeader"
RESERVATION_ITEM = "A_ReservationDocumentItem"
FIRST_REQUISITION = 10_000_001
DEFAULT_TYPE = "NB"


def create_requisition(work: Work, header: Row, children: dict[str, list[Row]]) -> Row:
    """Save a purchase requisition, or only check it where the header says so.

    Raises:
        Refusal: an item lacks something or names what does not exist.
    """
    items = children.get("to_PurchaseReqnItem", [])
    if not items:
        raise refusal("W5/002")
    header["PurchaseRequisitionType"] = header["PurchaseRequisitionType"] or DEFAULT_TYPE
    for item in items:
        _require_item(work, item)
    if header["PurReqnDoOnlyValidation"]:
        return header
    header["PurchaseRequisition"] = work.system.store.next_number("requisition", FIRST_REQUISITION)
    work.system.put(REQUISITION, header)
    for position, item in enumerate(items, start=1):
        _save_item(work, header, item, str(position * 10))
    return header


def create_reservation(work: Work, header: Row, children: dict[str, list[Row]]) -> Row:
    """Save a reservation.

    Raises:
        Refusal: the movement type, an account or an item is not right.
    """
    items = children.get("to_ReservationDocumentItem", [])
    if not items:
        raise refusal("M7/018", "at least one item")
    rule = movement.movement_type(header["GoodsMovementType"], "")
    if header["OrderID"] and orders.find_order(work, header["OrderID"]) is None:
        raise refusal("M7/001", "AUFK", header["OrderID"], target="OrderID")
    if rule.needs == "order" and not header["OrderID"]:
        raise refusal("M7/018", "Order", target="OrderID")
    if rule.needs == "cost_center" and not header["CostCenter"]:
        raise refusal("KI/235", "consumption", target="CostCenter")
    header["ReservationDate"] = header["ReservationDate"] or work.today
    header["Reservation"] = work.system.store.next_number("reservation", 1)
    work.system.put(RESERVATION, header)
    for position, item in enumerate(items, start=1):
        _save_reservation_item(work, header, item, str(position))
    return header


def _require_item(work: Work, item: Row) -> None:
    if not item["Material"] and not item["PurchaseRequisitionItemText"]:
        raise refusal("ME/083", "Material or Short Text", target="Material")
    for name, label in (("PurchasingGroup", "Purch. Group"), ("Plant", "Plant")):
        if not item[name]:
            raise refusal("ME/083", label, target=name)
    if Decimal(item["RequestedQuantity"]) <= 0:
        raise refusal("ME/083", "Quantity", target="RequestedQuantity")
    if item["Material"]:
        material = stock.material_in_plant(work, item["Material"], item["Plant"])
        item["BaseUnit"] = item["BaseUnit"] or material["BaseUnit"]
        quantity = Decimal(item["RequestedQuantity"])
        stock.in_base_unit(material, quantity, item["BaseUnit"])
        item["PurchaseRequisitionItemText"] = (
            item["PurchaseRequisitionItemText"] or material["_text"][:40]
        )
    if not item["BaseUnit"]:
        raise refusal("W5/061", item["PurchaseRequisitionItemText"], target="BaseUnit")
    known(item["BaseUnit"], "BaseUnit")
    _require_assignment(work, item)


def _require_assignment(work: Work, item: Row) -> None:
    rows = item.get("to_PurchaseReqnAcctAssgmt", [])
    category = item["AccountAssignmentCategory"]
    if category and not rows:
        raise refusal("ME/083", "Account Assignment", target="AccountAssignmentCategory")
    for row in rows:
        if category == "K":
            if not row["CostCenter"]:
                raise refusal("ME/083", "Cost Center", target="CostCenter")
            if work.system.store.get("_cost_center", row["CostCenter"]) is None:
                raise refusal("F5/507", row["CostCenter"], target="CostCenter")
        if category == "F" and orders.find_order(work, row["OrderID"]) is None:
            raise refusal("M7/001", "AUFK", row["OrderID"], target="OrderID")


def _save_item(work: Work, header: Row, item: Row, position: str) -> None:
    assignments: list[Row] = item.pop("to_PurchaseReqnAcctAssgmt", [])
    item.pop("to_PurchaseReqn", None)
    item |= {
        "PurchaseRequisition": header["PurchaseRequisition"],
        "PurchaseRequisitionItem": item["PurchaseRequisitionItem"] or position,
        "PurchaseRequisitionType": header["PurchaseRequisitionType"],
        "DeliveryDate": item["DeliveryDate"] or work.today,
        "CreationDate": work.today,
        "PurReqCreationDate": work.today,
        "CreatedByUser": work.user,
        "LastChangeDateTime": work.instant,
    }
    work.system.put(REQUISITION_ITEM, item)
    for number, row in enumerate(assignments, start=1):
        row |= {
            "PurchaseRequisition": item["PurchaseRequisition"],
            "PurchaseRequisitionItem": item["PurchaseRequisitionItem"],
            "PurchaseReqnAcctAssgmtNumber": row["PurchaseReqnAcctAssgmtNumber"] or str(number),
            "CreationDate": work.today,
        }
        work.system.put(ASSIGNMENT, row)


def _save_reservation_item(work: Work, header: Row, item: Row, position: str) -> None:
    material = stock.material_in_plant(work, item["Product"], item["Plant"])
    quantity = Decimal(item["ResvnItmRequiredQtyInEntryUnit"])
    if quantity <= 0:
        raise refusal("ET/100", target="ResvnItmRequiredQtyInEntryUnit")
    item["EntryUnit"] = item["EntryUnit"] or material["BaseUnit"]
    in_base = stock.in_base_unit(material, quantity, item["EntryUnit"])
    item |= {
        "Reservation": header["Reservation"],
        "ReservationItem": position,
        "RecordType": "",
        "GoodsMovementType": header["GoodsMovementType"],
        "GoodsMovementIsAllowed": True,
        "BaseUnit": material["BaseUnit"],
        "ResvnItmRequiredQtyInBaseUnit": plain(in_base),
        "MatlCompRequirementDate": item["MatlCompRequirementDate"] or header["ReservationDate"],
    }
    work.system.put(RESERVATION_ITEM, item)
