"""The catalogue: Tryton's numbers for the materials, units, locations and lots that we name."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

from countersign.erp.tryton.client import Client
from countersign.erp.tryton.refusal import PACKAGE, Refusals

PRODUCT_FIELDS = ("code", "default_uom.symbol", "default_uom.category", "cost_price")


@dataclass(frozen=True, slots=True)
class Product:
    """A material: its number, its base unit, and its cost price per base unit."""

    product_id: int
    code: str
    unit: str
    unit_category_id: int
    cost_price: Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; units of the same category can be converted."""

    unit_id: int
    category_id: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place of stock; scrap goes to one of type ``lost_found``."""

    location_id: int
    code: str
    type: str


class Catalogue:
    """Looks names up; units and locations are kept, since they hardly ever change."""

    def __init__(self, client: Client, refusals: Refusals) -> None:
        self._client = client
        self._refusals = refusals
        self._symbols = _symbols()
        self._units: dict[str, Unit] = {}
        self._locations: dict[int, Location] = {}
        self._currency_id = 0

    def products(self, codes: Iterable[str]) -> dict[str, Product]:
        """Return the materials by code; their prices are read afresh.

        Raises:
            BusinessRejection: ``ITEM_UNKNOWN``.
        """
        wanted = sorted(set(codes))
        rows = self._client.read(
            "product.product.search_read", [["code", "in", wanted]], 0, None, None, PRODUCT_FIELDS
        )
        found = {row["code"]: _product(row) for row in rows}
        missing = next((code for code in wanted if code not in found), None)
        if missing is not None:
            raise self._refusals.error("ITEM_UNKNOWN", {"item": missing})
        return found

    def unit_id(self, code: str, product: Product) -> int:
        """Return the number of a unit, given its Rec 20 code or Tryton's own symbol.

        Raises:
            ContractError: ``UOM_UNKNOWN``.
            BusinessRejection: ``UOM_MISMATCH``, Tryton cannot convert it to the material's unit.
        """
        symbol = self._symbols.get(code, code)
        if symbol not in self._units:
            fields = ("symbol", "category")
            rows = self._client.read("product.uom.search_read", [], 0, None, None, fields)
            self._units = {row["symbol"]: Unit(row["id"], row["category"]) for row in rows}
        unit = self._units.get(symbol)
        if unit is None:
            raise self._refusals.error("UOM_UNKNOWN", {"uom": code})
        if unit.category_id != product.unit_category_id:
            expected = self.unit_code(product.unit)
            known = {"uom": code, "item": product.code, "expected": expected}
            raise self._refusals.error("UOM_MISMATCH", known)
        return unit.unit_id

    def unit_code(self, symbol: str) -> str:
        """Return the Rec 20 code of a unit of Tryton, or its symbol where there is none."""
        return next((code for code, known in self._symbols.items() if known == symbol), symbol)

    def location(self, code: str) -> Location:
        """Return the storage location with a code.

        Raises:
            BusinessRejection: ``LOCATION_UNKNOWN``.
        """
        for _ in range(2):
            found = [place for place in self._locations.values() if place.code == code]
            if found:
                return found[0]
            self._read_locations()
        raise self._refusals.error("LOCATION_UNKNOWN", {"location": code})

    def location_by_id(self, location_id: int) -> Location:
        """Return a location that Tryton named by number."""
        if location_id not in self._locations:
            self._read_locations()
        return self._locations[location_id]

    def lot_id(self, product: Product, number: str) -> int:
        """Return the number of a lot.

        Raises:
            BusinessRejection: ``LOT_UNKNOWN``.
        """
        found = self._find_lot(product, number)
        if found is None:
            raise self._refusals.error("LOT_UNKNOWN", {"item": product.code, "lot": number})
        return found

    def made_lot_id(self, product: Product, number: str) -> int:
        """Return the number of a lot that production makes; it is created when it is new."""
        found = self._find_lot(product, number)
        if found is not None:
            return found
        values = {"number": number, "product": product.product_id}
        created = self._client.call("stock.lot.create", [values])
        return int(created[0])

    def currency_id(self) -> int:
        """Return the currency of our company."""
        if not self._currency_id:
            company = self._client.company_id
            rows = self._client.read("company.company.read", [company], ["currency"])
            self._currency_id = int(rows[0]["currency"])
        return self._currency_id

    def _find_lot(self, product: Product, number: str) -> int | None:
        domain = [["number", "=", number], ["product", "=", product.product_id]]
        rows = self._client.read("stock.lot.search", domain, 0, 1, None)
        return int(rows[0]) if rows else None

    def _read_locations(self) -> None:
        rows = self._client.read(
            "stock.location.search_read", [], 0, None, None, ["code", "name", "type"]
        )
        self._locations = {
            row["id"]: Location(row["id"], row["code"] or row["name"], row["type"]) for row in rows
        }


def _symbols() -> Mapping[str, str]:
    text = (files(PACKAGE) / "units.csv").read_text(encoding="utf-8")
    return {row["rec20"]: row["symbol"] for row in csv.DictReader(text.splitlines())}


def _product(row: Mapping[str, Any]) -> Product:
    unit = row["default_uom."]
    price = row["cost_price"] or Decimal()
    return Product(row["id"], row["code"], unit["symbol"], unit["category"], price)
