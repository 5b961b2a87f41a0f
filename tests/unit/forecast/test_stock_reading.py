"""What lies of components now, what an hour came to, and what orders still need in an hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from integration.service.desk import order, quantity

from countersign.erp.port import StockLevel
from countersign.forecast.planned_use import planned_uses
from countersign.forecast.stock_reading import StockReading
from countersign.nouns.order import Component, Material
from countersign.nouns.progress import OrderProgress
from countersign.nouns.quantity import Quantity

HOUR = datetime(2026, 11, 20, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 10, 0, 40, tzinfo=UTC)
SEAL = Material("SEAL-01", "C62", conversions=(("BX", Decimal(25)),))


def level(value: str, place: str = "WIP1", unit: str = "C62") -> StockLevel:
    return StockLevel("SEAL-01", place, Decimal(value), unit)


def line(value: str, place: str = "", unit: str = "C62") -> dict[str, Any]:
    where = {"storage_location": place} if place else {}
    return {"material_id": "SEAL-01", "quantity": quantity(value, unit), **where}


@dataclass
class Before(SimpleNamespace):
    hour_start: datetime = HOUR
    opening_quantity: str = "100"
    storage_location: str = "WIP1"
    unit: str = "C62"


def reading(
    levels: list[StockLevel], lines: list[dict[str, Any]], before: Before | None = None
) -> StockReading:
    rows = {} if before is None else {"SEAL-01": cast(Any, before)}
    return StockReading({"SEAL-01": SEAL}, levels, rows, lines)


@pytest.mark.parametrize(
    ("stock", "captured", "used", "delivered"),
    [
        ("70", ["30"], "30", "0"),
        ("120", ["30"], "30", "50"),
        ("60", ["30"], "40", "0"),  # ten more are gone than anybody captured
        ("100", [], "0", "0"),
        ("150", [], "0", "50"),
        ("50", ["1 BX", "25"], "50", "0"),
    ],
)
def test_what_an_hour_came_to(stock: str, captured: list[str], used: str, delivered: str) -> None:
    lines = [line(*text.split()[:1], unit=[*text.split(), "C62"][1]) for text in captured]
    (closed,) = reading([level(stock)], lines, Before()).end(HOUR, NOW)
    assert (closed.used_quantity, closed.delivered_quantity) == (Decimal(used), Decimal(delivered))
    assert closed.closing_quantity == Decimal(stock)


@given(
    opening=st.decimals(-50, 500, places=3),
    stock=st.decimals(-50, 500, places=3),
    captured=st.lists(st.decimals(0, 90, places=3), max_size=4),
)
def test_an_hour_always_adds_up(opening: Decimal, stock: Decimal, captured: list[Decimal]) -> None:
    before = Before(opening_quantity=str(opening))
    lines = [line(f"{value:f}") for value in captured]
    (closed,) = reading([level(f"{stock:f}")], lines, before).end(HOUR, NOW)
    assert opening + closed.delivered_quantity - closed.used_quantity == closed.closing_quantity
    assert closed.delivered_quantity >= 0
    assert closed.used_quantity >= sum(captured)


@pytest.mark.parametrize(
    ("levels", "lines", "before", "place", "opening"),
    [
        ([level("5")], [], None, "WIP1", "5"),
        ([level("5"), level("7", "0001")], [], None, "", "12"),
        ([level("5"), level("7", "0001")], [line("1", "0001")], None, "0001", "7"),
        ([level("5"), level("7", "0001")], [], Before(), "WIP1", "5"),
        ([level("2", unit="BX"), level("3")], [], None, "WIP1", "53"),
        ([], [], None, "", "0"),
    ],
)
def test_stock_is_read_where_the_line_takes_it_from(
    levels: list[StockLevel],
    lines: list[dict[str, Any]],
    before: Before | None,
    place: str,
    opening: str,
) -> None:
    (opened,) = reading(levels, lines, before).begin(NOW, NOW, {"SEAL-01": Decimal(3)})
    assert (opened.storage_location, opened.opening_quantity) == (place, Decimal(opening))
    assert opened.planned_use == 3


def test_what_cannot_be_told_in_the_base_unit_is_left_out_not_guessed() -> None:
    unknown = reading([level("5", unit="KGM")], [line("3", unit="LTR")], Before())
    assert unknown.begin(NOW, NOW, {}) == []
    assert unknown.end(HOUR, NOW) == []


def test_an_hour_is_closed_by_the_reading_that_follows_it_only() -> None:
    older = Before(hour_start=HOUR - timedelta(hours=1))
    assert reading([level("5")], [], older).end(HOUR, NOW) == []


@pytest.mark.parametrize(
    ("planned_end", "consumed", "per_hour"),
    [
        (timedelta(hours=10), "0", "100"),
        (timedelta(hours=10), "400", "60"),
        (timedelta(minutes=10), "0", "1000"),  # never over less than an hour
        (timedelta(hours=-5), "520", "20"),  # late: over a day
        (None, "0", "41.666667"),
        (timedelta(hours=10), "1100", None),
    ],
)
def test_what_an_order_still_needs_is_spread_up_to_its_planned_end(
    planned_end: timedelta | None, consumed: str, per_hour: str | None
) -> None:
    planned = replace(order(), planned_end_at=None if planned_end is None else NOW + planned_end)
    progress = OrderProgress(consumed={"SEAL-01": Decimal(consumed)})
    uses = planned_uses([planned], {"100234": progress}, {"SEAL-01": SEAL}, NOW)
    told = {name: str(round(value, 6).normalize() + 0) for name, value in uses.items()}
    expected = {} if per_hour is None else {"SEAL-01": per_hour}
    assert {name: Decimal(value) for name, value in told.items()} == {
        name: Decimal(value) for name, value in expected.items()
    }


def test_needs_are_told_in_base_units_and_summed_over_orders() -> None:
    boxes = replace(
        order(order_id="2"),
        components=(Component("SEAL-01", Quantity(Decimal(2), "BX")),),
        planned_end_at=NOW + timedelta(hours=5),
    )
    lines = replace(boxes, order_id="3", components=(*boxes.components, *boxes.components))
    uses = planned_uses([boxes, lines], {}, {"SEAL-01": SEAL}, NOW)
    assert uses == {"SEAL-01": Decimal(10 + 20)}
