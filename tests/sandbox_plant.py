"""A small plant for the sandbox ERP: rows of master data that tests put into it."""

from __future__ import annotations

from typing import Any

SITE = "P100"
PRODUCT = "FG-100"
LOT_PRODUCT = "FG-200"
POWDER = "RM-POWDER"
SCREW = "RM-SCREW"
RESIN = "RM-RESIN"
"""Product in pieces; product in lots; component in kg (also g and bags); component in pieces;
component in kg kept in lots."""

RESIN_LOT = "L-2026-07"
OPEN_DATE = "2026-07-15"
CLOSED_DATE = "2026-05-15"

Row = dict[str, Any]


def master_rows() -> dict[str, list[Row]]:
    """Return items, periods and plenty of stock."""
    return {
        "items": [
            {"no": PRODUCT, "uom": "H87", "text": "Housing", "cost": "12.50"},
            {"no": LOT_PRODUCT, "uom": "H87", "text": "Seal", "cost": "3.10", "lots": True},
            {
                "no": POWDER,
                "uom": "KGM",
                "text": "Powder",
                "cost": "2.40",
                "alt_uoms": {"GRM": "0.001", "BG": "25"},
            },
            {"no": SCREW, "uom": "H87", "text": "Screw M4", "cost": "0.02"},
            {"no": RESIN, "uom": "KGM", "text": "Resin", "cost": "8.00", "lots": True},
            {"no": "RM-OLD", "uom": "KGM", "text": "Old powder", "blocked": True},
        ],
        "periods": [
            {"from": "2026-05-01", "to": "2026-05-31", "open": False},
            {"from": "2026-07-01", "to": "2026-07-31", "open": True},
        ],
        "stock": [
            {"item": POWDER, "qty": "100000"},
            {"item": POWDER, "bin": "LINE-1", "qty": "20"},
            {"item": SCREW, "qty": "1000000"},
            {"item": RESIN, "lot": RESIN_LOT, "qty": "5000"},
        ],
    }


def order_row(number: str, *, quantity: str = "100", **changes: Any) -> Row:
    """Return a released order for the product with two steps, 5 % over-delivery allowed."""
    return {
        "no": number,
        "plant": SITE,
        "item": PRODUCT,
        "qty": quantity,
        "uom": "H87",
        "over_pct": "5",
        "status": "RELEASED",
        "due": "2026-07-31T14:00:00+02:00",
        "components": [
            {"item": POWDER, "qty": "50", "uom": "KGM", "step": "0010"},
            {"item": SCREW, "qty": "400", "uom": "H87", "step": "0020"},
            {"item": RESIN, "qty": "10", "uom": "KGM", "step": "0010"},
        ],
        "steps": [
            {"no": "0010", "resource": "MOULD-1", "setup_min": "15", "run_min": "0.5"},
            {"no": "0020", "resource": "ASSY-1", "run_min": "1.25"},
        ],
        **changes,
    }
