"""The page of refused rows: why, what the row says, read again, dismissed with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from console_plant import ConsolePlant
from integration.transaction_groups.plant import CONSUMPTION, insertion, row, statements
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from countersign.journey.rows.staged_groups import open_groups
from countersign.store.database import Database

from .conftest import Room
from .test_look import (
    CONTRASTS,
    LEAST_CONTRAST,
    LEAST_TOUCH_PX,
    NARROW,
    OPEN_EVERYTHING,
    SMALL_TARGETS,
    TARGETS,
    WIDE,
)


@pytest.fixture
def staged(browser: Browser, tmp_path: Path, tables: Path) -> Iterator[Room]:
    """A plant whose gateway wrote one good row and two bad ones."""
    url = f"sqlite:///{tmp_path}/floor.sqlite"
    plant = ConsolePlant(tmp_path, empty_database=tables, staging_url=url)
    floor = Database(url)
    with floor.write() as connection:
        for statement in statements("sqlite"):
            connection.execute(text(statement))
        for trigger, quantity in ((1, 4), (2, -4), (3, -7)):
            values = row(CONSUMPTION, trigger, material_id="SEAL-12", quantity=quantity)
            connection.execute(text(insertion(CONSUMPTION, values)), values)
    floor.close()
    take(plant)
    room = Room(browser, plant)
    yield room
    room.close()
    plant.close()
    assert room.complaints == []


def take(plant: ConsolePlant) -> None:
    """Take what waits, as a worker does."""
    with open_groups(plant.services.settings, plant.database, "worker-1") as groups:
        groups.take()


def opened(room: Room, person: str, **options: object) -> Page:
    page = room.desk(person, **options)
    page.get_by_role("link", name="Rows").click()
    return page


def test_the_refused_rows_are_shown_with_why_and_what_they_say(staged: Room) -> None:
    page = opened(staged, "anna")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rows of transaction groups")
    rows = page.locator(".refused-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("quantity")
    rows.first.get_by_text("What it says").click()
    expect(rows.first).to_contain_text("SEAL-12")
    expect(page.get_by_role("button", name="Read again")).to_have_count(0)


def test_the_erp_team_reads_again_or_dismisses_with_a_reason(staged: Room) -> None:
    page = opened(staged, "erik")
    first = page.locator(".refused-row").first
    first.get_by_text("Dismiss…").click()
    first.get_by_label("Why?").fill("a trial of the scale")
    first.get_by_role("button", name="Dismiss row 3").click()
    expect(page.get_by_role("status")).to_contain_text("Row 3 of countersign_consumption")
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("status")).to_contain_text("read again within seconds")
    expect(page.locator(".refused-row")).to_have_count(0)
    take(staged.plant)
    page.reload()
    expect(page.locator(".refused-row")).to_have_count(1)
    page.goto(f"{staged.plant.url}/console/audit")
    expect(page.get_by_role("main")).to_contain_text("Staging row dismissed")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_read_touched_and_fits(
    staged: Room, size: dict[str, int], scheme: str
) -> None:
    page = staged.desk("erik", viewport=size, color_scheme=scheme)
    page.goto(f"{staged.plant.url}/console/rows")
    page.evaluate(OPEN_EVERYTHING)
    measured = page.evaluate(CONTRASTS, LEAST_CONTRAST)
    assert measured["measured"] > 10
    assert measured["poor"] == []
    assert page.evaluate(SMALL_TARGETS, [TARGETS, LEAST_TOUCH_PX]) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_transaction_groups_there_is_no_such_page(room: Room) -> None:
    page = room.desk("erik")
    expect(page.get_by_role("link", name="Rows")).to_have_count(0)
    page.goto(f"{room.plant.url}/console/rows")
    expect(page.get_by_role("main")).to_contain_text("COUNTERSIGN_STAGING_URL")
    room.complaints.clear()
