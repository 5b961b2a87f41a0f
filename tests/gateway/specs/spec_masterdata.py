"""The ERP's orders, known on the gateway while the service is away."""

from __future__ import absolute_import, unicode_literals

from fakes import Service, answer, folder, problem
from gatewaylibrary import module

http = module("http")
masterdata = module("masterdata")


def order(order_id):
    return {"order_id": order_id, "operations": [{"operation_id": "0010"}]}


def known(base, *planned):
    return masterdata.MasterData(base, Service(*planned), lambda: 77)


def test_all_pages_are_read_and_survive_a_restart():
    with folder() as base:
        pages = (
            answer(200, {"items": [order("100")], "next_after": "100"}),
            answer(200, {"items": [order("101")]}),
        )
        first = known(base, *pages)
        assert first.refresh() is None
        queries = [request[1] for request in first._service.requests]
        assert queries == [{"limit": 500}, {"limit": 500, "after": "100"}]
        for each in (first, known(base)):
            assert each.orders() == {"read_at_ms": 77, "items": [order("100"), order("101")]}


def test_a_failure_keeps_what_was_known_and_says_why():
    with folder() as base:
        page = answer(200, {"items": [order("100")]})
        plant = known(
            base,
            page,
            http.Unreachable("no route"),
            problem(403, "wrong scope"),
            answer(200, "<html></html>", "text/html"),
        )
        plant.refresh()
        for why in (
            "the service cannot be reached: no route",
            "the service does not list its orders",
            "the service does not list its orders",
        ):
            assert plant.refresh() == why
            assert plant.orders()["items"] == [order("100")]


def test_what_is_entered_is_compared_with_the_known_orders():
    with folder() as base:
        plant = known(base, answer(200, {"items": [order("100")]}))
        assert plant.remark({"order_id": "999", "operation_id": "0010"}) == ""
        plant.refresh()
        for order_id, operation_id, remark in (
            ("100", "0010", ""),
            ("100", "0020", "order 100 has the operations 0010"),
            ("999", "0010", "order 999 is not among the released ones"),
        ):
            data = {"order_id": order_id, "operation_id": operation_id}
            assert plant.remark(data) == remark


def test_a_spoilt_file_is_as_none():
    with folder() as base:
        for content in (b"{", b"[]", b"\xff", b'{"items": 5}'):
            with open(known(base)._path, "wb") as target:
                target.write(content)
            assert known(base).orders() == {"read_at_ms": None, "items": []}
