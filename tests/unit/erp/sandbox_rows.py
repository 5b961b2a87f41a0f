"""A book with the test plant in it, and bodies of calls that the sandbox ERP takes as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox_plant import (
    LOT_PRODUCT,
    OPEN_DATE,
    POWDER,
    PRODUCT,
    SCREW,
    SITE,
    master_rows,
    order_row,
)

from countersign.erp.sandbox.book import Book

ORDER = "1001"
LOT_ORDER = "1002"
PLANNED_ORDER = "1003"


def filled_book(path: Path) -> Book:
    """Open a book and put the plant into it."""
    book = Book(path, durable=False)
    orders = [
        order_row(ORDER),
        order_row(LOT_ORDER, item=LOT_PRODUCT),
        order_row(PLANNED_ORDER, status="PLANNED"),
    ]
    book.seed({**master_rows(), "orders": orders})
    return book


def completion_body(**changes: Any) -> dict[str, Any]:
    """Return 10 good pieces of the last step."""
    body = {
        "plant": SITE,
        "order": ORDER,
        "step": "0020",
        "item": PRODUCT,
        "date": OPEN_DATE,
        "good": {"qty": "10", "uom": "H87"},
        "final": False,
        "ref": "R1",
    }
    return {**body, **changes}


def issue_body(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an issue of 2 kg powder and 8 screws, or of other lines."""
    rows = lines or (
        {"item": POWDER, "qty": "2", "uom": "KGM"},
        {"item": SCREW, "qty": "8", "uom": "H87"},
    )
    body = {
        "plant": SITE,
        "order": ORDER,
        "step": "0010",
        "date": OPEN_DATE,
        "ref": "R2",
        "lines": [{"pos": number, **row} for number, row in enumerate(rows, start=1)],
    }
    return {**body, **changes}


def scrap_body(**changes: Any) -> dict[str, Any]:
    """Return 1 kg of powder scrapped."""
    body = {
        "plant": SITE,
        "order": ORDER,
        "step": "0010",
        "item": POWDER,
        "qty": "1",
        "uom": "KGM",
        "reason": "DIRTY",
        "date": OPEN_DATE,
        "ref": "R3",
    }
    return {**body, **changes}
