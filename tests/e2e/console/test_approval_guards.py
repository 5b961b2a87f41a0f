"""What guards a decision: what was shown, who has it in hand, and four eyes."""

from __future__ import annotations

import json

import pytest
from console_plant import quantity
from playwright.sync_api import expect

from countersign.store import approvals

from .conftest import SLIP, Room, open_card, stored


def test_a_decision_about_something_else_than_was_shown_is_not_taken(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    expect(page.locator("#standing")).to_contain_text("You are handling this")
    plant.put_orders("100234", quantity=quantity("400"))
    page.get_by_role("button", name="Post as counted").click()
    expect(page.locator("#standing")).to_contain_text("changed since this was shown")
    expect(page.get_by_role("button", name="Post as counted")).to_have_count(0)
    assert stored(plant, approval_id).decided_by is None
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_role("region", name="Evidence")).to_contain_text("400 pcs VALVE-55")
    page.get_by_role("button", name="Post as counted").click()
    expect(page.locator("#standing")).to_contain_text("Approved by anna")


def test_an_open_card_turns_to_reload_by_itself_when_it_is_stale(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    open_card(page, plant, approval_id)
    expect(page.locator("#standing")).to_contain_text("You are handling this")
    plant.consume("10")
    expect(page.get_by_role("link", name="Reload")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Post as counted")).to_have_count(0)


def test_a_card_in_other_hands_offers_no_actions(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    anna, ben = room.desk("anna"), room.desk("ben")
    open_card(anna, plant, approval_id)
    expect(anna.locator("#standing")).to_contain_text("You are handling this")
    open_card(ben, plant, approval_id)
    expect(ben.locator("#standing")).to_contain_text("Being handled by anna")
    expect(ben.get_by_role("button", name="Post as counted")).to_have_count(0)
    anna.get_by_role("button", name="Leave it to others").click()
    anna.wait_for_url("**/console/")
    ben.reload()
    expect(ben.get_by_role("button", name="Post as counted")).to_be_visible()


def test_whoever_was_slower_learns_who_decided(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    ben = room.desk("ben")
    open_card(ben, plant, approval_id)
    expect(ben.locator("#standing")).to_contain_text("You are handling this")
    plant.change(lambda connection: approvals.change(connection, approval_id, claimed_by=None))
    anna = room.desk("anna")
    open_card(anna, plant, approval_id)
    anna.get_by_role("button", name="Post as counted").click()
    anna.locator("#progress").wait_for()
    ben.get_by_role("button", name="Post as counted").click()
    expect(ben.locator("#standing")).to_contain_text("Approved by anna")


def test_large_amounts_need_two_people_who_did_not_cause_them(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume(SLIP, produced_quantity=quantity("480"), person_id="anna")
    anna, ben, cleo = room.desk("anna"), room.desk("ben"), room.desk("cleo")
    open_card(anna, plant, approval_id)
    expect(anna.locator("#standing")).to_contain_text("You caused this event")
    expect(anna.locator(".ways")).to_have_count(0)
    open_card(ben, plant, approval_id)
    ben.get_by_role("button", name="Post as counted").click()
    expect(ben.locator("#standing")).to_contain_text("a second person has to confirm")
    assert stored(plant, approval_id).state == "awaiting_second"
    open_card(cleo, plant, approval_id)
    expect(cleo.locator(".first")).to_contain_text("ben has approved it")
    cleo.get_by_role("button", name="Confirm: post as counted").click()
    expect(cleo.locator("#standing")).to_contain_text("Approved by cleo")
    plant.deliver()
    assert len(plant.erp.bookings) == 1


def test_the_second_person_confirms_the_correction_of_the_first(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume(SLIP, produced_quantity=quantity("480"))
    ben, cleo = room.desk("ben"), room.desk("cleo")
    open_card(ben, plant, approval_id, "?do=correct&use=proposal")
    ben.get_by_role("radio", name="Digit or decimal point").check()
    ben.get_by_role("button", name="Correct and post").click()
    expect(ben.locator("#standing")).to_contain_text("a second person has to confirm")
    open_card(cleo, plant, approval_id)
    expect(cleo.locator(".first")).to_contain_text("ben has corrected it")
    expect(cleo.locator(".first .changes")).to_contain_text("9650 pcs → 965 pcs")
    cleo.get_by_role("button", name="Confirm the correction").click()
    expect(cleo.locator("#standing")).to_contain_text("Corrected by cleo")
    document = json.loads(plant.posting_of(approval_id).document)
    assert document["lines"][0]["quantity"] == quantity("965")


@pytest.mark.parametrize("person_id", ["erik", "paula"])
def test_people_without_the_role_read_only(room: Room, person_id: str) -> None:
    approval_id = room.plant.consume("960")
    page = room.desk(person_id)
    open_card(page, room.plant, approval_id)
    expect(page.locator("#standing")).to_contain_text("deciding needs another role")
    expect(page.locator(".ways")).to_have_count(0)
    token = page.locator("input[name=form_token]").first.get_attribute("value")
    address = f"{room.plant.url}/console/approvals/{approval_id}/decide/reject"
    answer = page.request.post(address, form={"form_token": token or "", "reason": "no"})
    assert answer.status == 403
    assert stored(room.plant, approval_id).state == "open"
