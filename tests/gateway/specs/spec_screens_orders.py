"""The order list: what is wanted, made and late, page by page."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

orders = module("screens_orders")
times = module("times")

NOW = times.milliseconds("2026-03-10T09:32:00Z")


def operation(operation_id, work_center, made="0", scrapped="0", is_final=False):
    return {
        "operation_id": operation_id,
        "work_center_id": work_center,
        "yield_quantity": made,
        "scrap_quantity": scrapped,
        "is_final": is_final,
    }


def order(**changes):
    found = {
        "order_id": "100234",
        "material_id": "VALVE-01",
        "description": "Ball valve",
        "quantity": {"quantity_string": "500", "unit_of_measure": "C62"},
        "state": "released",
        "planned_end_at": "2026-03-10T14:00:00+01:00",
        "operations": [
            operation("0010", "PRESS-01", "480", "12", True),
            operation("0020", "ASSY-02", "455", "3"),
        ],
        "open_approvals": 0,
    }
    found.update(changes)
    return found


def row(**changes):
    return orders.row_of(order(**changes), NOW, "en")


def answer(*items, **more):
    payload = dict(more, items=list(items))
    return {"payload": payload, "read_at_ms": NOW, "problem": None}


def test_an_order_shows_what_came_out_of_its_last_operation():
    shown = row()
    assert shown["made"] == "455 of 500 pcs"
    assert shown["share"] == 91
    assert shown["scrap"] == "15 scrap"
    assert shown["operations"] == "0010 PRESS-01: done, 0020 ASSY-02: 455"
    assert shown["product"] == "VALVE-01  Ball valve"


def test_an_order_without_operations_or_quantity_is_shown_too():
    assert row(operations=[])["made"] == "0 of 500 pcs"
    assert row(operations=[])["scrap"] == ""
    assert row(quantity={"quantity_string": "0", "unit_of_measure": "C62"})["share"] == 0
    more = [operation("0010", "P", "600")]
    assert row(operations=more)["share"] == 100


def test_only_an_order_that_is_not_finished_is_late_and_says_so_in_words():
    past = "2026-03-10T08:00:00Z"
    for changes, tone, part in (
        ({}, "Calm", "due "),
        ({"planned_end_at": past}, "Doubt", "late since "),
        ({"planned_end_at": past, "state": "completed"}, "Calm", "due "),
        ({"planned_end_at": None}, "Calm", "no date"),
    ):
        shown = row(**changes)
        assert (shown["due_tone"], shown["is_late"]) == (tone, tone == "Doubt"), changes
        assert part in shown["due"], shown


def test_tasks_are_shown_where_there_are_any_and_scrap_only_of_released_orders():
    assert row()["tasks"] == ""
    assert row(open_approvals=2)["tasks"] == "2 to decide"
    assert [row(state=state)["can_scrap"] for state in ("released", "created")] == [True, False]


def test_the_list_comes_in_pages():
    last = orders.page_of(answer(order()), False, NOW, "en")
    assert (last["next_after"], last["has_pages"], last["count"]) == ("", False, "1 orders")
    first = orders.page_of(answer(order(), next_after="100234"), False, NOW, "en")
    assert (first["next_after"], first["has_pages"]) == ("100234", True)
    assert orders.page_of(answer(order()), True, NOW, "en")["has_pages"]


def test_an_empty_list_says_so_and_one_that_was_not_read_does_not():
    assert orders.page_of(answer(), False, NOW, "en")["is_empty"]
    unread = {"payload": None, "read_at_ms": None, "problem": None}
    page = orders.page_of(unread, False, NOW, "en")
    assert not page["is_empty"]
    assert page["notice"]["is_shown"]


def test_the_filters_offer_the_work_centres_of_the_orders_and_every_state():
    found = orders.work_centers_of(answer(order(), order()), "nl")
    assert [each["value"] for each in found] == ["", "ASSY-02", "PRESS-01"]
    assert found[0]["label"] == "alle"
    assert [each["value"] for each in orders.states("en")] == list(orders.STATES)
