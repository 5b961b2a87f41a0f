"""What a person enters at a screen, in the same journal as what machines report."""

from __future__ import absolute_import, unicode_literals

import copy

from gatewaylibrary import module
from spec_capture import floor

contracts = module("contracts")
entry = module("entry")

SCRAP = {
    "order_id": "100200",
    "operation_id": "0010",
    "material_id": "HOUSING-A",
    "quantity": {"quantity_string": 3, "unit_of_measure": "C62"},
    "scrap_reason_code": "POROSITY",
    "equipment_id": "PRESS1",
    "note": "",
}


class Orders(object):
    """Stands for the known orders."""

    def remark(self, data):
        """Point out one order."""
        return "order 999 is not released" if data["order_id"] == "999" else ""


def entry_of(press):
    return entry.Entry(press.capture._configuration, press.capture, lambda: 1767225600000, Orders())


def report(press, command_id="c1", command="scrap_report", **changes):
    body = dict(copy.deepcopy(SCRAP), **changes)
    request = {"command_id": command_id, "command": command, "user": "anna", "body": body}
    made = entry_of(press)
    return made.report(request)


def test_a_scrap_report_is_an_event_on_the_disk():
    with floor() as press:
        state = report(press)
        (event,) = press.journalled()
        assert state["state"] == "done" and state["result"] == {"id": event["id"]}
        assert contracts.event_errors(event) == []
        assert event["subject"] == "100200/0010"
        assert event["time"] == "2026-01-01T00:00:00.000Z"
        assert event["data"]["person_id"] == "anna"
        assert event["data"]["site_id"] == "1000"
        assert event["data"]["quantity"] == {"quantity_string": "3", "unit_of_measure": "C62"}
        assert "note" not in event["data"]


def test_the_same_form_is_one_event_and_another_form_another():
    with floor() as press:
        first = report(press, "c1")
        assert report(press, "c1")["result"] == first["result"]
        report(press, "c2")
        assert len(press.journalled()) == 2


def test_a_badge_does_not_report_because_only_the_service_knows_whose_it_is():
    with floor() as press:
        state = report(press, badge="4711")
        assert state["state"] == "refused"
        assert "sign in" in state["text"]
        assert press.journalled() == []


def test_what_breaks_the_contract_is_said_at_once_and_is_no_dead_letter():
    for changes, text in (
        ({"order_id": "a b"}, "/data/order_id: must be"),
        ({"quantity": {"quantity_string": "many", "unit_of_measure": "C62"}}, '"many" is not'),
        ({"quantity": None}, '"quantity" is missing'),
        ({"colour": "red"}, "colour"),
    ):
        with floor() as press:
            state = report(press, **changes)
            assert state["state"] == "refused" and text in state["text"], state
            assert press.journalled() == [] and press.dead() == []


def test_a_disk_that_takes_nothing_is_said_to_the_person():
    with floor() as press:
        press.journal.close()
        state = report(press)
        assert (state["state"], state["code"]) == ("refused", "journal")
        assert "enter it again" in state["text"]


def test_consumption_and_confirmation_can_be_entered_as_well():
    order = {"order_id": "100200", "operation_id": "0010"}
    lot = {"material_id": "STEEL", "quantity": {"quantity_string": 1.5, "unit_of_measure": "KGM"}}
    for command, data in (
        ("consumption_report", {"material_actual": [lot]}),
        (
            "confirmation_report",
            {
                "confirmation": "partial",
                "yield_quantity": {"quantity_string": 480, "unit_of_measure": "C62"},
            },
        ),
    ):
        with floor() as press:
            body = dict(order, **data)
            request = {"command_id": "c", "command": command, "user": "anna", "body": body}
            made = entry_of(press)
            assert made.report(request)["state"] == "done", made.report(request)
            (event,) = press.journalled()
            assert contracts.event_errors(event) == []


def test_an_order_that_is_not_known_is_pointed_out_and_journalled():
    with floor() as press:
        state = report(press, order_id="999")
        assert (state["state"], state["text"]) == ("done", "order 999 is not released")
        assert len(press.journalled()) == 1
