# coding: utf-8
"""Scrap entry: what can be chosen, which reasons are offered, when it can be sent."""

from __future__ import absolute_import, unicode_literals

import json
from decimal import Decimal

from gatewaylibrary import module

scrap = module("screens_scrap")
entry = module("entry")
contracts = module("contracts")
reasons = module("texts_reasons")

NOW = 1772456710000


def quantity(number, unit="C62"):
    return {"quantity_string": number, "unit_of_measure": unit}


def operation(operation_id, work_center):
    return {"operation_id": operation_id, "work_center_id": work_center}


def component(material, unit, operation_id):
    return {"material_id": material, "quantity": quantity("5", unit), "operation_id": operation_id}


ORDER = {
    "order_id": "100234",
    "site_id": "1000",
    "material_id": "VALVE-01",
    "quantity": quantity("500"),
    "operations": [operation("0010", "PRESS-01"), operation("0020", "ASSY-02")],
    "components": [
        component("BODY-01", "C62", "0010"),
        component("GREASE-7", "KGM", "0020"),
        component("LABEL", "C62", ""),
        component("VALVE-01", "KGM", "0020"),
    ],
}
SHORT = dict(ORDER, order_id="100250", operations=[operation("0010", "CNC-04")], components=[])


def answer(*orders, **changes):
    found = {"payload": {"items": list(orders)}, "read_at_ms": NOW, "problem": None}
    found.update(changes)
    return found


def form(order_id="", operation_id="", material_id="", **changes):
    found = changes.get("answer") or answer(ORDER, SHORT)
    return scrap.form_of(found, order_id, operation_id, material_id, NOW, "en")


def test_nothing_is_chosen_for_a_new_form():
    empty = form()
    chosen = ("order_id", "operation_id", "material_id", "unit", "unit_text", "site_id")
    assert [empty[name] for name in chosen] == [""] * 6
    assert [each["value"] for each in empty["orders"]] == ["100234", "100250"]
    assert empty["materials"] == []


def test_the_product_and_what_is_used_at_the_operation_can_be_scrap():
    found = form("100234", "0020")
    assert [each["value"] for each in found["materials"]] == ["VALVE-01", "GREASE-7", "LABEL"]
    assert found["materials"][0]["label"] == "VALVE-01, the product"
    assert (found["equipment_id"], found["site_id"]) == ("ASSY-02", "1000")


def test_the_unit_is_that_of_the_material_and_cannot_be_chosen():
    assert form("100234", "0020", "GREASE-7")["unit"] == "KGM"
    assert form("100234", "0020", "VALVE-01")["unit_text"] == "pcs"


def test_a_choice_that_is_the_only_one_is_made():
    found = form("100250")
    assert (found["operation_id"], found["material_id"]) == ("0010", "VALVE-01")


def test_a_choice_that_another_order_does_not_have_is_dropped():
    found = form("100250", "0020", "GREASE-7")
    assert (found["operation_id"], found["material_id"]) == ("0010", "VALVE-01")


def test_the_page_says_why_there_is_nothing_to_choose():
    for given, order_id, part in (
        (answer(), "", "No order is released"),
        (answer(ORDER), "999", "999 is not released"),
        (answer(payload=None, read_at_ms=None), "", "Being read"),
        (answer(payload=None, read_at_ms=None, problem="x"), "", "nothing could be read yet"),
    ):
        strip = form(order_id, answer=given)["notice"]
        assert strip["is_shown"], part
        assert part in strip["text"], strip
    assert not form("100234")["notice"]["is_shown"]


def codes(*ranked):
    items = [{"scrap_reason_code": code, "probability": 0.1} for code in ranked]
    return [tile["code"] for tile in scrap.tiles_of(items, "en")["tiles"]]


def test_the_likeliest_reasons_come_first_and_another_reason_always_last():
    assert codes("POROSITY", "BURR")[:3] == ["POROSITY", "BURR", "SURFACE"]
    for ranked in ((), ("BURR",), tuple("P%d" % number for number in range(12)), ("OTHER", "BURR")):
        found = codes(*ranked)
        assert len(found) == 8, found
        assert len(set(found)) == 8, found
        assert found[-1] == "OTHER"


def test_tiles_have_the_names_of_the_plant_and_unknown_codes_stand_for_themselves():
    tiles = scrap.tiles_of([{"scrap_reason_code": "0042", "probability": 1}], "de")["tiles"]
    assert [tile["text"] for tile in tiles[:2]] == ["0042", "Kratzer, Delle, Fleck"]


def test_every_word_of_a_reason_fits_a_tile_of_a_phone():
    for row in reasons.TEXTS.values():
        for word in " ".join(row).split():
            assert len(word) <= 12, word
    assert {"reason_" + code for code in reasons.ORDER} | {"reason_OTHER"} == set(reasons.TEXTS)


def test_the_report_can_be_sent_when_nothing_is_missing():
    full = ("1", "0010", "M", "C62", "12", "BURR", "")
    for place, value, part in (
        (0, "", "the order"),
        (1, None, "the operation"),
        (2, "", "the material"),
        (4, "", "the quantity"),
        (4, "0.00", "the quantity"),
        (4, "12.5", "pcs are counted whole"),
        (5, "", "the reason"),
        (5, "OTHER", "what happened"),
    ):
        given = list(full)
        given[place] = value
        found = scrap.readiness(*(given + ["en"]))
        assert not found["can_submit"], (place, value)
        assert part in found["text"], found
    for given in (full, full[:4] + ("12.0",) + full[5:], full[:5] + ("OTHER", "dropped")):
        assert scrap.readiness(*(given + ("en",)))["can_submit"], given
    assert scrap.readiness(*(full + ("en",)))["label"] == "Report 12 pcs M"


def test_the_body_is_what_the_contract_wants():
    body = scrap.body("e1", form("100234", "0020", "GREASE-7"), " L-77 ", "1.", "OTHER", " fell \n")
    data = dict(body, site_id="1000")
    assert data.pop("entry_id") == "e1"
    assert contracts.errors("scrap-report", data) == []
    assert data["quantity"] == quantity("1", "KGM")
    assert (data["note"], data["material_lot_id"]) == ("fell", "L-77")
    assert Decimal(data["quantity"]["quantity_string"]) == 1
    assert json.dumps(data)


def test_what_became_of_the_report_is_said():
    for state, text, tone, is_done, part in (
        ("queued", "", "Calm", False, "Being recorded"),
        ("done", "", "Done", True, "Recorded. What becomes of it"),
        ("done", "order 9 is new", "Doubt", True, "look at it: order 9 is new."),
        ("refused", "why", "Trouble", False, "Not recorded: why"),
        ("unreachable", "why", "Trouble", False, "why"),
    ):
        strip = scrap.progress_of({"state": state, "text": text, "result": None}, "en")
        assert (strip["tone"], strip["is_done"]) == (tone, is_done)
        assert part in strip["text"], strip
    assert not scrap.progress("", "en")["is_shown"]


def test_a_scanned_lot_is_the_last_one():
    assert scrap.scanned(["L1", " L2 "]) == "L2"
    assert scrap.scanned(None) == ""


def test_the_typed_number_is_shown_as_the_language_writes_it():
    for text, locale, shown in (("", "en", "0"), ("1234.", "de", "1.234,"), ("0.5", "nl", "0,5")):
        assert scrap.shown(text, locale) == shown
    assert scrap.summary("12", "C62", "M", "BURR", "", "de") == "12 Stk. M: Grat"
    assert scrap.summary("1", "KGM", "M", "OTHER", "fell", "en") == "1 kg M: fell"
    assert scrap.entry_id() != scrap.entry_id()
