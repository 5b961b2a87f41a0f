"""What of a document is coded by people, and how codes are spoken of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from countersign.erp.documents import Document, from_data
from countersign.journey.coding.code_words import percent, these, why
from countersign.journey.coding.coded_lines import CODED_KINDS, lines_of
from countersign.learn.ranker import Usage
from countersign.nouns.coding import CodingFacts, CodingLine

TODAY = date(2026, 3, 2)
FACTS = CodingFacts(supplier_id="V-1", work_center_id="WC-2")
PIECES = {"quantity_string": "2", "unit_of_measure": "C62"}


def journal(*lines: dict[str, str]) -> dict[str, Any]:
    return {
        "kind": "journal_entry",
        "company_code": "1000",
        "posting_date": "2026-02-27",
        "document_date": "2026-02-27",
        "currency": "EUR",
        "lines": list(lines),
    }


def requisition(**fields: Any) -> dict[str, Any]:
    materials = fields.pop("materials", ["M-1"])
    return {
        "kind": "purchase_requisition",
        "site_id": "1000",
        "required_on": "2026-04-01",
        "lines": [{"material_id": name, "quantity": PIECES} for name in materials],
        **fields,
    }


def movement(*centers: str | None) -> dict[str, Any]:
    lines = [{"material_id": "M-1", "quantity": PIECES, "cost_center": name} for name in centers]
    return {
        "kind": "goods_movement",
        "site_id": "1000",
        "movement": "scrap_from_stock",
        "posting_date": "2026-02-28",
        "lines": [{k: v for k, v in line.items() if v is not None} for line in lines],
    }


def line(day: str, **fields: Any) -> CodingLine:
    return CodingLine(date.fromisoformat(day), supplier_id="V-1", work_center_id="WC-2", **fields)


CASES: dict[str, tuple[dict[str, Any], list[tuple[int | None, CodingLine]]]] = {
    "the other side of an entry has no cost centre": (
        journal(
            {"account_id": "191100", "amount": "-10.50"},
            {"account_id": "400000", "amount": "10.50", "cost_center": "CC-1"},
        ),
        [
            (
                2,
                line(
                    "2026-02-27",
                    amount=Decimal("10.50"),
                    account_id="400000",
                    cost_center="CC-1",
                    company_code="1000",
                ),
            )
        ],
    ),
    "a requisition on an account is booked today": (
        requisition(account_id="400000", cost_center="CC-1"),
        [
            (
                None,
                line(
                    "2026-03-02",
                    account_id="400000",
                    cost_center="CC-1",
                    material_id="M-1",
                    site_id="1000",
                ),
            )
        ],
    ),
    "a requisition of several materials names none": (
        requisition(cost_center="CC-1", materials=["M-1", "M-2"]),
        [(None, line("2026-03-02", cost_center="CC-1", site_id="1000"))],
    ),
    "a requisition for stock is not coded": (requisition(), []),
    "only lines of a movement with a cost centre": (
        movement(None, "CC-1"),
        [(2, line("2026-02-28", cost_center="CC-1", material_id="M-1", site_id="1000"))],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_coded_lines_are_found(case: str) -> None:
    data, expected = CASES[case]
    document: Document = from_data(data)
    assert document.kind in CODED_KINDS
    assert lines_of(document, FACTS, TODAY) == expected


def test_what_events_book_is_coded_by_the_erp() -> None:
    issue = {
        "kind": "goods_issue",
        "site_id": "1000",
        "order_id": "100234",
        "operation_id": "0010",
        "posting_date": "2026-03-02",
        "lines": [{"material_id": "M-1", "quantity": PIECES}],
    }
    assert lines_of(from_data(issue), FACTS, TODAY) == []


def usage(times: int, of: int, *columns: str) -> Usage:
    return Usage(columns, times, of, date(2026, 3, 3) if times else None)


@pytest.mark.parametrize(
    ("usages", "said"),
    [
        (
            [usage(41, 44, "supplier_id", "cost_center_id")],
            "booked 41 of 44 times for this supplier and cost centre, last on 3 March 2026",
        ),
        (
            [usage(1, 1, "supplier_id", "amount"), usage(9, 12, "supplier_id")],
            "booked 9 of 12 times for this supplier, last on 3 March 2026",
        ),
        (
            [usage(0, 50, "supplier_id"), usage(2, 3000)],
            "booked 2 of 3,000 times in all, last on 3 March 2026",
        ),
        (
            [usage(1, 1, "supplier_id")],
            "booked 1 of 1 time for this supplier, last on 3 March 2026",
        ),
        ([usage(0, 50)], "never booked under the same values"),
        ([], "never booked under the same values"),
    ],
)
def test_bookings_are_told_by_the_narrowest_keys_that_say_enough(
    usages: list[Usage], said: str
) -> None:
    assert why(usages) == said


def test_columns_and_confidence_have_words() -> None:
    columns = ["gl_account_id", "material_group", "work_center_id"]
    assert these(columns) == "this account, material group and work centre"
    assert [percent(share) for share in (0.5, 0.949, 0.994, 0.995, 1.0)] == [
        "50%",
        "95%",
        "99%",
        "over 99%",
        "over 99%",
    ]
