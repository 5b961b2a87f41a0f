"""Unusual accounts on the page of a posting; causes in the queues of those who mend them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from coded_ledger import journal_entry, learn_ledger, usual_account, usual_cost_center
from console_plant import ConsolePlant
from playwright.sync_api import expect

from countersign.nouns.coding import ACCOUNTS
from countersign.store import api_keys

from .conftest import Room
from .test_postings import refused

SUPPLIER = "V-004"
CENTER = usual_cost_center(SUPPLIER)
ACCOUNT = usual_account(SUPPLIER, CENTER)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learn_ledger(tmp_path_factory.mktemp("learned"), (ACCOUNTS,))


@pytest.fixture
def plant(tmp_path: Path, tables: Path, learned: Path) -> Iterator[ConsolePlant]:
    plant = ConsolePlant(tmp_path, empty_database=tables, models_dir=learned)
    yield plant
    plant.close()


def post_journal(plant: ConsolePlant, account_id: str) -> str:
    """Post a journal entry over the interface; return its key."""
    with plant.database.write() as connection:
        key = api_keys.create(connection, "finance", ["fi"], datetime.now(UTC))
    document = journal_entry(account_id, CENTER)
    answer = requests.post(
        f"{plant.url}/v1/postings",
        json={"document": document, "known": {"supplier_id": SUPPLIER}, "reason": "Invoice 4711"},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": f'"{account_id}"'},
        timeout=10,
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["posting_id"])


def test_an_unusual_account_is_told_on_the_page_of_the_posting(room: Room) -> None:
    odd, usual = post_journal(room.plant, "480000"), post_journal(room.plant, ACCOUNT)
    page = room.desk("erik")
    page.goto(f"{room.plant.url}/console/postings/{odd}")
    note = page.get_by_role("note")
    expect(note).to_contain_text("Line 1: Account 480000 was never booked for this supplier")
    expect(note).to_contain_text(f"Usual is {ACCOUNT} (booked")
    expect(note).to_contain_text("it does not stop the posting")
    page.goto(f"{room.plant.url}/console/postings/{usual}")
    expect(page.get_by_role("note")).to_have_count(0)


def test_causes_stand_in_queues_and_are_moved_by_a_person(room: Room) -> None:
    plant = room.plant
    refused(plant, "100234")
    page = room.desk("erik")
    page.goto(f"{plant.url}/console/postings")
    expect(page.get_by_role("heading", name="Master data")).to_be_visible()
    expect(page.locator(".cluster")).to_contain_text("Sorted by the words of its text")
    page.get_by_text("Move…").click()
    page.get_by_label("Who mends it?").select_option("document")
    page.get_by_role("button", name="Move it").click()
    expect(page.locator("main > .strip")).to_have_count(0)
    page.locator(".cluster").get_by_label("Why?").fill("typed wrong")
    page.get_by_role("button", name="Move it").click()
    expect(page.locator("main > .strip")).to_contain_text("Moved to Document")
    expect(page.get_by_role("heading", name="Document", exact=True)).to_be_visible()
    expect(page.locator(".cluster")).to_contain_text("Moved here by erik")


def test_the_page_shows_one_queue_and_keeps_to_it(room: Room) -> None:
    plant = room.plant
    refused(plant, "100234")
    page = room.desk("erik")
    page.goto(f"{plant.url}/console/postings?queue=master_data")
    expect(page.locator(".cluster")).to_have_count(1)
    fragment = page.locator("#overview").get_attribute("hx-get") or ""
    assert fragment.endswith("queue=master_data")
    page.goto(f"{plant.url}/console/postings?queue=stock")
    expect(page.locator(".cluster")).to_have_count(1)


@pytest.mark.parametrize("person_id", ["anna", "paula"])
def test_only_the_erp_team_moves_causes(room: Room, person_id: str) -> None:
    refused(room.plant, "100234")
    page = room.desk(person_id)
    page.goto(f"{room.plant.url}/console/postings")
    expect(page.get_by_text("Move…")).to_have_count(0)
