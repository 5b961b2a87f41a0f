"""The line: a tile per work centre, from the ERP's orders and the work centre's tags."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

line = module("screens_line")
texts = module("texts")

NOW = 1772456710000
NO_TAGS = {"machine": None, "order_id": None, "result": None, "text": None, "document_id": None}


def operation(operation_id, work_center, made="0", is_final=False):
    return {
        "operation_id": operation_id,
        "work_center_id": work_center,
        "yield_quantity": made,
        "scrap_quantity": "7",
        "is_final": is_final,
    }


def order(order_id, *operations, **changes):
    found = {
        "order_id": order_id,
        "material_id": "VALVE-01",
        "description": "",
        "quantity": {"quantity_string": "1200", "unit_of_measure": "C62"},
        "operations": list(operations),
        "open_approvals": 0,
    }
    found.update(changes)
    return found


ORDERS = (
    order("1", operation("0010", "PRESS", "1200", True), operation("0020", "ASSY", "400")),
    order("2", operation("0010", "PRESS"), open_approvals=3),
    order("3", operation("0010", "PRESS", "96")),
)


def answer(items):
    return {"payload": {"items": list(items)}, "read_at_ms": NOW, "problem": None}


def tile(work_center="PRESS", items=ORDERS, **tags):
    return line.tile_of(answer(items), work_center, dict(NO_TAGS, **tags), "en")


def test_every_work_centre_that_an_order_needs_has_a_tile_with_its_tags():
    page = line.page_of(answer(ORDERS), NOW, "en")
    assert [each["work_center_id"] for each in page["tiles"]] == ["ASSY", "PRESS"]
    assert page["tiles"][1]["folder"] == "[default]Plant/PRESS"
    assert line.page_of(answer([]), NOW, "en")["is_empty"]


def test_the_machine_says_which_order_else_the_one_that_was_begun_else_the_next():
    assert tile(order_id="2")["order"] == "2 / 0010"
    assert tile()["order"] == "3 / 0010"
    assert tile(items=ORDERS[:2])["order"] == "2 / 0010"
    assert tile(items=ORDERS[:1])["order"] == "no order"
    assert tile(order_id="unknown")["order"] == "no order"


def test_a_tile_counts_what_was_captured_and_what_waits_for_people():
    shown = tile(order_id="2")
    assert (shown["good"], shown["scrap"], shown["wanted"]) == ("0", "7", "1,200")
    assert shown["wanted_name"] == "wanted, pcs"
    assert (shown["tasks"], shown["tasks_tone"]) == ("3 to decide", "Doubt")
    assert tile()["tasks_tone"] == "Calm"


def test_the_machine_state_is_said_in_words_with_an_icon_and_colour_only_when_abnormal():
    for state, tone, text in (
        ("Running", "Calm", "running"),
        ("DOWN", "Trouble", "fault"),
        ("stopped", "Doubt", "stopped"),
        ("Reinigen", "Calm", "Reinigen"),
        (None, "Calm", "state not known"),
        ("", "Calm", "state not known"),
    ):
        machine = tile(machine=state)["machine"]
        assert (machine["tone"], machine["text"]) == (tone, text), state
        assert machine["icon"].startswith("material/")


def test_the_last_result_is_told_with_its_number_or_its_trouble():
    last = tile(result="posted", document_id="4900012001", text="booked")["last"]
    assert (last["text"], last["detail"]) == ("booked as 4900012001", "")
    last = tile(result="rejected", text="485 C62 are not in stock")["last"]
    assert (last["tone"], last["text"]) == ("Trouble", "refused by the ERP")
    assert last["detail"] == "485 pcs are not in stock"
    assert tile()["last"]["text"] == "nothing reported yet"
    assert tile(result="dreaming")["last"]["text"] == "dreaming"


def test_every_state_that_an_event_can_have_has_words():
    for state in ("review", "hold", "observe", "queued", "accepted", "posted", "reversed"):
        assert texts.has("result_" + state), state
