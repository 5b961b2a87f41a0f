"""The approval card: seen, decided, carried out, and guarded against everything in between."""

from __future__ import annotations

import json
from typing import Any

import pytest
from console_plant import ConsolePlant, quantity
from playwright.sync_api import Page, expect
from sqlalchemy import update

from countersign.store import events
from countersign.store.tables import judgement

from .conftest import SLIP, Room, open_card, stored


def small_slip(plant: ConsolePlant, **data: Any) -> str:
    """Send a digit too many that stays below the limit for two people."""
    return plant.consume("5000", produced_quantity=quantity("250"), **data)


def test_what_the_erp_asks_back_is_answered_on_the_card(room: Room) -> None:
    plant = room.plant
    page = room.desk("anna")
    open_card(page, plant, plant.consume("960"))
    plant.erp.faults.append("warning")
    page.get_by_role("button", name="Post as counted").click()
    page.locator("#progress").wait_for()
    plant.deliver()
    page.goto(f"{plant.url}/console/")
    expect(page.locator(".group h2")).to_contain_text("The ERP asks back")
    page.locator(".task").click()
    expect(page.get_by_role("region", name="Why you")).to_contain_text("over_tolerance")
    expect(page.get_by_role("link", name="Correct…")).to_have_count(0)
    page.get_by_role("button", name="Yes, post it").click()
    page.locator("#progress").wait_for()
    plant.deliver()
    expect(page.locator("#progress")).to_contain_text("Booked in demo as D1")


def test_the_card_says_what_why_and_what_it_rests_on(room: Room) -> None:
    approval_id = room.plant.consume(SLIP, produced_quantity=quantity("480"), person_id="ben")
    page = room.desk("anna")
    open_card(page, room.plant, approval_id)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Consume 9650 pcs SEAL-12 (lot LOT-77) on order 100234/0010"
    )
    facts = page.locator("header .facts").last
    expect(facts).to_contain_text("30,880.00 EUR")
    expect(facts).to_contain_text("asked less than 1 min ago")
    expect(facts).to_contain_text("in 3 h 59")
    expect(facts).to_contain_text("needs two people")
    why = page.get_by_role("region", name="Why you")
    expect(why).to_contain_text("the whole order needs 1000")
    expect(why).to_contain_text("looks like one digit too many")
    expect(why).to_contain_text("no model was asked")
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("500 pcs VALVE-55, released")
    expect(evidence).to_contain_text("captured so far, with this 9650")


@pytest.mark.parametrize(
    ("locale", "title", "why"),
    [
        ("de-DE", "Mehr als der Auftrag braucht", "Damit sind 9650 Stk SEAL-12 entnommen"),
        ("nl-NL", "Meer dan de order nodig heeft", "Hiermee is 9650 st SEAL-12 afgegeven"),
    ],
)
def test_why_is_told_in_the_language_of_the_browser(
    room: Room, locale: str, title: str, why: str
) -> None:
    approval_id = room.plant.consume(SLIP, produced_quantity=quantity("480"))
    page = room.desk("anna", locale=locale)
    page.goto(f"{room.plant.url}/console/")
    expect(page.locator(".group h2")).to_contain_text(title)
    open_card(page, room.plant, approval_id)
    expect(page.locator("article .cause")).to_have_text(title)
    expect(page.get_by_role("region", name="Why you")).to_contain_text(why)


def test_similar_events_stand_beside_it(room: Room) -> None:
    plant = room.plant
    page = room.desk("anna")
    for order_id in ("100235", "100236"):
        approval_id = plant.consume("960", order_id=order_id, produced_quantity=quantity("480"))
        open_card(page, plant, approval_id)
        page.get_by_role("button", name="Post as counted").click()
        page.locator("#progress").wait_for()
    plant.deliver()
    open_card(page, plant, plant.consume("970", produced_quantity=quantity("480")))
    rows = page.get_by_role("region", name="Evidence").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Approved by anna")


def test_how_others_resolved_the_same_cause_stands_beside_it(room: Room) -> None:
    plant = room.plant
    first = plant.consume("960", produced_quantity=quantity("480"))
    page = room.desk("cleo")
    open_card(page, plant, first, "?do=correct")
    page.get_by_label("Quantity line 1").fill("465")
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    page.locator("#progress").wait_for()
    second = plant.consume("950", order_id="100235", produced_quantity=quantity("480"))
    open_card(page, plant, second)
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("Came for the same reason before")
    expect(evidence).to_contain_text("Corrected by cleo; Quantity 960 pcs → 465 pcs (Miscounted)")


