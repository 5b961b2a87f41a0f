"""Stock is written down once an hour, of the components that released orders need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from integration.service.desk import Desk, _envelope, order, quantity
from sqlalchemy import Row

from countersign.erp.errors import Transient
from countersign.erp.port import ErpPort, StockLevel
from countersign.journey.ahead.stock_hours import StockHours
from countersign.store import stock_hours


class Erp:
    """An ERP whose stock of seals tests choose."""

    def __init__(self) -> None:
        self.seals = Decimal(1000)
        self.is_away = False
        self.asked: list[list[str]] = []

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        self.asked.append(list(material_ids))
        if self.is_away:
            raise Transient("the ERP is away")
        yield StockLevel("SEAL-01", "WIP1", self.seals, "C62")


def read(desk: Desk, erp: Erp) -> int:
    return StockHours(desk.database, cast(ErpPort, erp)).refresh(desk.now)


def seals(desk: Desk) -> list[Row[Any]]:
    with desk.database.read() as connection:
        rows = stock_hours.read_opened(connection, desk.now - timedelta(days=9), desk.now)
    return [row for row in rows if row.material_id == "SEAL-01"]


def consumption(number: int, value: str) -> dict[str, Any]:
    return _envelope(
        number,
        "material-consumption",
        {
            "site_id": "1000",
            "order_id": "100234",
            "operation_id": "0010",
            "material_actual": [{"material_id": "SEAL-01", "quantity": quantity(value)}],
        },
    )


def test_an_hour_begins_once_and_is_closed_by_the_next(desk: Desk) -> None:
    erp = Erp()
    desk.use_policy("shadow")
    assert read(desk, erp) == 2
    assert read(desk, erp) == 0
    assert erp.asked == [["BODY-01", "SEAL-01"]]
    desk.move_clock(minutes=30)
    desk.receive(consumption(1, "120"))
    erp.seals = Decimal(1380)
    desk.move_clock(minutes=31)
    assert read(desk, erp) == 2
    first, second = seals(desk)
    assert (first.opening_quantity, first.closing_quantity) == ("1000", "1380")
    assert (first.used_quantity, first.delivered_quantity) == ("120", "500")
    assert (second.opening_quantity, second.closing_quantity) == ("1380", None)
    assert Decimal(first.planned_use) > Decimal(second.planned_use) > 0


def test_an_hour_that_the_erp_slept_through_stays_open_and_the_next_begins_anew(
    desk: Desk,
) -> None:
    erp = Erp()
    read(desk, erp)
    erp.is_away = True
    desk.move_clock(hours=1)
    with pytest.raises(Transient):
        read(desk, erp)
    erp.is_away = False
    desk.move_clock(hours=1)
    assert read(desk, erp) == 2
    assert [row.closed_at for row in seals(desk)] == [None, None]


def test_a_component_is_followed_for_a_day_after_it_was_needed(desk: Desk) -> None:
    erp = Erp()
    read(desk, erp)
    desk.put_order(order("closed"))
    for hours, components in ((1, 2), (12, 2), (7, 2), (6, 0)):
        desk.move_clock(hours=hours)
        assert read(desk, erp) == components
