"""The demo plant as SAP master data: read from the file that also seeds the demo's other ERP."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

PLANT = "1010"
COMPANY_CODE = "1010"
LOCATION = "101A"
RECEIVING_LOCATION = "101B"
COST_CENTER = "10101301"

_UNITS = {"u": "PC", "kg": "KG"}
_REASONS = ("0001", "0002", "0003", "0013", "0015", "DIM", "SURF", "LEAK")
OVER_TOLERANCE_PCT = "10"


def seed_of(plant: Mapping[str, Any], today: date | None = None) -> dict[str, Any]:
    """Return the seed of a demo plant: this year's periods up to now are open, last year closed."""
    day = today or datetime.now(UTC).date()
    locations = [line["code"][:4] for line in plant["storage_locations"]]
    return {
        "company": [{"company_code": COMPANY_CODE}],
        "periods": _periods(day),
        "storage_locations": [
            {"plant": PLANT, "storage_location": name}
            for name in (LOCATION, RECEIVING_LOCATION, *locations)
        ],
        "materials": [_material(line) for line in plant["materials"]],
        "stock": [_stock(line) for line in plant["materials"] if "stock" in line],
        "work_centers": [
            {"plant": PLANT, "work_center": _work_center(line["name"]), "text": line["category"]}
            for line in plant["work_centers"]
        ],
        **_catalogues(plant),
        "boms": [_bom(line) for line in plant["boms"]],
        "routings": [_routing(line, plant["work_centers"]) for line in plant["routings"]],
    }


def _catalogues(plant: Mapping[str, Any]) -> dict[str, Any]:
    """Return accounts, reasons, codes and machines."""
    return {
        "cost_centers": [{"cost_center": COST_CENTER}],
        "gl_accounts": [
            {"gl_account": name, "needs_cost_object": name != "220000"}
            for name in ("400000", "520000", "893010", "220000")
        ],
        "variance_reasons": [{"plant": PLANT, "reason": name} for name in (*_REASONS, "SCRP")],
        "movement_reasons": [
            {"movement_type": "551", "reason": name} for name in (*_REASONS, "SCRP")
        ],
        "usage_decision_codes": [
            {"code_group": "UD", "code": "A", "valuation": "A"},
            {"code_group": "UD", "code": "R", "valuation": "R"},
        ],
        "defect_codes": [
            {"code_group": "QMCOM", "code": name} for name in ("0001", "DIM", "SURF", "SCRP")
        ],
        "equipment": [
            {"technical_object": _work_center(line["name"])} for line in plant["work_centers"]
        ],
    }


def _periods(day: date) -> list[dict[str, Any]]:
    """Return the months of last year (closed) and this year (this month and the last are open)."""
    months = [(year, month) for year in (day.year - 1, day.year) for month in range(1, 13)]
    here = months.index((day.year, day.month))
    return [
        {
            "from": date(year, month, 1).isoformat(),
            "to": date(year, month, calendar.monthrange(year, month)[1]).isoformat(),
            "open": position in (here - 1, here),
        }
        for position, (year, month) in enumerate(months)
    ]


def _material(line: Mapping[str, Any]) -> dict[str, Any]:
    base = _UNITS[line["unit"]]
    return {
        "material": line["code"],
        "text": line["name"],
        "type": "FERT" if line.get("producible") else "ROH",
        "base_unit": base,
        "plants": [PLANT],
        "price": line["cost"],
        "batch_managed": "lot" in line,
        "over_tolerance_pct": OVER_TOLERANCE_PCT,
    }


def _stock(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "material": line["code"],
        "plant": PLANT,
        "storage_location": LOCATION,
        "batch": line.get("lot", ""),
        "quantity": line["stock"],
    }


def _bom(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "material": line["material"],
        "unit": _UNITS[line["unit"]],
        "quantity": line["quantity"],
        "items": [
            {
                "material": item["material"],
                "quantity": item["quantity"],
                "unit": _UNITS[item["unit"]],
                "storage_location": LOCATION,
            }
            for item in line["inputs"]
        ],
    }


def _routing(line: Mapping[str, Any], centers: list[Mapping[str, Any]]) -> dict[str, Any]:
    by_category = {center["category"]: _work_center(center["name"]) for center in centers}
    return {
        "material": line["material"],
        "operations": [
            {
                "operation": step["operation_id"],
                "text": step["name"],
                "work_center": by_category[step["category"]],
            }
            for step in line["operations"]
        ],
    }


def _work_center(name: str) -> str:
    """Return a name of at most eight characters: ``WC-ASSY-05`` becomes ``ASSY-05``."""
    return name.removeprefix("WC-")[:8]
