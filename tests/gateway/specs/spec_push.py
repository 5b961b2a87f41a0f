"""Orders that an ERP pushes to the gateway."""

from __future__ import absolute_import, unicode_literals

import json

from fakes import Service, answer, problem
from gatewaylibrary import module

http = module("http")
push = module("push")

ORDER = {
    "order_id": "100900",
    "site_id": "1000",
    "material_id": "VALVE-01",
    "quantity": {"quantity_string": "480", "unit_of_measure": "C62"},
    "state": "released",
    "operations": [{"operation_id": "0010", "work_center_id": "PRESS1"}],
}
MESSAGE = {"orders": [ORDER]}


def test_orders_are_handed_over_as_text_or_as_parsed():
    for body in (MESSAGE, json.dumps(MESSAGE)):
        service = Service(answer(200, {"changed": 1}))
        assert push.take_orders(body, service) == (200, {"changed": 1})
        assert service.requests == [("/v1/orders", MESSAGE, None)]


def test_what_breaks_the_contract_never_leaves_the_gateway():
    for body in (None, "no JSON", [], {"orders": []}, {"orders": [dict(ORDER, state="open")]}):
        status, content = push.take_orders(body, Service())
        assert status == 422
        assert content["errors"]


def test_the_service_has_the_last_word():
    status, content = push.take_orders(MESSAGE, Service(problem(403, "wrong scope")))
    assert (status, content["detail"]) == (403, "wrong scope")


def test_without_an_answer_the_erp_is_asked_to_push_again():
    page = answer(502, "<html></html>", "text/html")
    for planned in (http.Unreachable("no route"), page):
        status, content = push.take_orders(MESSAGE, Service(planned))
        assert status == 503
        assert "push again" in content["detail"]
