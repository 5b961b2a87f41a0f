"""Postings in trouble: seen by cause, mended once, sent again; only by the ERP team."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from console_plant import ConsolePlant, quantity
from playwright.sync_api import Page, expect

from countersign.audit.trail import open_trail
from countersign.post import commands

from .conftest import Room


def queue(plant: ConsolePlant, *order_ids: str) -> list[str]:
    """Have events approved over the interface, so that their postings wait."""
    ids = [plant.consume("960", order_id=order_id) for order_id in order_ids]
    with plant.sign_in("anna") as session:
        for approval_id in ids:
            address = f"{plant.url}/console/approvals/{approval_id}"
            page = session.get(address).text
            form = {
                "form_token": plant.form_token(session, address),
                "context_hash": page.split('name="context_hash" value="')[1].split('"')[0],
            }
            answer = session.post(f"{address}/decide/approve", data=form, timeout=10)
            assert "Approved by anna" in answer.text
    return [plant.posting_of(event_id).posting_id for event_id in ids]


def refused(plant: ConsolePlant, *order_ids: str) -> list[str]:
    keys = queue(plant, *order_ids)
    plant.erp.faults.extend(["rejected"] * len(keys))
    plant.deliver()
    return keys


def open_posting(room: Room, person_id: str, posting_id: str) -> Page:
    page = room.desk(person_id)
    page.goto(f"{room.plant.url}/console/postings/{posting_id}")
    return page


def test_failures_stand_together_by_cause_and_go_again_at_once(room: Room) -> None:
    plant = room.plant
    refused(plant, "100234", "100235", "100236")
    page = room.desk("erik")
    expect(page.get_by_role("link", name="Postings 3 in trouble")).to_be_visible()
    page.get_by_role("link", name="Postings").click()
    cluster = page.locator(".cluster")
    expect(cluster).to_have_count(1)
    expect(cluster).to_contain_text("Material X is unknown")
    expect(cluster).to_contain_text("3 postings refused")
    page.get_by_role("button", name="Send all 3 again").click()
    expect(page.locator("main > .strip")).to_contain_text("3 postings are on their way again")
    plant.deliver()
    assert sorted(booking.order_id for booking in plant.erp.bookings) == [
        "100234",
        "100235",
        "100236",
    ]
    assert plant.erp.doubles() == []


def test_a_blocked_order_says_how_many_wait_behind(room: Room) -> None:
    plant = room.plant
    keys = refused(plant, "100234")
    queue(plant, "100234")
    page = room.desk("erik")
    page.goto(f"{plant.url}/console/postings")
    expect(page.locator(".cluster")).to_contain_text("1 more wait behind it")
    page.goto(f"{plant.url}/console/postings/{keys[0]}")
    expect(page.locator(".live")).to_contain_text("1 posting of the same order waits behind it")


def test_the_list_is_found_by_state_order_and_cause(room: Room) -> None:
    plant = room.plant
    refused(plant, "100234")
    queue(plant, "100235")
    plant.deliver()
    page = room.desk("erik")
    page.goto(f"{plant.url}/console/postings")
    rows = page.get_by_role("region", name="Postings").locator("tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="1 Rejected").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Material X is unknown")
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Order").fill("100235")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_contain_text("D1")
    page.get_by_role("link", name="Show them").click()
    expect(rows).to_contain_text("100234")


def test_a_refused_document_is_corrected_under_its_key(room: Room) -> None:
    plant = room.plant
    (key,) = refused(plant, "100234")
    page = open_posting(room, "erik", key)
    page.get_by_text("Correct…").click()
    page.get_by_label("Quantity line 1").fill("many")
    page.get_by_label("Why?").first.fill("typed wrong")
    page.get_by_role("button", name="Correct and send").click()
    expect(page.locator(".field.wrong")).to_contain_text("a decimal number as text")
    page.get_by_label("Quantity line 1").fill("950")
    page.get_by_label("Why?").first.fill("counted again")
    page.get_by_role("button", name="Correct and send").click()
    expect(page.locator("main > .strip")).to_contain_text("on its way again under the same key")
    plant.deliver()
    page.reload()
    expect(page.locator(".facts")).to_contain_text("document D1")
    (record,) = plant.in_state("posted")
    assert record.posting_id == key
    assert json.loads(record.document)["lines"][0]["quantity"] == quantity("950")


def test_a_refused_posting_goes_again_as_it_is(room: Room) -> None:
    (key,) = refused(room.plant, "100234")
    page = open_posting(room, "erik", key)
    page.get_by_role("button", name="Send again as it is").click()
    expect(page.locator(".live")).to_contain_text("Waits to be sent to demo")
    room.plant.deliver()
    page.reload()
    expect(page.locator(".live")).to_contain_text("Booked in demo as D1")
    expect(page.get_by_role("region", name="Attempts").locator("tbody tr")).to_have_count(2)


def test_a_posting_is_given_up_with_a_reason(room: Room) -> None:
    (key,) = refused(room.plant, "100234")
    page = open_posting(room, "erik", key)
    page.get_by_text("Cancel…").click()
    page.locator("#reason-cancel").fill("booked by hand")
    page.get_by_role("button", name="Cancel the posting").click()
    expect(page.locator(".live")).to_contain_text("Given up")
    assert [record.posting_id for record in room.plant.in_state("cancelled")] == [key]


def test_a_booked_document_is_undone(room: Room) -> None:
    plant = room.plant
    (key,) = queue(plant, "100234")
    plant.deliver()
    page = open_posting(room, "erik", key)
    page.get_by_text("Reverse…").click()
    page.locator("#reason-reverse").fill("wrong order")
    page.get_by_role("button", name="Reverse the document").click()
    expect(page.locator(".live")).to_contain_text("Being reversed")
    plant.deliver()
    page.reload()
    expect(page.locator(".live")).to_contain_text("Reversed in demo")
    assert plant.erp.bookings[0].is_reversed


def test_a_lost_answer_is_settled_by_whoever_has_looked(room: Room) -> None:
    plant = room.plant
    (key,) = queue(plant, "100234")
    plant.erp.faults.append("lost_before")
    plant.begin_calls()
    plant.finish_calls()
    page = open_posting(room, "erik", key)
    expect(page.locator(".live")).to_contain_text("The answer of demo was lost")
    page.get_by_text("It is in the ERP…").click()
    page.get_by_label("Document in demo").fill("4900001234")
    page.locator("#reason-confirm-posted").fill("seen in the ERP")
    page.get_by_role("button", name="Record as booked").click()
    expect(page.locator(".live")).to_contain_text("Booked in demo as 4900001234")


def test_too_early_to_be_sure_is_told_and_changes_nothing(room: Room) -> None:
    plant = room.plant
    (key,) = queue(plant, "100234")
    plant.erp.faults.append("lost_before")
    plant.begin_calls()
    plant.finish_calls()
    page = open_posting(room, "erik", key)
    page.get_by_text("It is not in the ERP…").click()
    page.locator("#reason-confirm-absent").fill("not there")
    page.get_by_role("button", name="Record as absent and send").click()
    expect(page.locator("main > .strip.trouble, .live.doubt").first).to_be_visible()
    assert plant.erp.doubles() == []


@pytest.mark.parametrize("person_id", ["anna", "paula"])
def test_others_than_the_erp_team_read_only(room: Room, person_id: str) -> None:
    plant = room.plant
    (key,) = refused(plant, "100234")
    page = open_posting(room, person_id, key)
    expect(page.locator(".commands")).to_have_count(0)
    token = page.locator("input[name=form_token]").first.get_attribute("value") or ""
    for path in (f"postings/{key}/retry", f"postings/{key}/cancel", "erps/demo/pause"):
        answer = page.request.post(
            f"{plant.url}/console/{path}", form={"form_token": token, "reason": "because"}
        )
        assert answer.status == 403, path
    page.goto(f"{plant.url}/console/postings")
    expect(page.get_by_role("button", name="again")).to_have_count(0)
    assert len(plant.in_state("rejected")) == 1


def test_an_erp_is_paused_and_called_again(room: Room) -> None:
    plant = room.plant
    queue(plant, "100234", "100235")
    page, other = room.desk("erik"), room.desk("anna")
    page.goto(f"{plant.url}/console/postings")
    page.get_by_text("Pause…").click()
    page.get_by_label("Why?").fill("month end")
    page.get_by_role("button", name="Pause demo").click()
    other.reload()
    strip = other.locator("main > .strip")
    expect(strip).to_contain_text("demo is paused: month end. 2 postings wait, none is lost")
    plant.deliver()
    assert plant.erp.bookings == []
    page.get_by_role("button", name="Call it again").click()
    expect(page.locator(".erp")).to_contain_text("called as usual")
    plant.deliver()
    assert len(plant.erp.bookings) == 2


def test_an_erp_that_stopped_itself_says_why(room: Room) -> None:
    plant = room.plant
    plant.erp.faults.append("stopped")
    queue(plant, "100234")
    plant.deliver()
    page = room.desk("anna")
    expect(page.locator("main > .strip")).to_contain_text("demo is paused")
    expect(page.locator("main > .strip")).to_contain_text("password expired")


def test_the_overview_follows_by_itself(room: Room) -> None:
    plant = room.plant
    page = room.desk("erik")
    page.goto(f"{plant.url}/console/postings")
    expect(page.locator(".cluster")).to_have_count(0)
    refused(plant, "100234")
    expect(page.locator(".cluster")).to_have_count(1, timeout=15_000)


def test_a_command_that_came_too_late_is_refused_in_words(room: Room) -> None:
    plant = room.plant
    (key,) = refused(plant, "100234")
    page = open_posting(room, "erik", key)
    with (
        plant.database.write() as connection,
        open_trail(connection, datetime.now(UTC)) as trail,
    ):
        commands.cancel(connection, trail, key, actor="person:eva", reason="other way")
    page.get_by_role("button", name="Send again as it is").click()
    expect(page.locator("main > .strip")).to_contain_text("cannot be sent again: it was given up")
