"""Proof: the trace of an event, the audit records, the check of the chain, and what is earned."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from console_plant import ConsolePlant, quantity
from playwright.sync_api import Page, expect
from sqlalchemy import update

from countersign.audit.trail import open_trail
from countersign.console import chain_check
from countersign.store import audit_records
from countersign.store.tables import audit_record, event

from .conftest import Room


def corrected_and_booked(room: Room) -> tuple[Page, str]:
    plant = room.plant
    event_id = plant.consume("5000", produced_quantity=quantity("250"), person_id="ben")
    page = room.desk("anna")
    page.goto(f"{plant.url}/console/approvals/{event_id}?do=correct&use=proposal")
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    page.locator("#progress").wait_for()
    plant.deliver()
    return page, event_id


def test_a_trace_goes_from_the_tag_to_the_document(room: Room) -> None:
    page, event_id = corrected_and_booked(room)
    page.goto(f"{room.plant.url}/console/events")
    page.get_by_role("link", name="Consume 5000 pcs SEAL-12").click()
    page.wait_for_url(f"**/events/{event_id}")
    steps = page.locator(".timeline > li")
    expect(steps).to_have_count(5)
    expect(steps.nth(0)).to_contain_text("/sites/1000/gateways/gw1, caused by ben")
    expect(steps.nth(1)).to_contain_text("looks like one digit too many")
    expect(steps.nth(2)).to_contain_text("policy version 1")
    expect(steps.nth(3)).to_contain_text("corrected by anna")
    expect(steps.nth(3)).to_contain_text("5000 pcs → 500 pcs")
    expect(steps.nth(4)).to_contain_text("Booked in demo as D1")
    said = page.get_by_role("region", name="Audit records").first.inner_text()
    words = ["Event received", "Event assessed", "Event decided", "Approval requested"]
    words += ["Approval claimed", "Approval corrected", "Posting queued", "Posting posted"]
    places = [said.index(word) for word in words]
    assert places == sorted(places)


def test_an_event_that_does_not_exist_is_told_so(room: Room) -> None:
    page = room.desk("anna")
    page.goto(f"{room.plant.url}/console/events/{'0' * 32}")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such event")


@pytest.mark.parametrize("sought", ["100234", "D1", "event"])
def test_records_are_found_by_order_event_and_document(room: Room, sought: str) -> None:
    page, event_id = corrected_and_booked(room)
    page.goto(f"{room.plant.url}/console/audit")
    page.get_by_label("Order, event or ERP document").fill(
        event_id if sought == "event" else sought
    )
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("region", name="Audit records")).to_contain_text("Posting posted")
    page.get_by_label("Order, event or ERP document").fill("100999")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".empty")).to_contain_text("No record speaks of 100999")


def test_the_chain_is_checked_and_the_check_is_itself_recorded(room: Room) -> None:
    page, _ = corrected_and_booked(room)
    page.goto(f"{room.plant.url}/console/audit")
    expect(page.locator("#chain")).to_contain_text("Nobody has checked the chain here yet")
    page.get_by_role("button", name="Check every record").click()
    expect(page.locator("#chain .strip")).to_contain_text("Whole up to record")
    expect(page.locator("#chain .strip")).to_contain_text("by person:anna via console")
    with room.plant.database.read() as connection:
        seq, _ = audit_records.read_head(connection)
        (record,) = audit_records.find(connection, after=seq - 1)
    assert record.step == "audit_verified"
    assert json.loads(record.body)["flaws"] == 0


def _forge_record(plant: ConsolePlant) -> None:
    forged = update(audit_record).where(audit_record.c.step == "event_decided").values(actor="me")
    plant.change(lambda connection: connection.execute(forged))


def _forge_event(plant: ConsolePlant) -> None:
    plant.change(lambda connection: connection.execute(update(event).values(body="{}")))


def _drop_the_end(plant: ConsolePlant) -> None:
    plant.change(
        lambda connection: connection.execute(
            audit_record.delete().where(audit_record.c.step == "posting_posted")
        )
    )


@pytest.mark.parametrize("forge", [_forge_record, _forge_event, _drop_the_end])
def test_whatever_was_changed_afterwards_is_found(
    room: Room, forge: Callable[[ConsolePlant], None]
) -> None:
    page, _ = corrected_and_booked(room)
    forge(room.plant)
    page.goto(f"{room.plant.url}/console/audit")
    page.get_by_role("button", name="Check every record").click()
    expect(page.locator("#chain .strip.trouble")).to_contain_text("found by person:anna")


def test_a_long_check_goes_on_by_itself_and_meets_the_end(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = room.plant
    with plant.database.write() as connection:
        for _ in range(25):
            with open_trail(connection, datetime.now(UTC)) as trail:
                for number in range(100):
                    trail.add("note", "test", {"number": number})
    monkeypatch.setattr(chain_check, "WALK_S", 0.0)
    with plant.sign_in("anna") as session:
        form = {"form_token": plant.form_token(session, f"{plant.url}/console/audit")}
        first = session.post(
            f"{plant.url}/console/audit/verify", data={**form, "from_start": "1"}, timeout=10
        )
    assert "Checked up to record 0 of" in first.text
    monkeypatch.setattr(chain_check, "WALK_S", 0.02)
    page = room.desk("anna")
    page.goto(f"{plant.url}/console/audit")
    page.get_by_role("button", name="Check every record").click()
    expect(page.locator("#chain .strip")).to_contain_text("Whole up to record 25")


def test_autonomy_says_phase_limits_and_what_is_missing(room: Room) -> None:
    page, _ = corrected_and_booked(room)
    page.goto(f"{room.plant.url}/console/autonomy")
    use_case = page.get_by_role("region", name="Material consumption").first
    expect(use_case).to_contain_text("supervise")
    expect(use_case).to_contain_text("Target 99.00 %")
    expect(use_case).to_contain_text("5,000.00 EUR")
    page.get_by_role("link", name="Policy version 1").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("Version 1")
    expect(page.locator("main")).to_contain_text("by setup: first")
