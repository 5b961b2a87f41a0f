"""The page Ahead: what is likely to come, why, and how right its models have been."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import forecast_examples
from playwright.sync_api import expect

from countersign.nouns.forecast import Actual

from .conftest import Room


def test_it_shows_what_is_likely_with_its_reasons_and_how_right_it_has_been(room: Room) -> None:
    forecast_examples.everything(room.plant.database)
    page = room.desk("anna")
    page.goto(f"{room.plant.url}/console/")
    page.get_by_role("link", name="Ahead 1 likely").click()
    urgent = page.get_by_role("region", name="Likely trouble")
    expect(urgent.locator("li").first).to_contain_text("72 % likely to be late")
    expect(urgent).to_contain_text("order 100234")
    urgent.get_by_text("Why").click()
    expect(urgent).to_contain_text("queued hours: 12.5, makes it likelier")
    expect(urgent).to_contain_text("Without a model: 20 %, the share so far.")
    late = page.locator("section", has_text="Late orders").last
    expect(late).to_contain_text("Of 10 that became clear 4 came, 4.0 were to be expected.")
    expect(late).to_contain_text("Mean squared error 0.24, without a model 0.25.")
    late.get_by_text("Does what is told come as often?").click()
    steps = page.get_by_role("region", name="Late orders: told and came").locator("tbody tr")
    expect(steps).to_have_count(1)
    expect(steps).to_contain_text("40 %")
    energy = page.get_by_role("region", name="Energy of the next hour").last
    expect(energy).to_contain_text("62.721 kWh; 90 of 100 lie within 59.201 to 67.26 kWh")
    expect(page.get_by_text("about 40 cycles left, at least 25")).to_be_visible()
    expect(page.get_by_text("120 covers 95 of 100")).to_be_visible()
    expect(page.get_by_text("theft (61 % sure)")).to_be_visible()
    broken = page.locator("section", has_text="Short within three hours").last
    expect(broken.locator(".strip")).to_contain_text("It cannot be asked. It was altered.")
    expect(page.get_by_role("region", name="Not asked yet")).to_contain_text("sync_failure")


def test_nothing_is_said_to_be_right_before_anything_became_clear(room: Room) -> None:
    at = datetime.now(UTC) - timedelta(hours=5)
    late, energy, *_ = forecast_examples.of_every_kind(at)
    forecast_examples.stand(room.plant.database, [late, energy], at)
    page = room.desk("anna")
    page.goto(f"{room.plant.url}/console/ahead")
    silent = page.get_by_text("Nothing it told has become clear yet")
    expect(silent).to_have_count(2)
    actual = Actual(None, energy.answer.value, True, 2.5, 8.0)
    forecast_examples.settle(room.plant.database, energy, actual, at + timedelta(hours=1))
    page.reload()
    expect(silent).to_have_count(1)
    expect(page.locator("main")).to_contain_text(
        "Of 1 that became clear 1 lay within their interval (90 of 100 promised). "
        "Mean error 2.5 kWh, without a model 8 kWh."
    )


def test_a_plant_that_asks_nothing_says_so(room: Room) -> None:
    page = room.desk("anna")
    page.goto(f"{room.plant.url}/console/ahead")
    expect(page.locator(".empty")).to_contain_text("No question has been asked yet.")
