"""Queries of the SAP sandbox: filters and orders, read and applied."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.erp.sandbox.sap.messages import Refusal
from countersign.erp.sandbox.sap.query import parse_filter, parse_order
from countersign.erp.sandbox.sap.tables import entity

CONFIRMATION = entity("ProdnOrdConf2")


def row(**values: Any) -> dict[str, Any]:
    return {**CONFIRMATION.blank(), **values}


ROW = row(
    OrderID="1000023",
    ConfirmationText="It's done",
    ConfirmationYieldQuantity="98.5",
    PostingDate="2026-11-20",
    IsFinalConfirmation=True,
    ConfirmationEntryTime="08:15:00",
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("OrderID eq '1000023'", True),
        ("OrderID eq '000001000023'", True),
        ("OrderID ne '1000023'", False),
        ("ConfirmationYieldQuantity eq 98.500M", True),
        ("ConfirmationYieldQuantity gt 9M", True),
        ("ConfirmationYieldQuantity le 98.4M", False),
        ("PostingDate ge datetime'2026-11-20T00:00:00'", True),
        ("PostingDate lt datetime'2026-11-20T00:00:00'", False),
        ("IsFinalConfirmation eq true", True),
        ("ConfirmationEntryTime eq time'PT08H15M00S'", True),
        ("ConfirmationText eq 'It''s done'", True),
        ("substringof('s d',ConfirmationText)", True),
        ("substringof('s d',ConfirmationText) eq true", True),
        ("startswith(ConfirmationText,'done')", False),
        ("endswith(ConfirmationText,'done')", True),
        ("ExternalSystemConfirmation eq null", True),
        ("LastChangeDate ge datetime'2020-01-01T00:00:00'", False),
        ("OrderID eq '1' or OrderID eq '1000023' and IsFinalConfirmation eq true", True),
        ("(OrderID eq '1' or OrderID eq '1000023') and IsFinalConfirmation eq false", False),
        ("not (OrderID eq '1')", True),
    ],
)
def test_a_filter_holds_or_not(text: str, holds: bool) -> None:
    assert parse_filter(text, CONFIRMATION).condition(ROW) is holds


def test_what_must_be_equal_is_known_for_the_search() -> None:
    both = parse_filter("OrderID eq '01' and ConfirmationYieldQuantity gt 1M", CONFIRMATION)
    either = parse_filter("OrderID eq '1' or OrderID eq '2'", CONFIRMATION)
    assert (both.equal, either.equal) == ({"OrderID": "1"}, {})


@pytest.mark.parametrize(
    "text",
    [
        "OrderID",
        "OrderID eq",
        "OrderID eq 5",
        "OrderID is '5'",
        "Nothing eq '5'",
        "OrderID eq '5' and",
        "(OrderID eq '5'",
        "OrderID eq '5')",
        "OrderID eq '5",
        "substringof(ConfirmationText)",
        "PostingDate eq '2026-11-20'",
        "PostingDate eq datetime'2026-13-20T00:00:00'",
        "OrderID eq 'more than twelve characters'",
        "; drop",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_filter(text, CONFIRMATION)


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        assert parse_filter(text, CONFIRMATION).condition(ROW) in (True, False)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), max_size=12))
def test_an_order_sorts_by_its_keys_numbers_as_numbers(pairs: list[tuple[int, int]]) -> None:
    rows = [
        row(OrderID=str(order), ConfirmationYieldQuantity=str(quantity))
        for order, quantity in pairs
    ]
    ordered = parse_order("OrderID desc,ConfirmationYieldQuantity", CONFIRMATION)(rows)
    found = [(int(r["OrderID"]), int(r["ConfirmationYieldQuantity"])) for r in ordered]
    assert found == sorted(pairs, key=lambda pair: (-pair[0], pair[1]))


@pytest.mark.parametrize("text", ["Nothing", "OrderID up", ""])
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_order(text, CONFIRMATION)
