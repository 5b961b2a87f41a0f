"""Values survive the way to Tryton and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.erp.tryton import values


@pytest.mark.parametrize(
    "value",
    [
        Decimal("12.50"),
        date(2026, 2, 28),
        datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC),
        "text",
        7,
        None,
        [Decimal("1"), {"day": date(2026, 1, 1)}],
    ],
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    text = json.dumps({"result": values.encode(value)})
    assert values.decode(text)["result"] == value


@given(st.decimals("0", "999999999", places=3))
def test_a_quantity_of_three_digits_comes_back_exactly(quantity: Decimal) -> None:
    text = json.dumps({"result": values.quantity(quantity)})
    assert values.decimal(values.decode(text)["result"]) == quantity


@pytest.mark.parametrize(
    ("written", "read"), [("340.0", "340"), ("5.10", "5.1"), ("1e-05", "0.00001"), ("1e3", "1000")]
)
def test_a_number_is_read_without_the_zeros_of_its_notation(written: str, read: str) -> None:
    assert format(values.decimal(Decimal(written)), "f") == read


@pytest.mark.parametrize("text", ["[]", "7", "<html>", ""])
def test_what_is_no_object_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match=r"object|Expecting"):
        values.decode(text)
