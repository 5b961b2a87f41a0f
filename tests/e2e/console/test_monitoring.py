"""Monitoring on the console: weeks, drift and latency, readable and drawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console_plant import ConsolePlant, quantity
from playwright.sync_api import expect

from countersign.store import confirmations, drift_measures
from countersign.store.confirmations import Confirmation
from countersign.store.drift_measures import DriftMeasure

from .conftest import Room


def two_weeks(plant: ConsolePlant) -> None:
    """Let outcomes become clear in two weeks, and a measure raise an alarm."""
    now = datetime.now(UTC)
    rows = [
        Confirmation(
            f"e-{n}",
            n,
            "material_consumption",
            "1000",
            0.99,
            n % 20 != 0,
            "10",
            "person",
            now - timedelta(weeks=n % 2),
        )
        for n in range(1, 101)
    ]
    measure = DriftMeasure(
        "material_consumption", "1000", "confidence", "drift", 0.4, 0.25, "Lower (PSI 0.40).", now
    )
    with plant.database.write() as connection:
        confirmations.put(connection, rows)
        drift_measures.replace_all(connection, [measure])


def test_it_shows_weeks_drift_and_how_long_the_way_takes(room: Room) -> None:
    plant = room.plant
    two_weeks(plant)
    event_id = plant.consume("960", produced_quantity=quantity("480"))
    page = room.desk("anna")
    page.goto(f"{plant.url}/console/approvals/{event_id}")
    page.get_by_role("button", name="Post as counted").click()
    page.locator("#progress").wait_for()
    plant.deliver()
    page.goto(f"{plant.url}/console/autonomy")
    page.get_by_role("link", name="Monitoring").click()
    weeks = page.get_by_role("region", name="Material consumption, 1000, by week")
    expect(weeks.locator("tbody tr")).to_have_count(2)
    expect(weeks.locator("tbody tr").last).to_contain_text("50")
    expect(page.locator("svg.plot circle")).to_have_count(2)
    expect(page.locator(".reasons")).to_contain_text("Lower (PSI 0.40).")
    expect(page.locator(".reasons .chip")).to_contain_text("alarm")
    ways = page.get_by_role("region", name="How long the way takes").locator("tbody tr")
    expect(ways).to_have_count(3)


def test_a_plant_without_events_says_so(room: Room) -> None:
    page = room.desk("anna")
    page.goto(f"{room.plant.url}/console/monitoring")
    expect(page.locator(".empty")).to_have_text("No events in the last eight weeks.")
