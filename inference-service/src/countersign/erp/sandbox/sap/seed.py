"""A seed: the plant's master data and orders, in the words of this simulator's administration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from countersign.erp.sandbox.sap import order_making, stock
from countersign.erp.sandbox.sap.edm import plain
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import System, Work

Given = Mapping[str, Any]


class SeedError(Exception):
    """A row that cannot be used."""


def take(system: System, data: Given) -> dict[str, Any]:
    """Take master data over, all or nothing; return how many rows of each kind.

    Raises:
        SeedError: a list or row is not usable.
    """
    unknown = data.keys() - _TAKERS.keys()
    if unknown:
        raise SeedError(f"no such list: {sorted(unknown)}; known: {sorted(_TAKERS)}")
    counts: dict[str, Any] = {}
    with system.work("SEED") as work:
        for name, taker in _TAKERS.items():
            for given in data.get(name, ()):
                try:
                    taker(work, given)
                except (AssertionError, AttributeError, InvalidOperation) as error:
                    raise SeedError(f"{name} {given}: {error!r}") from error
                except (KeyError, TypeError, ValueError) as error:
                    raise SeedError(f"{name} {given}: {error!r}") from error
                counts[name] = counts.get(name, 0) + 1
    work.release()
    return counts


def _company(work: Work, given: Given) -> None:
    work.system.store.put("_company", (), {"company_code": given["company_code"]})


def _simple(kind: str, *names: str) -> Callable[[Work, Given], None]:
    """Return a taker of rows that are kept as they are under the fields named."""

    def put(work: Work, given: Given) -> None:
        work.system.store.put(kind, tuple(str(given[name]) for name in names), dict(given))

    return put


def _period(work: Work, given: Given) -> None:
    row = {"from": given["from"], "to": given["to"], "open": bool(given["open"])}
    work.system.store.put("_period", (given["from"], given["to"]), row)


def _material(work: Work, given: Given) -> None:
    name = _no_zeros(given["material"])
    row = work.system.new_row(
        "A_Product",
        Product=name,
        ProductType=given.get("type", "ROH"),
        BaseUnit=given.get("base_unit", "PC"),
        IsBatchManagementRequired=bool(given.get("batch_managed", False)),
        CreationDate=work.today,
        LastChangeDate=work.today,
        LastChangeDateTime=work.started_at.isoformat(),
    )
    row |= {
        "_text": given.get("text", name),
        "_plants": given.get("plants", ["1010"]),
        "_units": {unit: str(Decimal(rate)) for unit, rate in given.get("units", {}).items()},
        "_negative_stock": bool(given.get("negative_stock", False)),
        "_over_pct": str(Decimal(given.get("over_tolerance_pct", "0"))),
    }
    work.system.put("A_Product", row)
    _describe(work, row)
    for plant in row["_plants"]:
        _value(work, row, plant, given)


def _describe(work: Work, product: Row) -> None:
    """Put a product's name and units; the base unit is among them, as SAP lists it."""
    name, base = product["Product"], product["BaseUnit"]
    text = work.system.new_row(
        "A_ProductDescription",
        Product=name,
        Language="EN",
        ProductDescription=product["_text"][:40],
    )
    work.system.put("A_ProductDescription", text)
    for unit, rate in {base: "1", **product["_units"]}.items():
        up, down = Decimal(rate).as_integer_ratio()
        row = work.system.new_row(
            "A_ProductUnitsOfMeasure",
            Product=name,
            AlternativeUnit=unit,
            QuantityNumerator=str(up),
            QuantityDenominator=str(down),
        )
        work.system.put("A_ProductUnitsOfMeasure", row)


def _value(work: Work, product: Row, plant: str, given: Given) -> None:
    """Put what a product costs in a plant: ``price`` for ``price_unit`` pieces, ``S`` or ``V``."""
    control = given.get("price_control", "S")
    price = plain(Decimal(given.get("price", "0")))
    row = work.system.new_row(
        "A_ProductValuation",
        Product=product["Product"],
        ValuationArea=plant,
        InventoryValuationProcedure=control,
        PriceUnitQty=str(given.get("price_unit", "1")),
        Currency=given.get("currency", "EUR"),
        BaseUnit=product["BaseUnit"],
    )
    row["StandardPrice" if control == "S" else "MovingAveragePrice"] = price
    work.system.put("A_ProductValuation", row)