def test_approving_is_followed_live_from_queue_to_document(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960", produced_quantity=quantity("480"))
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    page.get_by_role("button", name="Post as counted").click()
    step = page.locator("#progress [aria-current=step]")
    expect(page.locator("#standing")).to_contain_text("Approved by anna")
    expect(step).to_have_text("Queued")
    plant.begin_calls()
    expect(step).to_have_text("Sent")
    plant.finish_calls()
    expect(step).to_have_text("Posted D1")
    assert [booking.order_id for booking in plant.erp.bookings] == ["100234"]
    assert stored(plant, approval_id).decided_by == "anna"


def test_a_refusal_of_the_erp_is_told_in_its_words_with_who_has_it_now(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    plant.erp.faults.append("rejected")
    page.get_by_role("button", name="Post as counted").click()
    page.locator("#progress").wait_for()
    plant.deliver()
    expect(page.locator("#progress")).to_contain_text("demo refused it: Material X is unknown")
    expect(page.locator("#progress")).to_contain_text("Now with the ERP team")


def test_a_busy_erp_is_told_with_the_next_try(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    plant.erp.faults.extend(["busy"] * 50)
    page.get_by_role("button", name="Post as counted").click()
    page.locator("#progress").wait_for()
    plant.begin_calls()
    plant.finish_calls()
    expect(page.locator("#progress")).to_contain_text("tried again by itself")
    expect(page.locator("#progress")).to_contain_text("Next try")


def test_the_proposal_is_one_button_away_and_shows_old_and_new(room: Room) -> None:
    plant = room.plant
    approval_id = small_slip(plant)
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    expect(page.locator(".proposal")).to_contain_text("5000 pcs → 500 pcs")
    page.get_by_role("link", name="Use the proposal").click()
    expect(page.get_by_label("Quantity line 1")).to_have_value("500")
    expect(page.locator(".entry", has=page.get_by_label("Quantity line 1"))).to_contain_text(
        "was 5000"
    )
    page.get_by_role("radio", name="Digit or decimal point").check()
    page.get_by_role("button", name="Correct and post").click()
    expect(page.locator(".changes")).to_contain_text("5000 pcs → 500 pcs")
    expect(page.locator("#standing")).to_contain_text("Corrected by anna: Digit or decimal point")
    plant.deliver()
    expect(page.locator("#progress")).to_contain_text("Booked in demo as D1")
    document = json.loads(plant.posting_of(approval_id).document)
    assert document["lines"][0]["quantity"] == quantity("500")


@pytest.mark.parametrize(
    ("assessed", "strongest"),
    [
        ({}, []),
        ({"confidence": 0.3}, []),
        ({"confidence": 0.05, "causes": [("recording_error", 0.9)]}, ["Correct…"]),
        ({"confidence": 0.9, "findings": [], "proposed_correction": None}, ["Post as counted"]),
    ],
)
def test_only_what_is_likely_right_is_the_strongest_button(
    room: Room, assessed: dict[str, Any], strongest: list[str]
) -> None:
    plant = room.plant
    approval_id = small_slip(plant)
    causes = [
        {"label": label, "probability": share, "text": ""}
        for label, share in assessed.get("causes", [])
    ]
    with plant.database.write() as connection:
        task = stored(plant, approval_id)
        row = events.read(connection, task.event_id)
        assert row is not None
        body = json.loads(row.assessment) | assessed | {"causes": causes}
        changed = update(judgement).where(judgement.c.event_seq == row.seq)
        connection.execute(changed.values(assessment=json.dumps(body)))
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    ways = page.locator(".ways .big")
    expect(ways).to_have_count(4)
    assert page.locator(".ways .primary").all_inner_texts() == strongest
    if strongest == ["Correct…"]:
        page.get_by_role("link", name="Correct…").click()
        expect(page.get_by_label("Quantity line 1")).to_have_value("500")


def test_a_changed_box_shows_what_was_captured_while_typing(room: Room) -> None:
    approval_id = room.plant.consume("960")
    page = room.desk("anna")
    open_card(page, room.plant, approval_id, "?do=correct")
    box = page.get_by_label("Lot line 1")
    was = page.locator(".entry", has=box).locator(".was")
    expect(was).to_be_hidden()
    box.fill("LOT-78")
    expect(was).to_have_text("was LOT-77")
    box.fill("LOT-77")
    expect(was).to_be_hidden()


def test_a_value_that_cannot_be_is_told_at_its_box_and_nothing_typed_is_lost(room: Room) -> None:
    approval_id = room.plant.consume("960")
    page = room.desk("anna")
    open_card(page, room.plant, approval_id, "?do=correct")
    page.get_by_label("Quantity line 1").fill("96,5")
    page.get_by_label("Lot line 1").fill("LOT-78")
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    expect(page.locator(".field.wrong")).to_contain_text("a decimal number as text")
    expect(page.get_by_label("Quantity line 1")).to_have_value("96,5")
    expect(page.get_by_label("Lot line 1")).to_have_value("LOT-78")
    expect(page.get_by_role("radio", name="Miscounted")).to_be_checked()
    assert stored(room.plant, approval_id).decided_by is None


def test_a_correction_that_changes_nothing_is_not_one(room: Room) -> None:
    approval_id = room.plant.consume("960")
    page = room.desk("anna")
    open_card(page, room.plant, approval_id, "?do=correct")
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")


@pytest.mark.parametrize(
    ("way", "button", "tile", "state", "text"),
    [
        ("Hold…", "Hold it", "Waiting for quality", "held", "on hold by anna: Waiting for quality"),
        ("Reject…", "Reject it", "Scanned twice", "rejected", "Rejected by anna: Scanned twice"),
    ],
)
def test_holding_and_rejecting_need_a_reason(
    room: Room, way: str, button: str, tile: str, state: str, text: str
) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    page.get_by_role("link", name=way).click()
    assert page.get_by_role("radio", checked=True).count() == 0
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_have_text("Pick a reason, or write one.")
    page.get_by_role("radio", name="Other").check()
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_have_text("Pick a reason, or write one.")
    page.get_by_role("radio", name=tile).check()
    page.get_by_role("button", name=button).click()
    expect(page.locator(".card")).to_contain_text(text)
    row = stored(plant, approval_id)
    assert (row.state, row.reason, row.decided_by) == (state, tile, "anna")
    plant.deliver()
    assert plant.erp.bookings == []


def test_what_is_on_hold_can_still_be_posted(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id, "?do=hold")
    page.get_by_label("In words").fill("the scale is being checked")
    page.get_by_role("button", name="Hold it").click()
    expect(page.locator(".card")).to_contain_text("on hold by anna: the scale is being checked")
    page.get_by_role("button", name="Post as counted").click()
    expect(page.locator("#standing")).to_contain_text("Approved by anna")


def test_a_fact_that_forbids_booking_is_told_until_it_is_mended(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("30", order_id="100777")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    expect(page.locator(".cause")).to_have_text("Order is not in the ERP")
    page.get_by_role("button", name="Post as counted").click()
    expect(page.get_by_role("alert")).to_contain_text("The ERP has no production order 100777")
    plant.put_orders("100777")
    open_card(page, plant, approval_id)
    page.get_by_role("button", name="Post as counted").click()
    expect(page.locator("#standing")).to_contain_text("Approved by anna")


def test_the_whole_way_by_keys_alone(room: Room) -> None:
    plant = room.plant
    first = small_slip(plant)
    page = room.desk("anna")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/approvals/{first}")
    press_until(page, "Use the proposal")
    page.keyboard.press("Enter")
    page.wait_for_url("**use=proposal")
    press_until(page, "Miscounted")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Digit or decimal point")).to_be_checked()
    press_until(page, "Correct and post")
    page.keyboard.press("Enter")
    expect(page.locator("#standing")).to_contain_text("Corrected by anna: Digit or decimal point")


def test_after_a_decision_the_next_task_is_one_key_away(room: Room) -> None:
    plant = room.plant
    first, second = plant.consume("960"), plant.consume("48", order_id="100235")
    page = room.desk("anna")
    open_card(page, plant, first)
    page.get_by_role("button", name="Post as counted").click()
    expect(page.locator("#next-task")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/approvals/{second}")


@pytest.mark.parametrize(
    ("data", "label", "value", "path"),
    [
        (
            {"yield_quantity": quantity("240"), "confirmation": "partial"},
            "Scrap",
            "12",
            ("scrap_quantity", quantity("12")),
        ),
        (
            {"material_id": "VALVE-55", "quantity": quantity("7"), "scrap_reason_code": "SURFACE"},
            "Scrap reason",
            "TOOL",
            ("scrap_reason_code", "TOOL"),
        ),
    ],
    ids=["confirmation", "scrap"],
)
def test_every_kind_of_event_can_be_corrected(
    room: Room, data: dict[str, Any], label: str, value: str, path: tuple[str, Any]
) -> None:
    approval_id = room.plant.send(**data)
    page = room.desk("anna")
    open_card(page, room.plant, approval_id, "?do=correct")
    page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    expect(page.locator("#standing")).to_contain_text("Corrected by anna")
    name, expected = path
    assert json.loads(stored(room.plant, approval_id).correction)[name] == expected


def press_until(page: Page, name: str) -> None:
    """Press Tab until the focus is on what a person would call by this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()"
        )
        if focused == name:
            return
    raise AssertionError(f"{name} cannot be reached with the Tab key")
