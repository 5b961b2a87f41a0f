"""Orders are noted as they were when they were first seen released; nothing changes that later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from integration.service.desk import ORDER, Desk, confirmation, order, quantity
from sqlalchemy import Row

from countersign.journey.ahead.note_releases import note_releases
from countersign.nouns.order import OrderState, ProductionOrder
from countersign.store import order_releases


def order_in(state: OrderState, order_id: str) -> ProductionOrder:
    return replace(order(order_id=order_id), state=state)


def noted(desk: Desk) -> dict[str, Row[Any]]:
    with desk.database.read() as connection:
        since = desk.now - timedelta(days=30)
        rows = order_releases.read_last(connection, since, desk.now, 100)
    return {row.order_id: row for row in rows}


def test_orders_that_stood_released_at_first_are_backlog_and_later_ones_have_a_time(
    desk: Desk,
) -> None:
    desk.put_order(order_in("created", "2"))
    assert note_releases(desk.database, desk.now) == 1
    desk.move_clock(hours=3)
    desk.put_order(order_in("released", "2"))
    assert note_releases(desk.database, desk.now) == 1
    assert note_releases(desk.database, desk.now) == 0
    rows = noted(desk)
    assert {name: row.is_backlog for name, row in rows.items()} == {ORDER: True, "2": False}
    assert rows["2"].released_at == desk.now


def test_what_was_planned_at_the_release_stays_though_the_erp_plans_anew(desk: Desk) -> None:
    planned = replace(order_in("released", "1"), planned_end_at=desk.now + timedelta(days=2))
    desk.put_order(planned)
    note_releases(desk.database, desk.now)
    desk.put_order(replace(planned, planned_end_at=desk.now + timedelta(days=9)))
    note_releases(desk.database, desk.now)
    told = json.loads(noted(desk)["1"].body)["planned_end_at"]
    assert told == (desk.now + timedelta(days=2)).isoformat()


def test_the_machine_time_that_lies_before_an_order_leaves_out_what_is_made(desk: Desk) -> None:
    """500 pieces of 2 and 1 minutes with set-ups of 15 and 5; 200 are made at the first step."""
    desk.use_policy("shadow")
    desk.put_order(order())
    note_releases(desk.database, desk.now)
    assert noted(desk)[ORDER].queued_hours == 0
    desk.receive(confirmation(1, yield_quantity=quantity("200")))
    desk.put_order(order_in("released", "2"))
    desk.put_order(order_in("created", "3"))
    desk.put_order(replace(order_in("released", "4"), site_id="2000"))
    note_releases(desk.database, desk.now)
    row = noted(desk)["2"]
    assert row.open_orders == 1
    assert row.busiest_hours == 300 * 2 / 60
    assert row.queued_hours == round(300 * 2 / 60 + 505 / 60, 6)
    assert noted(desk)["4"].open_orders == 0


def test_the_end_is_noted_once_when_it_is_first_seen(desk: Desk) -> None:
    note_releases(desk.database, desk.now)
    states: tuple[OrderState, ...] = ("released", "completed", "closed")
    for state in states:
        desk.put_order(order_in(state, "1"))
        assert note_releases(desk.database, desk.now) == (0 if state == "closed" else 1)
        desk.move_clock(hours=1)
    row = noted(desk)["1"]
    assert (row.end_state, row.ended_at) == ("completed", desk.now - timedelta(hours=2))


def test_an_order_that_was_never_seen_released_is_not_noted(desk: Desk) -> None:
    desk.put_order(order_in("closed", "1"))
    note_releases(desk.database, desk.now)
    assert "1" not in noted(desk)
