"""Master data: materials, stock, bills of material, routings and work centres, read only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from countersign.erp.errors import BusinessRejection, ContractError
from countersign.erp.port import StockLevel
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import read_decimal, short_id
from countersign.erp.sap_odata import services
from countersign.erp.sap_odata.answers import Row, nested
from countersign.erp.sap_odata.client import Client
from countersign.erp.sap_odata.query import any_of, equal
from countersign.nouns.order import Material

IDS_PER_CALL = 20
"""How many materials or orders one filter names: the address stays below 4 kB."""

UNRESTRICTED = "01"
MOVING_AVERAGE = "V"
_DETAILS = "to_Description,to_ProductUnitsOfMeasure,to_Valuation"


class MasterData:
    """Reads what the mirror of master data and the planners ask for."""

    def __init__(self, client: Client, profile: Profile) -> None:
        self._client = client
        self._profile = profile
        self._has_details = True

    def materials(self) -> Iterator[Material]:
        """Read materials; where a release shows no details, they come without price and units."""
        if self._has_details:
            try:
                yield from self._materials({"$orderby": "Product", "$expand": _DETAILS})
                return
            except (ContractError, BusinessRejection):
                self._has_details = False
        yield from self._materials({"$orderby": "Product"})

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read unrestricted stock by storage location; lots come one by one."""
        for start in range(0, len(material_ids), IDS_PER_CALL):
            some = [short_id(material) for material in material_ids[start : start + IDS_PER_CALL]]
            query = {"$filter": any_of("Material", some)}
            for row in self._client.rows(services.STOCK, services.STOCK.probe, query):
                if (
                    row["InventoryStockType"] == UNRESTRICTED
                    and not row["InventorySpecialStockType"]
                ):
                    yield self._level(row)

    def bills_of_material(self, material_id: str, site_id: str) -> Iterator[Row]:
        """Read the items of the bills of a material in a plant, in SAP's words."""
        query = {
            "$filter": f"{equal('Material', short_id(material_id))} and "
            f"{equal('Plant', self._profile.codes.to_sap('plant', site_id))}",
            "$expand": "to_BillOfMaterialItem",
        }
        for row in self._client.rows(services.BILL_OF_MATERIAL, "MaterialBOM", query):
            yield from nested(row, "to_BillOfMaterialItem")

    def routings(self, site_id: str) -> Iterator[Row]:
        """Read the operations of the routings of a plant, in SAP's words."""
        plant = self._profile.codes.to_sap("plant", site_id)
        query = {"$filter": equal("Plant", plant)}
        return self._client.rows(services.ROUTING, "ProductionRoutingOperation", query)

    def work_centers(self, site_id: str) -> Iterator[Row]:
        """Read the work centres of a plant, in SAP's words."""
        plant = self._profile.codes.to_sap("plant", site_id)
        query = {"$filter": equal("Plant", plant)}
        return self._client.rows(services.WORK_CENTER, services.WORK_CENTER.probe, query)

    def planned_orders(self, site_id: str) -> Iterator[Row]:
        """Read planned orders of a plant by OData V4, in SAP's words."""
        plant = self._profile.codes.to_sap("plant", site_id)
        query = {"$filter": equal("ProductionPlant", plant)}
        return self._client.rows(services.PLANNED_ORDER, services.PLANNED_ORDER.probe, query)

    def _materials(self, query: dict[str, str]) -> Iterator[Material]:
        for row in self._client.rows(services.PRODUCT, services.PRODUCT.probe, query):
            yield self._material(row)

    def _material(self, row: Row) -> Material:
        base = row["BaseUnit"]
        return Material(
            material_id=short_id(row["Product"]),
            unit=self._unit(base),
            description=_description(nested(row, "to_Description")),
            price=_price(self._own(nested(row, "to_Valuation"))),
            lot_managed=bool(row.get("IsBatchManagementRequired")),
            conversions=tuple(
                (self._unit(unit["AlternativeUnit"]), _factor(unit))
                for unit in nested(row, "to_ProductUnitsOfMeasure")
                if unit["AlternativeUnit"] != base
            ),
            blocked=bool(row.get("IsMarkedForDeletion")),
        )

    def _own(self, valuations: Sequence[Row]) -> list[Row]:
        """Return the valuations of the plants that are connected; of all where none is named."""
        plants = {self._profile.codes.to_sap("plant", site) for site in self._profile.sites}
        return [row for row in valuations if not plants or row.get("ValuationArea") in plants]

    def _level(self, row: Row) -> StockLevel:
        codes = self._profile.codes
        return StockLevel(
            material_id=short_id(row["Material"]),
            storage_location=codes.to_ours("storage_location", row["StorageLocation"]),
            quantity=read_decimal(row["MatlWrhsStkQtyInMatlBaseUnit"]),
            unit=self._unit(row["MaterialBaseUnit"]),
        )

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def _description(rows: Sequence[Row]) -> str:
    english = [row for row in rows if row.get("Language") == "EN"]
    chosen = next(iter((*english, *rows)), {})
    return str(chosen.get("ProductDescription") or "")


def _price(rows: Sequence[Row]) -> Decimal | None:
    """Return the price of one base unit: the one that the price control says stock is valued at."""
    for row in rows:
        is_moving = row.get("InventoryValuationProcedure") == MOVING_AVERAGE
        price = read_decimal(row.get("MovingAveragePrice" if is_moving else "StandardPrice"))
        if price and not row.get("ValuationType"):
            return price / (read_decimal(row.get("PriceUnitQty")) or Decimal(1))
    return None


def _factor(unit: Row) -> Decimal:
    """Return how many base units one of the alternative unit is."""
    down = read_decimal(unit.get("QuantityDenominator")) or Decimal(1)
    return read_decimal(unit.get("QuantityNumerator")) / down