def _stock(work: Work, given: Given) -> None:
    material = work.system.store.get("A_Product", _no_zeros(given["material"]))
    if material is None:
        raise ValueError("no such material")
    batch = given.get("batch", "")
    if batch:
        row = {"Material": material["Product"], "Batch": batch}
        work.system.store.put("_batch", (material["Product"], batch), row)
    place = (given["plant"], given["storage_location"], batch, given.get("stock_type", "01"))
    found = stock.stock_row(work, material["Product"], *place)
    found["MaterialBaseUnit"] = material["BaseUnit"]
    found["MatlWrhsStkQtyInMatlBaseUnit"] = plain(Decimal(given["quantity"]))
    work.system.put(stock.STOCK, found)


def _work_center(work: Work, given: Given) -> None:
    key = (given.get("plant", "1010"), given["work_center"])
    work.system.store.put("_work_center", key, dict(given))
    row = work.system.new_row(
        "A_WorkCenters",
        WorkCenterInternalID=work.system.store.next_number("work_center", 10_000_001),
        WorkCenterTypeCode="A",
        WorkCenter=given["work_center"],
        WorkCenterDesc=given.get("text", given["work_center"]),
        Plant=key[0],
        WorkCenterLastChangeDateTime=work.started_at.isoformat(),
    )
    before = work.system.store.get("_work_center_id", *key)
    if before is not None:
        row["WorkCenterInternalID"] = before["id"]
    work.system.store.put("_work_center_id", key, {"id": row["WorkCenterInternalID"]})
    work.system.put("A_WorkCenters", row)


def _planned_order(work: Work, given: Given) -> None:
    row = work.system.new_row(
        "PlannedOrderHeader",
        PlannedOrder=_no_zeros(str(given["planned_order"])),
        PlannedOrderType=given.get("type", "LA"),
        Material=_no_zeros(given["material"]),
        ProductionPlant=given.get("plant", "1010"),
        MRPPlant=given.get("plant", "1010"),
        BaseUnit=given.get("unit", "PC"),
        TotalQuantity=plain(Decimal(given["quantity"])),
        PlndOrderPlannedStartDate=given.get("starts_on", work.today),
        PlndOrderPlannedEndDate=given.get("ends_on", work.today),
        PlannedOrderLastChangeDateTime=work.instant,
    )
    work.system.put("PlannedOrderHeader", row)


def _order(work: Work, given: Given) -> None:
    order_making.make(work, given)


def _no_zeros(material: str) -> str:
    return (material.lstrip("0") or "0") if material.isdigit() else material


_TAKERS: dict[str, Callable[[Work, Given], None]] = {
    "company": _company,
    "periods": _period,
    "storage_locations": _simple("_storage_location", "plant", "storage_location"),
    "materials": _material,
    "stock": _stock,
    "work_centers": _work_center,
    "cost_centers": _simple("_cost_center", "cost_center"),
    "gl_accounts": _simple("_gl_account", "gl_account"),
    "variance_reasons": _simple("_variance_reason", "plant", "reason"),
    "movement_reasons": _simple("_movement_reason", "movement_type", "reason"),
    "purchase_orders": _simple("_purchase_order", "purchase_order", "item"),
    "equipment": _simple("_technical_object", "technical_object"),
    "usage_decision_codes": _simple("_usage_decision_code", "code_group", "code"),
    "defect_codes": _simple("_defect_code", "code_group", "code"),
    "boms": order_making.put_bom,
    "routings": order_making.put_routing,
    "orders": _order,
    "planned_orders": _planned_order,
    "inspection_lots": order_making.put_inspection_lot,
}
"""The lists of a seed in the order in which they are taken."""
