"""Making orders: from a seed's row, or from a material's bill of material and routing."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap import orders
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.orders import Family
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.units import names

Given = Mapping[str, Any]

FIRST_ORDER = 1_000_001
DEFAULT_PLANT = "1010"


def make(work: Work, given: Given) -> str:
    """Make an order, or make one anew under its number; return the number."""
    family = orders.PROCESS if given.get("category") == "process" else orders.PRODUCTION
    number = str(given.get("order") or work.system.store.next_number("order", FIRST_ORDER))
    number = number.lstrip("0") or "0"
    material = work.system.store.get("A_Product", given["material"])
    if material is None:
        raise ValueError(f"no such material: {given['material']}")
    row = _order_row(work, family, number, given, material)
    quantity = Decimal(row["TotalQuantity"])
    for status in ("CRTD", *([] if given.get("status", "REL") == "CRTD" else ["REL"])):
        orders.set_status(work, family, row, on=status)
    if row["OrderIsReleased"]:
        orders.set_status(work, family, row, off="CRTD")
        row["MfgOrderActualReleaseDate"] = work.today
    orders.save_order(work, family, row)
    work.system.put(family.items, _item_row(work, family, row, given))
    steps = given.get("operations") or _routing(work, given["material"])
    for position, step in enumerate(steps, start=1):
        last = position == len(steps)
        work.system.put(family.operations, _operation(work, family, row, step, position, last))
    components = given.get("components") or _exploded(work, given["material"], quantity)
    for position, component in enumerate(components, start=1):
        first = steps[0]["operation"]
        put = _component(work, family, row, component, position, first)
        work.system.put(family.components, put)
    return number


def put_bom(work: Work, given: Given) -> None:
    """Take a bill of material over: header, items, and what orders are exploded from."""
    plant = given.get("plant", DEFAULT_PLANT)
    number = work.system.store.next_number("bom", 1)
    keys = {
        "BillOfMaterial": number,
        "BillOfMaterialCategory": "M",
        "BillOfMaterialVariant": "01",
        "Material": given["material"],
        "Plant": plant,
    }
    header = work.system.new_row(
        "MaterialBOM",
        **keys,
        BillOfMaterialVariantUsage="1",
        BillOfMaterialStatus="01",
        BOMHeaderBaseUnit=given["unit"],
        BOMHeaderQuantityInBaseUnit=plain(Decimal(given["quantity"])),
        LastChangeDateTime=work.started_at.isoformat(),
    )
    work.system.put("MaterialBOM", header)
    for position, line in enumerate(given["items"], start=1):
        item = work.system.new_row(
            "MaterialBOMItem",
            **keys,
            BillOfMaterialItemNodeNumber=str(position),
            BillOfMaterialComponent=line["material"],
            BillOfMaterialItemCategory="L",
            BillOfMaterialItemNumber=f"{position * 10:04d}",
            BillOfMaterialItemUnit=line["unit"],
            BillOfMaterialItemQuantity=plain(Decimal(line["quantity"])),
        )
        work.system.put("MaterialBOMItem", item)
    work.system.store.put("_bom", (given["material"],), dict(given))


def put_routing(work: Work, given: Given) -> None:
    """Take a routing over: header, operations, and what orders are made from."""
    group = work.system.store.next_number("routing", 50_000_001)
    keys = {"ProductionRoutingGroup": group, "ProductionRouting": "1"}
    plant = given.get("plant", DEFAULT_PLANT)
    header = work.system.new_row(
        "ProductionRoutingHeader",
        **keys,
        ProductionRoutingInternalVers="1",
        BillOfOperationsDesc=given["material"],
        Plant=plant,
        ChangedDateTime=work.started_at.isoformat(),
    )
    work.system.put("ProductionRoutingHeader", header)
    for position, step in enumerate(given["operations"], start=1):
        row = work.system.new_row(
            "ProductionRoutingOperation",
            **keys,
            ProductionRoutingSequence="0",
            ProductionRoutingOpIntID=str(position),
            ProductionRoutingOpIntVersion="1",
            Operation=step["operation"],
            OperationText=step.get("text", ""),
            Plant=plant,
            OperationControlProfile="PP01",
            OperationReferenceQuantity="1",
            OperationUnit=given.get("unit", "PC"),
        )
        work.system.put("ProductionRoutingOperation", row)
    work.system.store.put("_routing", (given["material"],), dict(given))


def put_inspection_lot(work: Work, given: Given) -> None:
    """Take an inspection lot over, with the characteristics planned for it."""
    row = work.system.new_row(
        "A_InspectionLot",
        InspectionLot=str(given["inspection_lot"]),
        Material=given["material"],
        Plant=given.get("plant", DEFAULT_PLANT),
        Batch=given.get("batch", ""),
        ManufacturingOrder=given.get("order", ""),
        InspectionLotQuantity=plain(Decimal(given["quantity"])),
        InspectionLotQuantityUnit=given.get("unit", "PC"),
        InspectionLotPlant=given.get("plant", DEFAULT_PLANT),
        InspectionLotStorageLocation=given.get("storage_location", ""),
        InspLotQtyToBePosted=plain(Decimal(given["quantity"])),
        InspectionLotType=given.get("type", "04"),
        ChangedDateTime=work.started_at.isoformat(),
    )
    row["_characteristics"] = [dict(line) for line in given.get("characteristics", ())]
    work.system.put("A_InspectionLot", row)


def _order_row(work: Work, family: Family, number: str, given: Given, material: Row) -> Row:
    quantity = Decimal(given["quantity"])
    unit = given.get("unit", material["BaseUnit"])
    iso, sap = names(unit)
    plant = given.get("plant", DEFAULT_PLANT)
    row = work.system.new_row(
        family.orders,
        ManufacturingOrder=number,
        ManufacturingOrderCategory=family.category,
        ManufacturingOrderType=given.get("type", "YBM1" if family is orders.PRODUCTION else "YBM2"),
        Material=material["Product"],
        StorageLocation=given.get("storage_location", ""),
        ProductionPlant=plant,
        Plant=plant,
        MfgOrderCreationDate=work.today,
        MfgOrderCreationTime=work.clock,
        MfgOrderPlannedStartDate=given.get("starts_on", work.today),
        MfgOrderPlannedEndDate=given.get("ends_on", work.today),
        MfgOrderScheduledStartDate=given.get("starts_on", work.today),
        MfgOrderScheduledEndDate=given.get("ends_on", work.today),
        ProductionUnit=unit,
        ProductionUnitISOCode=iso,
        ProductionUnitSAPCode=sap,
        TotalQuantity=plain(quantity),
        OrderInternalBillOfOperations=work.system.store.next_number("bill_of_operations", 1),
    )
    before = work.system.store.get(family.orders, number)
    if before is not None:
        row["LastChangeDateTime"] = before["LastChangeDateTime"]
        row["OrderInternalBillOfOperations"] = before["OrderInternalBillOfOperations"]
    row |= {
        "_over_pct": str(Decimal(given.get("over_tolerance_pct", material["_over_pct"]))),
        "_unlimited": bool(given.get("unlimited", False)),
        "_units": material["_units"],
        "_reservation": (before or {}).get("_reservation")
        or work.system.store.next_number("reservation", 1),
    }
    return row


def _item_row(work: Work, family: Family, order: Row, given: Given) -> Row:
    return work.system.new_row(
        family.items,
        ManufacturingOrder=order["ManufacturingOrder"],
        ManufacturingOrderItem="1",
        ManufacturingOrderCategory=family.category,
        ManufacturingOrderType=order["ManufacturingOrderType"],
        Material=order["Material"],
        ProductionPlant=order["ProductionPlant"],
        Plant=order["Plant"],
        StorageLocation=order["StorageLocation"],
        Batch=given.get("batch", ""),
        ProductionUnit=order["ProductionUnit"],
        ProductionUnitISOCode=order["ProductionUnitISOCode"],
        ProductionUnitSAPCode=order["ProductionUnitSAPCode"],
        MfgOrderItemPlannedTotalQty=order["TotalQuantity"],
    )


def _operation(
    work: Work, family: Family, order: Row, step: Given, position: int, last: bool
) -> Row:
    released = order["OrderIsReleased"]
    row = work.system.new_row(
        family.operations,
        OrderInternalBillOfOperations=order["OrderInternalBillOfOperations"],
        OrderIntBillOfOperationsItem=str(position),
        ManufacturingOrder=order["ManufacturingOrder"],
        ManufacturingOrderSequence="0",
        ManufacturingOrderOperation=step["operation"],
        ManufacturingOrderCategory=family.category,
        ManufacturingOrderType=order["ManufacturingOrderType"],
        MfgOrderOperationText=step.get("text", ""),
        OperationIsCreated="" if released else "X",
        OperationIsReleased=released,
        ProductionPlant=order["ProductionPlant"],
        WorkCenterTypeCode="A",
        WorkCenter=step.get("work_center", ""),
        OperationControlProfile=step.get("control_profile", "PP01"),
        OperationUnit=order["ProductionUnit"],
        OperationUnitISOCode=order["ProductionUnitISOCode"],
        OperationUnitSAPCode=order["ProductionUnitSAPCode"],
        OpPlannedTotalQuantity=order["TotalQuantity"],
        LastChangeDateTime=work.stamp,
    )
    before = work.system.store.get(
        family.operations, order["OrderInternalBillOfOperations"], str(position)
    )
    row["_group"] = (before or {}).get("_group") or work.system.store.next_number(
        "confirmation_group", 1
    )
    known = work.system.store.get("_work_center_id", row["ProductionPlant"], row["WorkCenter"])
    row["WorkCenterInternalID"] = known["id"] if known else ""
    row["_goods_receipt"] = bool(step.get("goods_receipt", last))
    row["_standard_minutes"] = str(step.get("standard_minutes", "0"))
    return row


def _component(
    work: Work, family: Family, order: Row, given: Given, position: int, first_step: str
) -> Row:
    unit = given["unit"]
    iso, sap = names(unit)
    return work.system.new_row(
        family.components,
        Reservation=order["_reservation"],
        ReservationItem=str(position),
        Material=given["material"],
        Plant=order["ProductionPlant"],
        ManufacturingOrderCategory=family.category,
        ManufacturingOrderType=order["ManufacturingOrderType"],
        ManufacturingOrder=order["ManufacturingOrder"],
        ManufacturingOrderSequence="0",
        ManufacturingOrderOperation=given.get("operation", first_step),
        ProductionPlant=order["ProductionPlant"],
        OrderInternalBillOfOperations=order["OrderInternalBillOfOperations"],
        MatlCompIsMarkedForBackflush=bool(given.get("backflush", False)),
        BillOfMaterialItemNumber=f"{position * 10:04d}",
        StorageLocation=given.get("storage_location", ""),
        Batch=given.get("batch", ""),
        GoodsMovementType="261",
        QuantityIsFixed=bool(given.get("fixed", False)),
        BaseUnit=unit,
        BaseUnitISOCode=iso,
        BaseUnitSAPCode=sap,
        RequiredQuantity=plain(Decimal(given["quantity"])),
        MaterialCompOriginalQuantity=plain(Decimal(given["quantity"])),
    )


def _routing(work: Work, material: str) -> list[Given]:
    routing = work.system.store.get("_routing", material)
    if routing is None:
        raise ValueError(f"{material} has no routing, and no operations are given")
    return list(routing["operations"])


def _exploded(work: Work, material: str, quantity: Decimal) -> list[Given]:
    """Return the components of a material's bill of material for a quantity."""
    bom = work.system.store.get("_bom", material)
    if bom is None:
        return []
    share = quantity / Decimal(bom["quantity"])
    return [
        {**line, "quantity": str((Decimal(line["quantity"]) * share).quantize(Decimal("0.001")))}
        for line in bom["items"]
    ]
