"""Stock: how much of a material lies where, and what changes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.messages import refusal
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work
from countersign.erp.sandbox.sap.tables import entity
from countersign.erp.sandbox.sap.units import factor

STOCK = "A_MatlStkInAcctMod"
UNRESTRICTED, IN_INSPECTION, BLOCKED = "01", "02", "07"


def material_in_plant(work: Work, material: str, plant: str) -> Row:
    """Return a material of a plant.

    Raises:
        Refusal: there is none.
    """
    if not material:
        raise refusal("M7/018", "Material", target="Material")
    row = work.system.store.get("A_Product", material)
    if row is None:
        raise refusal("M3/305", material, target="Material")
    if not plant:
        raise refusal("M7/018", "Plant", target="Plant")
    if plant not in row["_plants"]:
        raise refusal("M3/351", material, plant, target="Plant")
    return row


def in_base_unit(material: Row, quantity: Decimal, unit: str) -> Decimal:
    """Convert a quantity into the material's base unit, to three decimals as SAP keeps it.

    Raises:
        Refusal: the units do not convert.
    """
    rate = factor(unit, material["BaseUnit"], material["_units"])
    if rate is None:
        raise refusal("M7/056", unit, material["BaseUnit"], material["Product"], target="EntryUnit")
    return (quantity * rate).quantize(Decimal("0.001"))


def require_batch(work: Work, material: Row, batch: str, *, may_be_new: bool) -> None:
    """Refuse a missing or unknown batch of a material that is managed in batches.

    Raises:
        Refusal: the batch is missing, unknown, or given for a material without batches.
    """
    name = material["Product"]
    if not material["IsBatchManagementRequired"]:
        if batch:
            raise refusal("M7/057", batch, name, target="Batch")
        return
    if not batch:
        raise refusal("M7/018", "Batch", target="Batch")
    if work.system.store.get("_batch", name, batch) is None:
        if not may_be_new:
            raise refusal("M7/057", batch, name, target="Batch")
        work.system.store.put("_batch", (name, batch), {"Material": name, "Batch": batch})


def change(work: Work, material: Row, place: tuple[str, str, str, str], quantity: Decimal) -> None:
    """Add to the stock at a place (plant, storage location, batch, stock type), or take from it.

    Raises:
        Refusal: there is not enough.
    """
    plant, location, batch, stock_type = place
    row = stock_row(work, material["Product"], plant, location, batch, stock_type)
    row["MaterialBaseUnit"] = material["BaseUnit"]
    there = Decimal(row["MatlWrhsStkQtyInMatlBaseUnit"])
    if there + quantity < 0 and not material.get("_negative_stock"):
        raise refusal(
            "M7/021",
            f"{_kind(stock_type)} {plain(-(there + quantity))} {material['BaseUnit']}",
            ":",
            material["Product"],
            f"{plant} {location}",
            target="QuantityInEntryUnit",
        )
    row["MatlWrhsStkQtyInMatlBaseUnit"] = plain(there + quantity)
    work.system.put(STOCK, row)


def stock_row(work: Work, material: str, *place: str) -> dict[str, Any]:
    """Return the stock of a material at a place, a blank row where there is none."""
    plant, location, batch, stock_type = place
    key = (material, plant, location, batch, "", "", "", "", "", "", stock_type)
    row = work.system.store.get(STOCK, *key)
    return row or {**entity(STOCK).blank(), **dict(zip(entity(STOCK).keys, key, strict=True))}


def _kind(stock_type: str) -> str:
    return {IN_INSPECTION: "stock in inspection", BLOCKED: "blocked stock"}.get(
        stock_type, "unrestricted-use"
    )
