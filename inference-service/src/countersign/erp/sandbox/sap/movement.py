"""A goods movement: one item of a material document, checked and carried into stock and order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from countersign.erp.sandbox.sap import orders, stock
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.tables import rows_of
from countersign.erp.sandbox.sap.units import unit_of

ITEM = "A_MaterialDocumentItem"


@dataclass(frozen=True, slots=True)
class MovementType:
    """A movement type with a reference type; ``from_stock`` and ``to_stock`` are stock types."""

    type: str
    code: str
    reference_type: str
    from_stock: str
    to_stock: str
    needs: str
    reverses: str


def movement_type(name: str, reference_type: str) -> MovementType:
    """Return a movement type.

    Raises:
        Refusal: it does not exist, or not with this reference type.
    """
    if not name:
        raise refusal("M7/018", "Movement Type", target="GoodsMovementType")
    known = [rule for (type_, _), rule in _types().items() if type_ == name]
    if not known:
        raise refusal("M7/001", "T156", name, target="GoodsMovementType")
    for rule in known:
        if rule.reference_type == reference_type:
            return rule
    needed = "MANUFACTURINGORDER" if known[0].needs == "order" else "PURCHASEORDER"
    raise refusal("MM_IM_ODATA_API_MDOC/011", needed, name, target="GoodsMovementRefDocType")


def reversal_type(rule: MovementType) -> MovementType:
    """Return the movement type that undoes another."""
    for other in _types().values():
        same_reference = other.reference_type == rule.reference_type
        if same_reference and (other.reverses == rule.type or rule.reverses == other.type):
            return other
    raise refusal("M7/001", "T156", rule.type)


def book(work: Work, item: Row) -> Row:
    """Check an item and carry it into stock and order; the item comes back completed.

    Raises:
        Refusal: a rule forbids it; nothing is changed then.
    """
    rule = movement_type(item["GoodsMovementType"], item["GoodsMovementRefDocType"])
    _require_authority(work, rule)
    if rule.needs == "physical_inventory":
        raise refusal("M7/001", "T158G", rule.type, target="GoodsMovementType")
    _complete_from_reservation(work, item)
    _complete_from_order(work, rule, item)
    _require_account(work, rule, item)
    material = stock.material_in_plant(work, item["Material"], item["Plant"])
    work.require_free("material", item["Material"])
    work.require_free("valuation", item["Material"])
    quantity = _quantity(item, material)
    _require_place(work, rule, item)
    _require_decided(work, rule, item)
    receives = not rule.from_stock
    stock.require_batch(work, material, item["Batch"], may_be_new=receives)
    _change_order(work, rule, item, quantity)
    _change_stock(work, rule, item, material, quantity)
    _change_reservation(work, rule, item, quantity)
    return item


def _require_authority(work: Work, rule: MovementType) -> None:
    if work.system.store.get("_forbidden", "movement_type", rule.type):
        raise refusal("M7/120", rule.type, target="GoodsMovementType")


def _quantity(item: Row, material: Row) -> Decimal:
    """Settle the units of an item and return its quantity in the base unit."""
    quantity = Decimal(item["QuantityInEntryUnit"])
    if quantity <= 0:
        raise refusal("ET/100", target="QuantityInEntryUnit")
    unit = unit_of(item, "EntryUnit", "EntryUnitISOCode", "EntryUnitSAPCode")
    item["EntryUnit"] = unit or material["BaseUnit"]
    in_base = stock.in_base_unit(material, quantity, item["EntryUnit"])
    item["MaterialBaseUnit"] = material["BaseUnit"]
    item["QuantityInBaseUnit"] = plain(in_base)
    return in_base


def _complete_from_reservation(work: Work, item: Row) -> None:
    """Fill what the reservation knows, as SAP does."""
    if not item["Reservation"]:
        return
    work.require_free("reservation", item["Reservation"])
    _, row = component_of_reservation(work, item["Reservation"], item["ReservationItem"])
    for name in ("Material", "Plant", "StorageLocation", "Batch"):
        item[name] = item[name] or row.get(name, "")
    if not item["ManufacturingOrder"]:
        item["ManufacturingOrder"] = row.get("ManufacturingOrder", "")


def component_of_reservation(work: Work, reservation: str, number: str) -> tuple[str, Row]:
    """Return the component or reservation item of a number, with its entity set.

    Raises:
        Refusal: there is none.
    """
    for family in orders.FAMILIES:
        key = (reservation, number) + (("",) if family is orders.PROCESS else ())
        row = work.system.store.get(family.components, *key)
        if row is not None:
            return family.components, row
    row = work.system.store.get("A_ReservationDocumentItem", reservation, number, "")
    if row is not None:
        return "A_ReservationDocumentItem", {**row, "Material": row["Product"]}
    raise refusal("M7/001", "RESB", f"{reservation} {number}", target="ReservationItem")


def _complete_from_order(work: Work, rule: MovementType, item: Row) -> None:
    number = item["ManufacturingOrder"]
    if rule.needs == "order" and not number:
        raise refusal("M7/018", "Order", target="ManufacturingOrder")
    if not number:
        return
    found = orders.find_order(work, number)
    if found is None:
        raise refusal("M7/001", "AUFK", number, target="ManufacturingOrder")
    family, order = found
    work.lock("order", number)
    orders.require_processable(order)
    item["Plant"] = item["Plant"] or order["ProductionPlant"]
    if rule.type in ("101", "102"):
        line = orders.item_of(work, family, number)
        item["Material"] = item["Material"] or line["Material"]
        item["StorageLocation"] = item["StorageLocation"] or line["StorageLocation"]
        item["ManufacturingOrderItem"] = item["ManufacturingOrderItem"] or "1"
        if item["Material"] != line["Material"]:
            raise refusal("M7/001", "AFPO", f"{number} {item['Material']}", target="Material")


def _require_account(work: Work, rule: MovementType, item: Row) -> None:
    if rule.needs == "cost_center":
        if not item["CostCenter"]:
            raise refusal("KI/235", item["GLAccount"] or "scrapping", target="CostCenter")
        if work.system.store.get("_cost_center", item["CostCenter"]) is None:
            raise refusal("F5/507", item["CostCenter"], target="CostCenter")
    reason = item["GoodsMovementReasonCode"]
    if reason and work.system.store.get("_movement_reason", rule.type, reason) is None:
        raise refusal("M7/001", "T157D", f"{rule.type} {reason}", target="GoodsMovementReasonCode")


def _require_place(work: Work, rule: MovementType, item: Row) -> None:
    if not item["StorageLocation"]:
        raise refusal("M7/018", "Storage Location", target="StorageLocation")
    _require_location(work, item["Plant"], item["StorageLocation"], "StorageLocation")
    counted = (item["Material"], item["Plant"], item["StorageLocation"])
    if work.system.store.get("_counting", *counted):
        raise refusal("M7/127", *counted)
    if rule.needs == "receiving_location":
        receiving = item["IssuingOrReceivingStorageLoc"]
        if not receiving:
            raise refusal("M7/018", "Receiving location", target="IssuingOrReceivingStorageLoc")
        plant = item["IssuingOrReceivingPlant"] or item["Plant"]
        _require_location(work, plant, receiving, "IssuingOrReceivingStorageLoc")
    if rule.needs == "receiving_material" and not item["IssgOrRcvgMaterial"]:
        raise refusal("M7/018", "Receiving material", target="IssgOrRcvgMaterial")


def _require_decided(work: Work, rule: MovementType, item: Row) -> None:
    """Refuse a transfer out of inspection where an inspection lot has to decide."""
    if stock.IN_INSPECTION not in (rule.from_stock, rule.to_stock):
        return
    for lot in work.system.store.find("A_InspectionLot", Material=item["Material"]):
        if not lot["InspectionLotHasUsageDecision"] and lot["Batch"] in ("", item["Batch"]):
            raise refusal("QA/441", item["Material"], target="GoodsMovementType")


def _require_location(work: Work, plant: str, location: str, target: str) -> None:
    if work.system.store.get("_storage_location", plant, location) is None:
        raise refusal("M7/001", "T001L", f"{plant} {location}", target=target)


def _change_order(work: Work, rule: MovementType, item: Row, quantity: Decimal) -> None:
    """Carry a receipt into the order's or purchase order's delivered quantity."""
    if rule.needs == "purchase_order":
        _receive_purchase(work, rule, item, quantity)
        return
    if rule.needs != "order" or rule.type not in ("101", "102"):
        return
    found = orders.find_order(work, item["ManufacturingOrder"])
    assert found is not None
    family, order = found
    line = orders.item_of(work, family, item["ManufacturingOrder"])
    change = -quantity if rule.reverses else quantity
    received = orders.add(line, "MfgOrderItemGoodsReceiptQty", change)
    planned = Decimal(line["MfgOrderItemPlannedTotalQty"])
    most = orders.most_of(order, planned)
    if change > 0 and most is not None and received > most:
        excess = f"{plain(received - most)} {item['MaterialBaseUnit']}"
        name = f"{item['ManufacturingOrder']} 1"
        raise refusal("M7/022", excess, ":", name, item["Material"], target="QuantityInEntryUnit")
    line["IsCompletelyDelivered"] = received >= planned
    work.system.put(family.items, line)
    if received >= planned:
        orders.set_status(work, family, order, on="DLV")
    else:
        orders.set_status(work, family, order, off="DLV")
    orders.save_order(work, family, order)


def _receive_purchase(work: Work, rule: MovementType, item: Row, quantity: Decimal) -> None:
    key = (item["PurchaseOrder"], item["PurchaseOrderItem"])
    row = work.system.store.get("_purchase_order", *key)
    if row is None:
        raise refusal("M7/001", "EKPO", " ".join(key), target="PurchaseOrder")
    received = orders.add(row, "received", -quantity if rule.reverses else quantity)
    if received > Decimal(row["quantity"]) and not rule.reverses:
        excess = plain(received - Decimal(row["quantity"]))
        raise refusal("M7/022", excess, ":", " ".join(key), item["Material"])
    work.system.store.put("_purchase_order", key, row)


def _change_stock(
    work: Work, rule: MovementType, item: Row, material: Row, quantity: Decimal
) -> None:
    """Take from one place, bring to another; a reversed transfer goes the way back."""
    here = (material, item["Plant"], item["StorageLocation"], item["Batch"])
    there = here
    if rule.needs.startswith("receiving_"):
        plant = item["IssuingOrReceivingPlant"] or item["Plant"]
        other = item["IssgOrRcvgMaterial"] or item["Material"]
        there = (
            stock.material_in_plant(work, other, plant),
            plant,
            item["IssuingOrReceivingStorageLoc"] or item["StorageLocation"],
            item["IssgOrRcvgBatch"] or item["Batch"],
        )
    source, target = (there, here) if rule.reverses else (here, there)
    if rule.from_stock:
        stock.change(work, source[0], (*source[1:], rule.from_stock), -quantity)
    if rule.to_stock:
        stock.change(work, target[0], (*target[1:], rule.to_stock), quantity)


def _change_reservation(work: Work, rule: MovementType, item: Row, quantity: Decimal) -> None:
    """Carry a withdrawal into the component it was planned for, where there is one."""
    if rule.type not in ("261", "262", "531", "532") or not item["ManufacturingOrder"]:
        return
    found = orders.find_order(work, item["ManufacturingOrder"])
    assert found is not None
    family, _ = found
    row = _component(work, family, item)
    if row is None:
        return
    orders.add(row, "WithdrawnQuantity", -quantity if rule.reverses else quantity)
    row["ReservationIsFinallyIssued"] |= item["ReservationIsFinallyIssued"]
    work.system.put(family.components, row)


def _component(work: Work, family: orders.Family, item: Row) -> Row | None:
    for row in orders.components_of(work, family, item["ManufacturingOrder"]):
        if item["Reservation"]:
            if (row["Reservation"], row["ReservationItem"]) == (
                item["Reservation"],
                item["ReservationItem"],
            ):
                return row
        elif row["Material"] == item["Material"]:
            item["Reservation"], item["ReservationItem"] = (
                row["Reservation"],
                row["ReservationItem"],
            )
            return row
    return None


@cache
def _types() -> dict[tuple[str, str], MovementType]:
    return {
        (row["type"], row["reference_type"]): MovementType(
            *(row[name] for name in MovementType.__dataclass_fields__)
        )
        for row in rows_of("movement_types.csv")
    }
