"""Master data: materials and unrestricted stock, read from SAP's tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from countersign.erp.port import StockLevel
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import short_id
from countersign.erp.sap_rfc.tables import Condition, Record, Tables, material_keys, read_number
from countersign.nouns.order import Material

LANGUAGE = "E"


class MasterData:
    """Reads what the mirror of master data asks for."""

    def __init__(self, tables: Tables, profile: Profile) -> None:
        self._tables = tables
        self._profile = profile

    def materials(self) -> Iterator[Material]:
        """Read materials; without prices and further units."""
        texts = {
            row["MATNR"]: row["MAKTX"]
            for row in self._tables.rows("MAKT", "MATNR MAKTX", Condition("SPRAS", LANGUAGE))
        }
        for row in self._tables.rows("MARA", "MATNR MEINS XCHPF LVORM"):
            yield Material(
                material_id=short_id(row["MATNR"]),
                unit=self._unit(row["MEINS"]),
                description=texts.get(row["MATNR"], ""),
                lot_managed=bool(row["XCHPF"]),
                blocked=bool(row["LVORM"]),
            )

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        """Read unrestricted stock by storage location."""
        plants = {self._profile.codes.to_sap("plant", site) for site in self._profile.sites}
        for material_id in material_ids:
            for number in material_keys(material_id):
                yield from self._levels(number, plants)

    def _levels(self, number: str, plants: set[str]) -> Iterator[StockLevel]:
        wanted = Condition("MATNR", number)
        units = [row["MEINS"] for row in self._tables.rows("MARA", "MEINS", wanted)]
        if not units:
            return
        for row in self._tables.rows("MARD", "WERKS LGORT LABST", wanted):
            if not plants or row["WERKS"] in plants:
                yield self._level(number, row, units[0])

    def _level(self, number: str, row: Record, unit: str) -> StockLevel:
        return StockLevel(
            material_id=short_id(number),
            storage_location=self._profile.codes.to_ours("storage_location", row["LGORT"]),
            quantity=read_number(row["LABST"]),
            unit=self._unit(unit),
        )

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)
